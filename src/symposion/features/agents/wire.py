"""Agents as the HTTP contract tells them (section 4)."""

from typing import Annotated, Self, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    FailFast,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from symposion.core.documents import Timestamp
from symposion.engine.persona import Archetype, Pushback, Traits
from symposion.features.agents.models import Agent

IDS_LIMIT = 100
"""Most agents that are deleted at once (reliability design R6.2)."""

Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]

_SCHEMA = {
    "type": "array",
    "maxItems": IDS_LIMIT,
    "items": {"type": "string", "minLength": 1, "maxLength": 64},
}


def _list(given: object) -> object:
    """Return the list that ``given`` is, or holds as ``agent_ids`` and nothing else."""
    if not isinstance(given, dict):
        return given
    fields = cast("dict[str, object]", given)
    if set(fields) != {"agent_ids"}:
        raise PydanticCustomError("ids", "must be a list of ids, or an object with agent_ids only")
    return fields["agent_ids"]


AgentIds = Annotated[
    list[Id],
    Field(max_length=IDS_LIMIT),
    FailFast(),
    BeforeValidator(_list),
    WithJsonSchema(
        {
            "anyOf": [
                {
                    "type": "object",
                    "required": ["agent_ids"],
                    "properties": {"agent_ids": _SCHEMA},
                    "additionalProperties": False,
                },
                _SCHEMA,
            ]
        }
    ),
]
"""Which agents: a list of ids, or the same as ``agent_ids`` of an object."""


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
    role: str
    blind_spot: str
    contradiction: str
    pushback: Pushback | None
    current_mood: str
    current_activity: str

    @classmethod
    def of(cls, agent: Agent) -> Self:
        """Return what is told of ``agent``."""
        return cls.model_validate(agent, from_attributes=True)


class Deleted(BaseModel):
    """How many agents were deleted."""

    message: str
    deleted_count: int

    @classmethod
    def of(cls, count: int) -> Self:
        """Return what is told of ``count`` deleted agents."""
        return cls(message=f"Agents deleted: {count}.", deleted_count=count)


class MemoryAdded(BaseModel):
    """What an agent brings along now; ``urls_processed`` is 0, for addresses are not followed."""

    message: str
    agent_id: str
    updated_memory: str
    urls_processed: int = 0


class MemoryCleared(BaseModel):
    """The agent that brings nothing along any more."""

    message: str
    agent_id: str
