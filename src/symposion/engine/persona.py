"""Who an agent is: traits, archetype, and what the user says of it."""

import re
import unicodedata
from enum import StrEnum
from typing import Annotated, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from symposion.core.numbers import WHOLE
from symposion.engine.chance import Chance

TRAITS = ("extroversion", "optimism", "curiosity", "cooperativeness", "energy")

Trait = Annotated[int, Field(ge=1, le=10, strict=True), WHOLE]
Pushback = Literal["accepts", "tests", "resists"]


class Archetype(StrEnum):
    """The broad temper of an agent; sets the default of its traits (HTTP contract 17.1)."""

    SCIENTIST = "scientist"
    ARTIST = "artist"
    LEADER = "leader"
    SKEPTIC = "skeptic"
    OPTIMIST = "optimist"
    INTROVERT = "introvert"
    ADVENTURER = "adventurer"
    MEDIATOR = "mediator"
    RESEARCHER = "researcher"

    @property
    def label(self) -> str:
        """The name shown to people."""
        return f"The {self.value.capitalize()}"


class Traits(BaseModel):
    """Five traits, whole numbers from 1 to 10."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    extroversion: Trait
    optimism: Trait
    curiosity: Trait
    cooperativeness: Trait
    energy: Trait

    @classmethod
    def of(cls, archetype: Archetype) -> Self:
        """Return the default traits of ``archetype`` (HTTP contract 17.1)."""
        return cls(**dict(zip(TRAITS, _DEFAULTS[archetype], strict=True)))


_DEFAULTS: dict[Archetype, tuple[int, int, int, int, int]] = {
    Archetype.SCIENTIST: (4, 6, 9, 7, 6),
    Archetype.ARTIST: (6, 7, 8, 6, 7),
    Archetype.LEADER: (9, 8, 6, 8, 8),
    Archetype.SKEPTIC: (4, 3, 7, 5, 5),
    Archetype.OPTIMIST: (8, 10, 6, 9, 8),
    Archetype.INTROVERT: (2, 5, 7, 6, 4),
    Archetype.ADVENTURER: (8, 8, 9, 6, 9),
    Archetype.MEDIATOR: (6, 7, 6, 10, 6),
    Archetype.RESEARCHER: (3, 6, 9, 7, 5),
}


def slug(name: str) -> str:
    """Return ``name`` as a lower-case ASCII id; "agent" when nothing is left of it."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-") or "agent"


def _clean(limit: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, max_length=limit)


class Agent(BaseModel):
    """A simulated person.

    ``personality`` defaults to the archetype's traits. ``id`` defaults to the slug of the name and
    must be unique in a cast. `blind_spot`, `contradiction` and `pushback` keep a room from polite
    sameness (engine design, section 7); `complete` fills those left empty, by rule.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    archetype: Archetype
    id: Annotated[str, StringConstraints(max_length=64)] = ""
    personality: Traits | None = None
    role: Annotated[str, _clean(200)] = ""
    goal: Annotated[str, _clean(1000)] = ""
    expertise: Annotated[str, _clean(1000)] = ""
    background: Annotated[str, _clean(4000)] = ""
    memories: tuple[Annotated[str, _clean(4000)], ...] = Field(default=(), max_length=100)
    blind_spot: Annotated[str, _clean(400)] = ""
    contradiction: Annotated[str, _clean(400)] = ""
    pushback: Pushback | None = None

    @model_validator(mode="before")
    @classmethod
    def _with_id(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        fields = cast("dict[str, object]", data)
        name = fields.get("name")
        return (
            fields if fields.get("id") or not isinstance(name, str) else fields | {"id": slug(name)}
        )

    @property
    def traits(self) -> Traits:
        """The traits, given or the archetype's."""
        return self.personality or Traits.of(self.archetype)

    @property
    def face(self) -> str:
        """What others know of the agent: its role, or else its expertise, and its archetype."""
        first = self.role or self.expertise.split(";")[0].split(".")[0].strip()
        return f"{first} ({self.archetype.label})" if first else self.archetype.label


_BLIND_SPOTS = (
    ("extroversion", True, "talks over quiet people and takes their silence for consent"),
    ("extroversion", False, "waits so long with an objection that the room has moved on"),
    ("optimism", True, "discounts bad news until it has a date on it"),
    ("optimism", False, "overlooks what it costs to do nothing"),
    ("curiosity", True, "opens new questions before the old ones are closed"),
    ("curiosity", False, "trusts what worked before and does not ask what changed"),
    ("cooperativeness", True, "smooths over a conflict that ought to be had"),
    ("cooperativeness", False, "hears a request for help as a request for control"),
    ("energy", True, "takes speed for progress"),
    ("energy", False, "takes a postponed decision for a careful one"),
)
_CONTRADICTIONS = (
    "asks for evidence, and decides by who brings it",
    "defends the rules, and admires those who bend them",
    "wants everybody heard, and is impatient with long answers",
    "preaches caution, and has bet everything once",
    "says money is secondary, and always names the cost first",
    "praises experiments, and dislikes being measured",
    "speaks for those absent, and rarely asks them",
    "wants a decision today, and keeps the last word for tomorrow",
)


def complete(agent: Agent, chance: Chance) -> Agent:
    """Return ``agent`` with every persona field that was left empty filled by rule.

    The blind spot follows the most extreme trait; the pushback disposition follows
    cooperativeness (8 and above accepts, 4 and below resists).
    """
    traits = agent.traits.model_dump()
    extreme = max(TRAITS, key=lambda name: (abs(traits[name] - 5.5), name))
    high = traits[extreme] > 5
    blind = next(text for name, side, text in _BLIND_SPOTS if (name, side) == (extreme, high))
    k = agent.traits.cooperativeness
    pushback: Pushback = "accepts" if k >= 8 else "resists" if k <= 4 else "tests"
    return agent.model_copy(
        update={
            "blind_spot": agent.blind_spot or blind,
            "contradiction": agent.contradiction
            or chance.pick(_CONTRADICTIONS, "contradiction", agent.id),
            "pushback": agent.pushback or pushback,
        }
    )
