"""Agents as the HTTP contract tells them (section 4)."""

from typing import Self

from pydantic import BaseModel

from symposion.core.documents import Timestamp
from symposion.engine.persona import Archetype, Traits
from symposion.features.agents.models import Agent


class AgentReply(BaseModel):
    """An agent as its owner sees it."""

    id: str
    user_id: str
    created_at: Timestamp
    name: str
    archetype: Archetype
    personality: Traits
    goal: str
    expertise: str
    background: str
    memory_summary: str
    avatar_url: str
    avatar_prompt: str
    current_mood: str
    current_activity: str

    @classmethod
    def of(cls, agent: Agent) -> Self:
        """Return what is told of ``agent``."""
        return cls.model_validate(agent, from_attributes=True)
