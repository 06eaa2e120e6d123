"""What one speaker is asked to say, as data: the structured twin of the prompt.

A hosted model reads the prompt text; the offline model reads this. Both are built from the same
state, and both see only what the speaker may see.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Move: TypeAlias = Literal[
    "propose",
    "inform",
    "ask",
    "answer",
    "clarify",
    "example",
    "object",
    "concede",
    "combine",
    "quantify",
    "recall",
    "reframe",
    "summarise",
    "decide",
    "assign",
    "warn",
    "invite",
    "joke",
    "close",
]
"""The dialogue act of a turn; exactly one is assigned to each."""

SourceKind: TypeAlias = Literal[
    "goal", "expertise", "background", "memory", "scenario", "point", "directive", "reason"
]


@dataclass(frozen=True, slots=True)
class Style:
    """How traits command somebody to speak; rates are per turn, in [0, 1].

    Attributes:
        median_words: Median of the lognormal of words per turn (sigma .45, clipped to 4-110).
        sentence_words: Mean words per sentence, 8-22.
        talk: Eagerness to bid for the floor.
        question_rate: Share of turns that ask something.
        hedge_rate: Share of turns that hedge.
        object_weight: Weight of objecting among the moves.
        agreement_ceiling: Largest share of turns that may carry an agreement marker.
        we_share: Share of "we" in self-reference.
        polarity: Affect of word choice, -.8 (dark) to .8 (bright).
        exclaim_rate: Share of turns with an exclamation mark.
        new_topic_rate: Share of turns that open something new.
        close_rate: Share of turns that push for a decision.
        cut_in: How far below the addressee's score this agent may still take the floor.
        conviction_base: Mean of conviction before noise.
    """

    median_words: float
    sentence_words: float
    talk: float
    question_rate: float
    hedge_rate: float
    object_weight: float
    agreement_ceiling: float
    we_share: float
    polarity: float
    exclaim_rate: float
    new_topic_rate: float
    close_rate: float
    cut_in: float
    conviction_base: float


@dataclass(frozen=True, slots=True)
class Speaker:
    """The agent who is to speak, with everything private to it.

    Attributes:
        role: Short public description, such as "hospital pharmacist (The Skeptic)".
        memories: What the agent brought along, oldest first.
        voice: Seed of the voice, stable for the agent in a run; keeps equal traits apart.
    """

    id: str
    name: str
    role: str
    archetype: str
    style: Style
    voice: int
    goal: str = ""
    expertise: str = ""
    background: str = ""
    memories: tuple[str, ...] = ()
    blind_spot: str = ""
    contradiction: str = ""
    pushback: Literal["accepts", "tests", "resists"] = "tests"


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else in the room, by public face only.

    Attributes:
        relation: The speaker's feeling towards them, -10 to 10.
    """

    id: str
    name: str
    role: str
    relation: float = 0.0


@dataclass(frozen=True, slots=True)
class Said:
    """Something said earlier that the speaker heard.

    Attributes:
        turn: Turn number, counted from 1; 0 for words that are no turn (the observer's).
    """

    turn: int
    speaker_id: str
    speaker_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of content the speaker may use, with the id that its use can be traced to."""

    id: str
    kind: SourceKind
    text: str
    owner_id: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """A question on the table.

    Attributes:
        terms: Key terms of the issue as the scenario writes them, most telling first.
    """

    id: str
    text: str
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything that shapes one turn.

    Attributes:
        seed: Seed of the run; with ``turn`` and ``attempt`` it fixes every free choice.
        turn: Turn number, counted from 1.
        attempt: 0 for the first draft, then 1, 2 for repairs of it.
        answering: What the turn replies to, if it replies to something.
        owed: True when ``answering`` is a question to the speaker that must be answered.
        addressee_id: Whom the turn speaks to; empty for all.
        stance: The speaker's position on ``issue``, -1 to 1.
        conviction: How firmly it is held, 0 to 1.
        target_words: Length drawn from the speaker's own distribution.
        sources: What may be used, best first; ids are stable within the run.
        recent: The last turns the speaker heard, oldest first, at most 12.
        own_gists: What the speaker said before, deduplicated, oldest first, at most 8.
        table: Arguments on the table on the issue, newest first, at most 10, anybody's.
        digest: Earlier talk the speaker heard, in short lines, oldest first.
        worn: Phrases used too often, lower-case, not to be used.
        terms: Key terms of the scenario, best first, verbatim.
        decided: True once the room decided on ``issue``.
        spent: How often each of the model's own resources was used in this run (see
            `Reply.spent`); what the model spends it gets back here.
        flagged: The text that the repetition guard refused, when this is a repair.
    """

    seed: str
    turn: int
    attempt: int
    language: str
    speaker: Speaker
    others: tuple[Other, ...]
    move: Move
    target_words: int
    scenario_name: str
    scenario_text: str
    issue: Issue
    stance: float
    conviction: float
    answering: Said | None = None
    owed: bool = False
    addressee_id: str = ""
    sources: tuple[Source, ...] = ()
    recent: tuple[Said, ...] = ()
    own_gists: tuple[str, ...] = ()
    table: tuple[Source, ...] = ()
    digest: tuple[str, ...] = ()
    worn: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    directives: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    day: int = 1
    period: str = "morning"
    mood: str = "neutral"
    decided: bool = False
    spent: Mapping[str, int] = field(default_factory=dict[str, int])
    flagged: str = ""
