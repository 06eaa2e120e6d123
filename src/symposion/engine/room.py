"""The state of a run, folded from its log: what the rules read to decide what comes next.

A room holds what the next decision needs and no more, so work and memory stay bounded however
long the run gets: the last turns in full, signatures of the rest, and the minds of its members.
"""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from symposion.engine.chance import Chance
from symposion.engine.inventory import Inventory
from symposion.engine.log import Draft, Head
from symposion.engine.member import Member
from symposion.engine.periods import PERIODS, start_of
from symposion.engine.reading import Reading
from symposion.engine.scenario import Scenario
from symposion.engine.settings import EngineSettings
from symposion.engine.text import Words, name_words
from symposion.engine.turnindex import TurnIndex
from symposion.engine.worn import WornPhrases
from symposion.ports.brief import Issue, Move, Said
from symposion.ports.log import Audience

WINDOW = 40
"""Turns kept in full."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A committed turn that is still in view; of its words only the content is kept."""

    said: Said
    seq: int
    move: str
    addressee: str
    issue: str
    side: float
    words: Words
    reading: Reading
    visible_to: Audience


@dataclass(frozen=True, slots=True)
class Plan:
    """What ``turn.planned`` decided; everything else about the turn follows from the room.

    Attributes:
        number: Number the turn will have if it is committed.
        slot: Counts plans and silences alike; the counter of every draw.
        side: The position the turn speaks for, -1 to 1.
        base: ``seq`` the plan was made at; a material event after it makes the turn stale.
    """

    number: int
    slot: int
    speaker: str
    move: Move
    addressee: str
    issue: str
    answering: int
    owed: bool
    words: int
    side: float
    base: int


@dataclass(slots=True)
class Open:
    """The turn in flight."""

    plan: Plan
    seq: int
    phase: Literal["planned", "reserved", "sent", "recorded", "failed"] = "planned"
    purpose: str = "speak"
    attempt: int = 0
    calls: int = 0
    failures: int = 0
    retry_after: float = 0.0
    reserved: int = 0
    cost: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    reply: dict[str, Any] = field(default_factory=dict[str, Any])
    flagged: str = ""
    stale: bool = False


@dataclass(slots=True)
class Round:
    """A bounded scene in which everybody gets the floor once (HTTP rounds).

    Attributes:
        id: Its name outside the log; empty if it has none.
    """

    number: int
    coverage: Literal["all", "free"]
    spoken: list[str] = field(default_factory=list[str])
    extra: int = 0
    turns: list[int] = field(default_factory=list[int])
    id: str = ""


@dataclass(slots=True)
class Directive:
    """An observer's instruction in force."""

    seq: int
    text: str
    visible_to: Audience
    pinned: bool


@dataclass(slots=True)
class Digest:
    """A line about earlier talk; seen by who heard it."""

    turn: int
    seq: int
    text: str
    visible_to: Audience


@dataclass(frozen=True, slots=True)
class Beat:
    """A new fact that entered the room before turn ``turn``, by event ``seq``."""

    turn: int
    text: str
    seq: int


@dataclass(slots=True)
class Account:
    """Money of the run in micro-USD."""

    cap: int | None = None
    spent: int = 0
    reserved: int = 0


@dataclass(slots=True)
class Room:
    """Everything the next decision depends on.

    Attributes:
        slot: Plans and silences so far.
        turns: Committed turns so far.
        issue_turns: Turns on the current issue in a row.
        due: Events that follow from the last one and are not in the log yet.
        beats: New facts injected since the scenario was set.
        spent: What the model used up, by its own names (`Reply.spent`).
        silences: Silences in a row; turns of mere pleasantries count.
        passes: Passed turns in a row.
        halted: Why the run waits, such as "waiting_provider"; empty while it does not.
        ended: Why the run is over; empty while it is not.
    """

    head: Head
    settings: EngineSettings
    chance: Chance
    scenario: Scenario
    seed: str = ""
    issues: tuple[Issue, ...] = ()
    terms: tuple[str, ...] = ()
    members: dict[str, Member] = field(default_factory=dict[str, Member])
    names: frozenset[str] = frozenset()
    day: int = 1
    period: str = PERIODS[0]
    period_turns: int = 0
    sim_time: int = field(default_factory=lambda: start_of(1, PERIODS[0]))
    slot: int = 0
    turns: int = 0
    window: deque[Heard] = field(default_factory=lambda: deque[Heard](maxlen=WINDOW))
    index: TurnIndex = field(default_factory=TurnIndex)
    inventory: Inventory = field(default_factory=Inventory)
    worn: WornPhrases = field(default_factory=WornPhrases)
    digests: deque[Digest] = field(default_factory=lambda: deque[Digest](maxlen=12))
    directives: list[Directive] = field(default_factory=list[Directive])
    spoke: deque[str] = field(default_factory=lambda: deque[str](maxlen=24))
    issue: str = ""
    issue_turns: int = 0
    decided: dict[str, int] = field(default_factory=dict[str, int])
    summarised: int = 0
    silences: int = 0
    passes: int = 0
    beats: int = 0
    beat: Beat | None = None
    open: Open | None = None
    round: Round | None = None
    rounds: int = 0
    due: list[Draft] = field(default_factory=list[Draft])
    spent: Counter[str] = field(default_factory=Counter[str])
    account: Account = field(default_factory=Account)
    ended: str = ""
    paused: bool = False
    halted: str = ""

    def present(self) -> list[Member]:
        """Return who is in the room, in order of joining."""
        return [m for m in self.members.values() if m.present]

    def heard(self, member: Member) -> Iterator[Heard]:
        """Yield the turns in view that ``member`` was there for, newest first."""
        for turn in reversed(self.window):
            if turn.seq <= member.joined:
                return
            if turn.visible_to == "all" or member.id in turn.visible_to:
                yield turn

    def turn_in_view(self, number: int) -> Heard | None:
        """Return turn ``number`` if it is still in view."""
        return next((t for t in reversed(self.window) if t.said.turn == number), None)

    def name_of(self, member_id: str) -> str:
        """Return the name shown for an id."""
        member = self.members.get(member_id)
        return member.agent.name if member else "Observer (You)"

    def people(self) -> dict[str, str]:
        """Return the names of those present by id."""
        return {m.id: m.agent.name for m in self.present()}

    def issue_named(self, issue_id: str) -> Issue:
        """Return an issue by id."""
        return next(i for i in self.issues if i.id == issue_id)

    def rename(self) -> None:
        """Take the names of all members to be masked by the guard."""
        self.names = name_words(m.agent.name for m in self.members.values())
