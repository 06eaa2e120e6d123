"""Saved agents as the HTTP contract tells them (section 5 and rule 1.15)."""

import re
from typing import Self

from pydantic import BaseModel, Field

from symposion.core.documents import Timestamp
from symposion.engine.persona import Archetype, Traits
from symposion.features.saved_agents.service import Saved

_TITLE_LIMIT = 60
_TITLE_END = re.compile(r"[,;.\n]")


class SavedAgentReply(BaseModel):
    """A saved agent, also under the names that cards of the client's own library have.

    Attributes:
        title: The first of what it knows about, else its archetype.
        knowledge: Always empty: what cards keep there is part of the memory here.
        usage_count: How often an agent of its name was added or spoke in a round since.
    """

    id: str
    user_id: str
    name: str
    archetype: Archetype
    personality: Traits
    goal: str
    expertise: str
    background: str
    memory_summary: str
    avatar_url: str
    avatar_prompt: str
    created_at: Timestamp
    is_template: bool
    is_favorite: bool
    usage_count: int
    avatar: str
    memories: str
    knowledge: str = ""
    title: str
    archetype_display: str = Field(serialization_alias="archetypeDisplay")

    @classmethod
    def of(cls, saved: Saved) -> Self:
        """Return what is told of ``saved``."""
        agent = saved.agent
        return cls(
            **agent.model_dump(include=set(cls.model_fields)),
            usage_count=saved.uses,
            avatar=agent.avatar_url,
            memories=agent.memory_summary,
            title=_title(agent.expertise) or agent.archetype.label,
            archetype_display=agent.archetype.label,
        )


def _title(expertise: str) -> str:
    """Return the first thing ``expertise`` names, if it is short enough for a title."""
    first = _TITLE_END.split(expertise.strip(), maxsplit=1)[0].strip()
    return first if len(first) <= _TITLE_LIMIT else ""


class FavoriteReply(BaseModel):
    """A saved agent that is a favorite now, or is none any more."""

    success: bool = True
    is_favorite: bool
    agent: SavedAgentReply

    @classmethod
    def of(cls, saved: Saved) -> Self:
        """Return what is told of ``saved``."""
        return cls(is_favorite=saved.agent.is_favorite, agent=SavedAgentReply.of(saved))
