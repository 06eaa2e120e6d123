"""What a saved agent is, and what counts as a use of it."""

from pydantic import BaseModel, ConfigDict, StrictBool

from symposion.core.documents import Owned
from symposion.core.texts import Name
from symposion.engine.persona import Archetype, Traits
from symposion.features.archetypes.models import Address, ArchetypeName, Line, Memory, Passage
from symposion.ports.store import Kind

LIBRARY_LIMIT = 1_000
"""Most agents one user may save (reliability design R6.2)."""

LIST_LIMIT = 100
"""Most saved agents a list shows: the newest (HTTP contract 2.4)."""


class SavedAgentDraft(BaseModel):
    """What a user saves; the goal must be there and may be empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    archetype: ArchetypeName
    goal: Line
    personality: Traits | None = None
    expertise: Line = ""
    background: Passage = ""
    memory_summary: Memory = ""
    avatar_url: Address = ""
    avatar_prompt: Line = ""
    is_template: StrictBool = False
    is_favorite: StrictBool = False


class SavedAgentChanges(BaseModel):
    """What is to be different about a saved agent; what is not given, or null, stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name | None = None
    archetype: ArchetypeName | None = None
    goal: Line | None = None
    personality: Traits | None = None
    expertise: Line | None = None
    background: Passage | None = None
    memory_summary: Memory | None = None
    avatar_url: Address | None = None
    avatar_prompt: Line | None = None
    is_template: StrictBool | None = None
    is_favorite: StrictBool | None = None


class SavedAgent(Owned):
    """Somebody in a user's library; how often they were used is counted by `USES`."""

    name: str
    archetype: Archetype
    personality: Traits
    goal: str
    expertise: str = ""
    background: str = ""
    memory_summary: str = ""
    avatar_url: str = ""
    avatar_prompt: str = ""
    is_template: StrictBool = False
    is_favorite: StrictBool = False


class Use(Owned):
    """One use of a saved agent: an agent of its name was added, or spoke in a round.

    Attributes:
        source: What the use was, by a name that is the same however often it is noted.
    """

    saved_id: str
    source: str


SAVED_AGENTS = Kind(
    "saved_agents",
    SavedAgent,
    indexes=(("user_id", "created_at"), ("user_id", "name")),
)
USES = Kind(
    "saved_agent_uses",
    Use,
    indexes=(("user_id", "saved_id"),),
    unique=(("saved_id", "source"),),
)
"""A document for each use, so that none is counted twice or lost: there is no counter to be
changed in the same moment."""
