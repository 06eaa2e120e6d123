"""What may be said of a person: texts with an end, and an archetype still to be looked at."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from symposion.core.texts import FILLED
from symposion.engine.persona import Archetype

Line = Annotated[str, StringConstraints(max_length=1_000)]
Passage = Annotated[str, StringConstraints(max_length=4_000)]
Address = Annotated[str, StringConstraints(max_length=8_000)]

ArchetypeName = Annotated[
    str,
    StringConstraints(max_length=100),
    Field(json_schema_extra={"enum": [archetype.value for archetype in Archetype]}),
]
"""Any text: the HTTP contract wants an unknown archetype told apart (400) from a body of the wrong
shape (422)."""

_FRAGMENTS: Final = ("Knowledge Sources:", "undefined")


def _remembered(text: str) -> str:
    """Return ``text``, or nothing if a page made it of nothing (HTTP contract 1.15)."""
    rest = text
    for fragment in _FRAGMENTS:
        rest = rest.replace(fragment, "")
    return text if rest.strip() else ""


def _filled(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "must not be blank")
    return text


_Filled = Field(json_schema_extra={"minLength": 1, "pattern": FILLED})

Memory = Annotated[Passage, AfterValidator(_remembered)]
"""What somebody brings along; one that holds only "undefined Knowledge Sources: undefined" or parts
of it is empty."""

FilledLine = Annotated[Line, AfterValidator(_filled), _Filled]
FilledPassage = Annotated[Passage, AfterValidator(_filled), _Filled]
"""The same, and more than blanks."""

DESCRIPTIONS: Final[dict[Archetype, str]] = {
    Archetype.SCIENTIST: "Logical and curious; wants to see the evidence before a conclusion.",
    Archetype.ARTIST: "Imaginative and expressive; looks for the angle nobody has tried.",
    Archetype.LEADER: "Confident and outgoing; sets a direction and moves people towards it.",
    Archetype.SKEPTIC: "Critical and careful; asks what could go wrong and who has checked.",
    Archetype.OPTIMIST: "Hopeful and encouraging; sees the chance in a setback.",
    Archetype.INTROVERT: "Quiet and thoughtful; speaks seldom, and only after thinking it through.",
    Archetype.ADVENTURER: "Bold and energetic; would rather try it than talk about it.",
    Archetype.MEDIATOR: "Patient and fair; hears all sides and looks for what they share.",
    Archetype.RESEARCHER: "Thorough and persistent; reads everything there is, then asks for more.",
}
"""What people are told of each archetype."""
