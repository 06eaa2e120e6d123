"""What the library holds: agents by sector, and panels of them. Nothing here is anybody's own."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from symposion.engine.persona import Archetype, Pushback, Traits

Pronouns = Literal["she", "he", "they"]
Region = Literal["africa", "americas", "asia", "europe", "middle-east", "oceania"]


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{2,60}$")]
Phrase = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Clause = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Story = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]


class _Shipped(BaseModel):
    """Data of the package: whole, of the very types told, and never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class LibraryAgent(_Shipped):
    """A ready-made person.

    Attributes:
        region: Where the person lives, or comes from if that matters more.
        expertise: Noun phrases, separated by commas.
        blind_spot, contradiction: Clauses without a full stop.
        pushback: How the person meets somebody else's framing.
    """

    id: Slug
    name: Phrase
    sector: Slug
    role: Clause
    age: Annotated[int, Field(ge=18, le=88)]
    pronouns: Pronouns
    region: Region
    archetype: Archetype
    personality: Traits
    goal: Clause
    expertise: Clause
    background: Story
    memories: Annotated[tuple[Story, ...], Field(min_length=2, max_length=3)]
    blind_spot: Clause
    contradiction: Clause
    pushback: Pushback
    tags: Annotated[tuple[Phrase, ...], Field(min_length=3, max_length=6)]


class Sector(_Shipped):
    """A field of work that 20 agents come from."""

    id: Slug
    name: Phrase


class Seat(_Shipped):
    """A place in a panel: who sits there, and why."""

    agent_id: Slug
    reason: Clause


class Panel(_Shipped):
    """A named cast of 3 to 7 library agents; ``question`` is what it is good for."""

    id: Slug
    name: Phrase
    question: Clause
    members: Annotated[tuple[Seat, ...], Field(min_length=3, max_length=7)]
