"""What an agent is, as a user keeps it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from symposion.core.documents import Owned
from symposion.core.texts import Name
from symposion.engine.persona import Archetype, Traits
from symposion.ports.store import Kind

ROSTER_LIMIT = 500
"""Most agents one user may keep (reliability design R6.2)."""

LIST_LIMIT = 100
"""Most agents a list shows: the newest (HTTP contract 2.4)."""


Line = Annotated[str, StringConstraints(max_length=1_000)]
Passage = Annotated[str, StringConstraints(max_length=4_000)]
Address = Annotated[str, StringConstraints(max_length=8_000)]


class AgentDraft(BaseModel):
    """What a user writes about a new agent; only name and archetype are needed.

    The archetype is any text here: the contract wants an unknown one told apart (400) from a body
    of the wrong shape (422).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    archetype: Annotated[
        str,
        StringConstraints(max_length=100),
        Field(json_schema_extra={"enum": [archetype.value for archetype in Archetype]}),
    ]
    personality: Traits | None = None
    goal: Line = ""
    expertise: Line = ""
    background: Passage = ""
    memory_summary: Passage = ""
    avatar_url: Address = ""
    avatar_prompt: Line = ""


class Agent(Owned):
    """A simulated person of a user.

    Attributes:
        memory_summary: What the agent brings along from earlier.
        avatar_prompt: What the portrait was, or is to be, drawn from.
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
    current_mood: str = "neutral"
    current_activity: str = "idle"


AGENTS = Kind("agents", Agent, indexes=(("user_id", "created_at"),))
