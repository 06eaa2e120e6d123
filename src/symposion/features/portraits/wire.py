"""Portraits as the HTTP contract tells them (sections 3, 4 and 13)."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from symposion.core.texts import FILLED, Name


def _filled(text: str) -> str:
    if text.isspace():
        raise PydanticCustomError("blank", "must not be blank")
    return text


Description = Annotated[
    str,
    StringConstraints(min_length=2, max_length=1_000),
    AfterValidator(_filled),
    Field(json_schema_extra={"pattern": FILLED}),
]
"""What a portrait is to show: 2 to 1,000 characters."""


class AvatarDraft(BaseModel):
    """What a portrait is to show."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prompt: Description


class AgentAvatarDraft(BaseModel):
    """Whom a portrait is to show."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agent_name: Name


class ProfileAvatarDraft(BaseModel):
    """What the caller's portrait is to show; without a prompt it follows from the name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prompt: Annotated[str, StringConstraints(max_length=1_000)] | None = None
    name: Annotated[str, StringConstraints(max_length=100)] | None = None


class AvatarReply(BaseModel):
    """A portrait, or why there is none.

    Attributes:
        drawn: Whether it is a simple face that knows nothing of what was asked for.
    """

    success: bool
    image_url: str = ""
    error: str | None = None
    drawn: bool = False


class AgentAvatarReply(BaseModel):
    """A portrait of an agent; ``drawn`` as in `AvatarReply`."""

    success: Literal[True] = True
    avatar_url: str
    agent_name: str
    drawn: bool


class ProfileAvatarReply(BaseModel):
    """A portrait of the caller; ``drawn`` as in `AvatarReply`."""

    success: Literal[True] = True
    avatar_url: str
    drawn: bool
