"""What a room talks about."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

SCENARIO_LIMIT = 8000
"""Longest scenario, in characters (reliability design R6.2)."""


class Scenario(BaseModel):
    """A situation put before a cast.

    Attributes:
        text: What everybody in the room knows, up to `SCENARIO_LIMIT` characters.
        name: A short label.
        language: Code of the language the room speaks, such as "en".
        issues: The questions on the table, at most 5; taken from the text when empty.
        beats: New facts that enter, in order, when the room falls silent or goes in circles.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=SCENARIO_LIMIT)
    ]
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = "Untitled"
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z]{2})?$")] = "en"
    issues: tuple[Annotated[str, StringConstraints(min_length=1, max_length=300)], ...] = Field(
        default=(), max_length=5
    )
    beats: tuple[Annotated[str, StringConstraints(min_length=1, max_length=500)], ...] = Field(
        default=(), max_length=50
    )
