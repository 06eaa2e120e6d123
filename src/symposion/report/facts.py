"""What a log says, gathered once for all pages: turns, shares, promises, stances, costs.

Nothing is estimated. What a number counts stands at its field.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from symposion.engine.drive import turn_of
from symposion.engine.persona import Agent
from symposion.engine.reading import Reading, read
from symposion.engine.scenario import Scenario
from symposion.engine.text import tokens
from symposion.engine.turns import Turn
from symposion.ports.brief import Issue
from symposion.ports.log import Event


@dataclass(frozen=True, slots=True)
class Line:
    """One public turn and what it does, read by the engine's rules.

    Attributes:
        words: Words of the text.
        answering: Number of the turn it replies to; 0 for none.
        addressee: Name of whom it speaks to; empty for all.
    """

    turn: Turn
    words: int
    answering: int
    addressee: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of a turn, quoted exactly.

    Attributes:
        owner: Name of who is to do it; empty if the turn does not say.
        due: The date or time in the turn's own words; empty if it gives none.
    """

    turn: int
    speaker: str
    text: str
    owner: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What one agent took of the conversation; all calls made for its turns are its own."""

    name: str
    turns: int
    words: int
    calls: int
    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A stance that moved after turn ``turn``, and the numbers of the turns that moved it."""

    turn: int
    before: float
    after: float
    flip: bool
    causes: tuple[int, ...]


@dataclass(slots=True)
class Stance:
    """Where one agent stood on one issue, -1 (against acting) to 1 (for it)."""

    agent_id: str
    name: str
    first: float
    last: float
    shifts: list[Shift] = field(default_factory=list[Shift])


