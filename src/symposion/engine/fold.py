"""Folding events into a room: the only code that changes one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from symposion.engine import flight, listening, roster
from symposion.engine.chance import Chance
from symposion.engine.inventory import Inventory
from symposion.engine.log import MATERIAL, Head
from symposion.engine.memory import Record
from symposion.engine.opening import issues_in
from symposion.engine.periods import start_of
from symposion.engine.room import Account, Beat, Directive, Room, Round
from symposion.engine.scenario import Scenario
from symposion.engine.settings import EngineSettings
from symposion.engine.similarity import THRESHOLDS
from symposion.engine.stance import Position
from symposion.engine.turnindex import TurnIndex
from symposion.ports.log import Event

DIRECTIVES = 50
"""Directives of the observer kept in force; the oldest that is not pinned goes first."""


def replay(events: Iterable[Event]) -> Room:
    """Return the room that ``events`` add up to; the first must be ``run.created``.

    Raises:
        ValueError: There is no such first event.
    """
    iterator = iter(events)
    first = next(iterator, None)
    if first is None or first.type != "run.created":
        raise ValueError("A run begins with run.created.")
    room = founded(first)
    for event in iterator:
        apply(room, event)
    return room


def founded(event: Event) -> Room:
    """Return the empty room of a ``run.created`` event."""
    settings = EngineSettings.model_validate(event.payload["settings"])
    return Room(
        head=Head(event.run_id, event.seq, event.hash),
        settings=settings,
        chance=Chance(event.payload["seed"]),
        seed=event.payload["seed"],
        scenario=Scenario(text="-"),
        account=Account(cap=settings.cap_micro_usd),
        index=TurnIndex(THRESHOLDS[settings.guard]),
    )


def apply(room: Room, event: Event) -> None:
    """Fold one event into ``room``; it must follow the head."""
    room.head = Head(event.run_id, event.seq, event.hash)
    if room.due and (room.due[0].type, room.due[0].payload) == (event.type, event.payload):
        room.due.pop(0)
    if room.open is not None and event.type in MATERIAL:
        room.open.stale = True
    fold = _FOLDS.get(event.type)
    if fold is not None:
        fold(room, event, event.payload)


def _scenario_set(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.scenario = Scenario.model_validate(p["scenario"])
    room.issues = issues_in(p)
    room.terms = tuple(p["terms"])
    room.issue, room.issue_turns = "", 0
    room.inventory, room.decided = Inventory(), {}
    room.beats, room.beat = 0, None
    room.due = [draft for draft in room.due if draft.type != "stance.moved"]
    for member in room.members.values():
        member.positions.clear()
    older = [replace(heard, issue="") for heard in room.window]
    room.window.clear()
    room.window.extend(older)


def _beats_set(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.scenario = room.scenario.model_copy(update={"beats": tuple(p["texts"])})


def _stance_committed(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    if p["phase"] == "final":
        return
    member = room.members[p["agent_id"]]
    for row in p["positions"]:
        member.positions[row["issue"]] = Position(row["x"], row["conviction"], row["x"])


def _stance_moved(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    position = room.members[p["agent_id"]].positions[p["issue"]]
    position.x, position.pressure = p["to"], 0.0
    position.causes.clear()


def _observer_spoke(room: Room, event: Event, p: Mapping[str, Any]) -> None:
    room.directives.append(Directive(event.seq, p["text"], event.visible_to, p["pin"]))
    if len(room.directives) > DIRECTIVES:
        loose = next((d for d in room.directives if not d.pinned), room.directives[0])
        room.directives.remove(loose)


def _observer_withdrew(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.directives = [d for d in room.directives if d.seq != p["spoke"]]


def _round_opened(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.rounds = p["number"]
    room.round = Round(p["number"], p["coverage"], id=p.get("id", ""))
    room.silences = room.passes = 0


def _round_closed(room: Room, _: Event, __: Mapping[str, Any]) -> None:
    room.round = None


def _period_advanced(room: Room, event: Event, p: Mapping[str, Any]) -> None:
    room.day, room.period, room.period_turns = p["day"], p["period"], 0
    room.sim_time = max(room.sim_time, start_of(room.day, room.period))
    listening.period_passed(room, event.seq)


def _floor_silent(room: Room, _: Event, __: Mapping[str, Any]) -> None:
    room.slot += 1
    room.silences += 1


def _beat_injected(room: Room, event: Event, p: Mapping[str, Any]) -> None:
    room.beats += 1
    room.beat = Beat(room.turns + 1, p["text"], event.seq)


def _floor_ignored(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    member = room.members[p["by"]]
    member.owed = [o for o in member.owed if o.turn != p["turn"]]


def _turn_over(room: Room, _: Event, __: Mapping[str, Any]) -> None:
    plan = room.open.plan if room.open else None
    room.open = None
    room.passes += 1
    if plan and room.round:
        _took_floor(room.round, plan.speaker)


def _took_floor(scene: Round, speaker: str) -> None:
    """Count a turn of a round, spoken or passed: the first of each speaker, then extra ones."""
    if speaker in scene.spoken:
        scene.extra += 1
    else:
        scene.spoken.append(speaker)


def _turn_discarded(room: Room, _: Event, __: Mapping[str, Any]) -> None:
    room.open = None


def _turn_committed(room: Room, event: Event, p: Mapping[str, Any]) -> None:
    room.open, room.passes = None, 0
    if room.round is not None:
        room.round.turns.append(p["number"])
        _took_floor(room.round, p["speaker"])
    listening.turn_heard(room, event, p)


def _relation_changed(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    for row in p["changes"]:
        room.members[row["from"]].relations[row["to"]] = row["score"]


def _mood_changed(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.members[p["agent_id"]].mood_label = p["to"]


def _memory_written(room: Room, event: Event, p: Mapping[str, Any]) -> None:
    memory = room.members[p["owner"]].memory
    memory.write(
        Record(
            id=p["id"],
            kind=p["kind"],
            text=p["text"],
            keys=frozenset(p["keys"]),
            sources=tuple(p["sources"]),
            importance=p["importance"],
            created=event.sim_time,
            turn=room.turns,
        )
    )


def _run_ended(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.ended = p["reason"]


def _run_paused(room: Room, _: Event, __: Mapping[str, Any]) -> None:
    room.paused = True


def _run_resumed(room: Room, _: Event, __: Mapping[str, Any]) -> None:
    room.paused, room.halted = False, ""
    if room.open is not None:
        room.open.failures = 0


def _run_halted(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.halted = p["reason"]


_FOLDS: dict[str, Callable[[Room, Event, Mapping[str, Any]], None]] = {
    "scenario.set": _scenario_set,
    "beats.set": _beats_set,
    "agent.joined": roster.agent_joined,
    "agent.changed": roster.agent_changed,
    "agent.left": roster.agent_left,
    "stance.committed": _stance_committed,
    "stance.moved": _stance_moved,
    "observer.spoke": _observer_spoke,
    "observer.withdrew": _observer_withdrew,
    "round.opened": _round_opened,
    "round.closed": _round_closed,
    "period.advanced": _period_advanced,
    "floor.silent": _floor_silent,
    "floor.ignored": _floor_ignored,
    "beat.injected": _beat_injected,
    "turn.planned": flight.turn_planned,
    "budget.reserved": flight.budget_reserved,
    "budget.settled": flight.budget_settled,
    "call.sent": flight.call_sent,
    "call.in_doubt": flight.call_in_doubt,
    "call.recorded": flight.call_recorded,
    "call.failed": flight.call_failed,
    "guard.judged": flight.guard_judged,
    "turn.passed": _turn_over,
    "turn.discarded": _turn_discarded,
    "turn.committed": _turn_committed,
    "relation.changed": _relation_changed,
    "mood.changed": _mood_changed,
    "memory.written": _memory_written,
    "run.ended": _run_ended,
    "run.halted": _run_halted,
    "run.paused": _run_paused,
    "run.resumed": _run_resumed,
}
