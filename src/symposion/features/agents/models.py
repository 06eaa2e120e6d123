"""What an agent is, as a user keeps it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from symposion.core.documents import Owned
from symposion.core.texts import Name
from symposion.engine.persona import Archetype, Pushback, Traits
from symposion.features.archetypes.models import (
    Address,
    ArchetypeName,
    FilledLine,
    FilledPassage,
    Line,
    Memory,
    Passage,
)
from symposion.ports.store import Kind

ROSTER_LIMIT = 500
"""Most agents one user may keep (reliability design R6.2)."""

LIST_LIMIT = 100
"""Most agents a list shows: the newest (HTTP contract 2.4)."""

MEMORY_LIMIT = 1_000
"""Characters that are left of a memory when something is added to it (HTTP contract 4)."""

Clause = Annotated[str, StringConstraints(max_length=200)]


class AgentDraft(BaseModel):
    """What a user writes about a new agent; only name and archetype are needed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    archetype: ArchetypeName
    personality: Traits | None = None
    goal: Line = ""
    expertise: Line = ""
    background: Passage = ""
    memory_summary: Memory = ""
    avatar_url: Address = ""
    avatar_prompt: Line = ""
    role: Clause = ""
    blind_spot: Clause = ""
    contradiction: Clause = ""
    pushback: Pushback | None = None


class AgentChanges(BaseModel):
    """What is to be different about an agent; what is not given, or null, stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name | None = None
    archetype: ArchetypeName | None = None
    personality: Traits | None = None
    goal: Line | None = None
    expertise: Line | None = None
    background: Passage | None = None
    memory_summary: Memory | None = None
    avatar_url: Address | None = None
    avatar_prompt: Line | None = None
    role: Clause | None = None
    blind_spot: Clause | None = None
    contradiction: Clause | None = None
    pushback: Pushback | None = None


class Agent(Owned):
    """A simulated person of a user.

    Attributes:
        memory_summary: What the agent brings along from earlier, one memory on each line.
        avatar_prompt: What the portrait was, or is to be, drawn from.
        role: What others know the agent as.
        blind_spot, contradiction, pushback: As in `engine.persona.Agent`; the engine fills in
            what is empty.
        current_mood, current_activity: As shown to people; the engine keeps its own.
    """

    name: str
    archetype: Archetype
    personality: Traits
    goal: str = ""
    expertise: str = ""
    background: str = ""
    memory_summary: str = ""
    avatar_url: str = ""
    avatar_prompt: str = ""
    role: str = ""
    blind_spot: str = ""
    contradiction: str = ""
    pushback: Pushback | None = None
    current_mood: str = "neutral"
    current_activity: str = "idle"


class Expertise(BaseModel):
    """What an agent knows about, from now on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    expertise: FilledLine


class MemoryDraft(BaseModel):
    """What an agent is to remember. Addresses of web pages in it are text: nobody reads them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    memory: FilledPassage


AGENTS = Kind(
    "agents",
    Agent,
    indexes=(("user_id", "created_at"), ("tenant_id", "user_id", "version")),
)
"""The second index answers alone what a search asks first: has anything changed?"""
