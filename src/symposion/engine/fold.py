"""Folding events into a room: the only code that changes one."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from symposion.engine import listening
from symposion.engine.chance import Chance
from symposion.engine.inventory import Inventory
from symposion.engine.log import Head
from symposion.engine.member import Member, prepared_by, words_of
from symposion.engine.memory import Memory, Record
from symposion.engine.periods import start_of
from symposion.engine.persona import Agent
from symposion.engine.relations import Mood
from symposion.engine.room import Account, Beat, Directive, Open, Plan, Room, Round
from symposion.engine.scenario import Scenario
from symposion.engine.settings import EngineSettings
from symposion.engine.similarity import THRESHOLDS
from symposion.engine.stance import Position
from symposion.engine.turnindex import TurnIndex
from symposion.ports.brief import Issue, Style
from symposion.ports.log import Event


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
    fold = _FOLDS.get(event.type)
    if fold is not None:
        fold(room, event, event.payload)


def _scenario_set(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.scenario = Scenario.model_validate(p["scenario"])
    room.issues = tuple(Issue(i["id"], i["text"], tuple(i["terms"])) for i in p["issues"])
    room.terms = tuple(p["terms"])
    room.issue, room.issue_turns = "", 0
    room.inventory, room.decided = Inventory(), {}


def _agent_joined(room: Room, event: Event, p: Mapping[str, Any]) -> None:
    agent = Agent.model_validate(p["agent"])
    language = room.scenario.language
    member = Member(
        agent=agent,
        style=Style(**p["style"]),
        voice=p["voice"],
        joined=event.seq,
        memory=Memory(room.settings.live_records),
        mood=Mood.of(agent.traits),
        profile=words_of(agent.goal, agent.expertise, agent.background, language=language),
        goal_keys=words_of(agent.goal, language=language),
        prepared=prepared_by(agent, language),
        last_turn=room.turns,
    )
    for prepared in member.prepared:
        if prepared.source.kind == "memory":
            member.memory.write(
                Record(
                    id=prepared.source.id,
                    kind="fact",
                    text=prepared.source.text,
                    keys=prepared.keys,
                    sources=(event.seq,),
                    importance=0.5,
                    created=room.sim_time,
                    private=True,
                )
            )
    room.members[agent.id] = member
    room.rename()


def _agent_changed(room: Room, event: Event, p: Mapping[str, Any]) -> None:
    old = room.members[p["agent"]["id"]]
    _agent_joined(room, event, p)
    new = room.members[old.id]
    new.joined, new.memory, new.positions = old.joined, old.memory, old.positions
    new.relations, new.owed, new.gists = old.relations, old.owed, old.gists
    new.last_turn, new.turns, new.mood = old.last_turn, old.turns, old.mood


def _agent_left(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.members[p["agent_id"]].present = False


def _stance_committed(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    if p["phase"] == "final":
        room.voted = True
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
    _disturb(room)


def _observer_withdrew(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.directives = [d for d in room.directives if d.seq != p["spoke"]]


def _disturb(room: Room) -> None:
    if room.open is not None:
        room.open.stale = True


def _round_opened(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.rounds = p["number"]
    room.round = Round(p["number"], p["coverage"])
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


def _beat_injected(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.beats += 1
    room.beat = Beat(room.turns + 1, p["text"])


def _floor_ignored(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    member = room.members[p["by"]]
    member.owed = [o for o in member.owed if o.turn != p["turn"]]


def _turn_planned(room: Room, event: Event, p: Mapping[str, Any]) -> None:
    plan = Plan(
        number=p["number"],
        slot=p["slot"],
        speaker=p["speaker"],
        move=p["move"],
        addressee=p["addressee"],
        issue=p["issue"],
        answering=p["answering"],
        owed=p["owed"],
        words=p["words"],
        side=p["side"],
        base=p["base"],
    )
    room.slot = plan.slot
    room.open = Open(plan, event.seq)


def _budget_reserved(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.account.reserved += p["amount"]
    if room.open:
        room.open.reserved = p["amount"]


def _budget_settled(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.account.reserved -= p["reserved"]
    room.account.spent += p["spent"]
    if room.open:
        room.open.reserved = 0
        room.open.cost += p["spent"]


def _call_sent(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    assert room.open is not None
    room.open.phase, room.open.purpose, room.open.attempt = "sent", p["purpose"], p["attempt"]
    room.open.calls += 1


def _call_recorded(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    assert room.open is not None
    room.open.phase, room.open.reply, room.open.failures = "recorded", dict(p), 0
    room.open.tokens_in += p["tokens_in"]
    room.open.tokens_out += p["tokens_out"]
    room.spent.update(p["spent"])


def _call_failed(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    assert room.open is not None
    room.open.phase, room.open.retry_after = "failed", p["retry_after"]
    room.open.failures += 1


def _guard_judged(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    if room.open is not None and not p["passed"]:
        room.open.flagged = p["flagged"]


def _turn_over(room: Room, _: Event, __: Mapping[str, Any]) -> None:
    plan = room.open.plan if room.open else None
    room.open = None
    room.passes += 1
    if plan and room.round and plan.speaker not in room.round.spoken:
        room.round.spoken.append(plan.speaker)


def _turn_discarded(room: Room, _: Event, __: Mapping[str, Any]) -> None:
    room.open = None


def _turn_committed(room: Room, event: Event, p: Mapping[str, Any]) -> None:
    room.open, room.passes = None, 0
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
    _disturb(room)


def _run_resumed(room: Room, _: Event, __: Mapping[str, Any]) -> None:
    room.paused, room.halted = False, ""
    if room.open is not None:
        room.open.failures = 0


def _run_halted(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    room.halted = p["reason"]


_FOLDS: dict[str, Callable[[Room, Event, Mapping[str, Any]], None]] = {
    "scenario.set": _scenario_set,
    "agent.joined": _agent_joined,
    "agent.changed": _agent_changed,
    "agent.left": _agent_left,
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
    "turn.planned": _turn_planned,
    "budget.reserved": _budget_reserved,
    "budget.settled": _budget_settled,
    "call.sent": _call_sent,
    "call.recorded": _call_recorded,
    "call.failed": _call_failed,
    "guard.judged": _guard_judged,
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