@dataclass(frozen=True, slots=True)
class Spending:
    """What the model was asked for, over all calls, those of discarded drafts included.

    Attributes:
        calls: Calls that were answered.
        failed: Calls that failed or stayed in doubt.
        refused: Drafts the guard refused.
        passed: Turns given up after repairs.
        micro_usd: None if no price is known.
    """

    calls: int
    failed: int
    refused: int
    passed: int
    tokens_in: int
    tokens_out: int
    micro_usd: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a page shows of one run.

    Attributes:
        model: Provider and name of the model, as the run was created with.
        ended: Why the run ended; empty while it goes on.
        began, latest: Wall times of the first and the last event, RFC 3339 UTC.
        events: Length of the log.
        hash: Hash of its last event.
        issues: The questions on the table.
        stances: By issue id, in order of the cast.
        questions: Questions that no later turn answers (`open_questions`).
    """

    run_id: str
    scenario: Scenario
    seed: str
    turns_wanted: int
    model: dict[str, str]
    simulated: bool
    ended: str
    began: str
    latest: str
    events: int
    hash: str
    cast: tuple[Agent, ...]
    issues: tuple[Issue, ...]
    lines: tuple[Line, ...]
    shares: tuple[Share, ...]
    decisions: tuple[Note, ...]
    commitments: tuple[Note, ...]
    questions: tuple[Note, ...]
    stances: dict[str, list[Stance]]
    spending: Spending


def gather(events: Sequence[Event]) -> Facts:
    """Return the facts of a run; ``events`` are its whole log.

    Raises:
        ValueError: The log does not begin with ``run.created``.
    """
    if not events or events[0].type != "run.created":
        raise ValueError("A run begins with run.created.")
    created = events[0].payload
    told = _last(events, "scenario.set")
    scenario = Scenario.model_validate(told["scenario"])
    cast = _cast(events)
    names = {agent.id: agent.name for agent in cast}
    lines = _lines(events, names, scenario.language)
    model = created["model"]
    ended = next((e.payload["reason"] for e in reversed(events) if e.type == "run.ended"), "")
    return Facts(
        run_id=events[0].run_id,
        scenario=scenario,
        seed=created["seed"],
        turns_wanted=created["settings"]["turns"],
        model={"provider": model["provider"], "model": model["model"]},
        simulated=model["simulated"],
        ended=ended,
        began=events[0].wall_time,
        latest=events[-1].wall_time,
        events=len(events),
        hash=events[-1].hash,
        cast=cast,
        issues=tuple(Issue(i["id"], i["text"], tuple(i["terms"])) for i in told["issues"]),
        lines=lines,
        shares=_shares(lines, cast),
        decisions=tuple(_note(line, text) for line in lines for text in line.reading.decisions),
        commitments=tuple(_commitments(lines, names)),
        questions=tuple(open_questions(lines)),
        stances=_stances(events, names),
        spending=_spending(events),
    )


def open_questions(lines: Sequence[Line]) -> Iterable[Note]:
    """Yield the questions of every turn that no later turn answers.

    A turn is answered by a later one whose move is "answer" and that the log says replies to it.
    """
    answered = {line.answering for line in lines if line.turn.move == "answer"}
    for line in lines:
        if line.turn.number not in answered:
            for question in line.reading.questions:
                yield _note(line, question)


def _last(events: Sequence[Event], kind: str) -> Mapping[str, Any]:
    empty: dict[str, Any] = {}
    return next((e.payload for e in reversed(events) if e.type == kind), empty)


def _cast(events: Iterable[Event]) -> tuple[Agent, ...]:
    """Return all agents that ever joined, as they were last, in order of joining."""
    found: dict[str, Agent] = {}
    for event in events:
        if event.type in ("agent.joined", "agent.changed"):
            agent = Agent.model_validate(event.payload["agent"])
            found[agent.id] = agent
    return tuple(found.values())


def _lines(events: Iterable[Event], names: dict[str, str], language: str) -> tuple[Line, ...]:
    found: list[Line] = []
    for event in events:
        turn = turn_of(event, names) if event.visible_to == "all" else None
        if turn is not None:
            found.append(
                Line(
                    turn=turn,
                    words=len(tokens(turn.text)),
                    answering=event.payload["answering"],
                    addressee=names.get(turn.addressee_id, ""),
                    reading=read(turn.text, turn.speaker_id, names, language),
                )
            )
    return tuple(found)


def _shares(lines: Sequence[Line], cast: Iterable[Agent]) -> tuple[Share, ...]:
    found: list[Share] = []
    for agent in cast:
        own = [line for line in lines if line.turn.speaker_id == agent.id]
        found.append(
            Share(
                name=agent.name,
                turns=len(own),
                words=sum(line.words for line in own),
                calls=sum(line.turn.attempts for line in own),
                tokens_in=sum(line.turn.tokens_in for line in own),
                tokens_out=sum(line.turn.tokens_out for line in own),
            )
        )
    return tuple(found)


def _note(line: Line, text: str, owner: str = "", due: str = "") -> Note:
    return Note(line.turn.number, line.turn.speaker_name, text, owner, due)


def _commitments(lines: Iterable[Line], names: Mapping[str, str]) -> Iterable[Note]:
    for line in lines:
        for promise in line.reading.commitments:
            yield _note(line, promise.text, names.get(promise.owner_id, ""), promise.due)


def _stances(events: Iterable[Event], names: Mapping[str, str]) -> dict[str, list[Stance]]:
    found: dict[str, dict[str, Stance]] = {}
    numbers: dict[int, int] = {}
    turn = 0
    for event in events:
        p = event.payload
        if event.type == "turn.committed":
            turn = numbers[event.seq] = p["number"]
        elif event.type == "stance.committed" and p["phase"] == "first":
            for row in p["positions"]:
                who = p["agent_id"]
                stance = Stance(who, names[who], row["x"], row["x"])
                found.setdefault(row["issue"], {})[who] = stance
        elif event.type == "stance.moved":
            stance = found[p["issue"]][p["agent_id"]]
            causes = tuple(numbers[seq] for seq in p["causes"] if seq in numbers)
            stance.shifts.append(Shift(turn, p["from"], p["to"], p["flip"], causes))
            stance.last = p["to"]
    return {issue: list(rows.values()) for issue, rows in found.items()}


def _spending(events: Sequence[Event]) -> Spending:
    recorded = [e.payload for e in events if e.type == "call.recorded"]
    settled = [e.payload["spent"] for e in events if e.type == "budget.settled"]
    priced = all(e.payload["priced"] for e in events if e.type == "budget.reserved")
    return Spending(
        calls=len(recorded),
        failed=sum(e.type in ("call.failed", "call.in_doubt") for e in events),
        refused=sum(e.type == "guard.judged" and not e.payload["passed"] for e in events),
        passed=sum(e.type == "turn.passed" for e in events),
        tokens_in=sum(p["tokens_in"] for p in recorded),
        tokens_out=sum(p["tokens_out"] for p in recorded),
        micro_usd=sum(settled) if priced else None,
    )
