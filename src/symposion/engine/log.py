"""Events of a run: their types, their canonical form, and the chain of hashes that binds them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, TypeAlias

import orjson

from symposion.ports.log import Audience, Event

EventType: TypeAlias = Literal[
    "run.created",
    "run.ended",
    "run.halted",
    "run.resumed",
    "run.paused",
    "scenario.set",
    "beats.set",
    "agent.joined",
    "agent.changed",
    "agent.left",
    "stance.committed",
    "stance.moved",
    "observer.spoke",
    "observer.withdrew",
    "round.opened",
    "round.closed",
    "period.advanced",
    "floor.silent",
    "floor.ignored",
    "beat.injected",
    "turn.planned",
    "budget.reserved",
    "budget.settled",
    "call.sent",
    "call.recorded",
    "call.failed",
    "call.in_doubt",
    "guard.judged",
    "turn.committed",
    "turn.passed",
    "turn.discarded",
    "relation.changed",
    "mood.changed",
    "memory.written",
]

MATERIAL = frozenset(
    (
        "observer.spoke",
        "turn.committed",
        "run.paused",
        "run.ended",
        "agent.joined",
        "agent.changed",
        "agent.left",
        "scenario.set",
    )
)
"""Events that make a turn stale that was planned before them (engine design, section 2)."""

GENESIS = "0" * 64
"""The hash before the first event."""

_TIMES = ("wall_time", "hash")
_TIMED_PAYLOAD = "latency_ms"


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has a place in the log.

    Attributes:
        causation: ``seq`` of the cause; -1 for "the event before me in the same batch".
    """

    type: EventType
    payload: Mapping[str, Any]
    actor_id: str = "system"
    visible_to: Audience = "all"
    causation: int = 0


def canonical(fields: Mapping[str, Any]) -> bytes:
    """Return ``fields`` as JSON with sorted keys and no spaces: the same bytes everywhere."""
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)


def as_dict(event: Event) -> dict[str, Any]:
    """Return ``event`` as JSON types."""
    return {
        "seq": event.seq,
        "type": event.type,
        "version": event.version,
        "run_id": event.run_id,
        "actor_id": event.actor_id,
        "sim_time": event.sim_time,
        "wall_time": event.wall_time,
        "visible_to": event.visible_to
        if isinstance(event.visible_to, str)
        else list(event.visible_to),
        "causation": event.causation,
        "payload": event.payload,
        "hash": event.hash,
    }


def from_dict(fields: Mapping[str, Any]) -> Event:
    """Return the event that `as_dict` wrote.

    Raises:
        KeyError: A field is missing.
    """
    seen = fields["visible_to"]
    return Event(
        seq=fields["seq"],
        type=fields["type"],
        version=fields["version"],
        run_id=fields["run_id"],
        actor_id=fields["actor_id"],
        sim_time=fields["sim_time"],
        wall_time=fields["wall_time"],
        visible_to="all" if seen == "all" else tuple(seen),
        causation=fields["causation"],
        payload=fields["payload"],
        hash=fields["hash"],
    )


def _link(previous: str, fields: dict[str, Any]) -> str:
    body = {name: value for name, value in fields.items() if name != "hash"}
    return sha256(previous.encode() + canonical(body)).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """Where a run stands: what the next event is chained to."""

    run_id: str
    seq: int = 0
    hash: str = GENESIS


def seal(head: Head, drafts: Sequence[Draft], sim_time: int, wall_time: str) -> list[Event]:
    """Return ``drafts`` as the events that follow ``head``, chained."""
    sealed: list[Event] = []
    seq, previous = head.seq, head.hash
    for draft in drafts:
        seq += 1
        cause = seq - 1 if draft.causation < 0 else draft.causation
        fields: dict[str, Any] = {
            "seq": seq,
            "type": draft.type,
            "version": 1,
            "run_id": head.run_id,
            "actor_id": draft.actor_id,
            "sim_time": sim_time,
            "wall_time": wall_time,
            "visible_to": draft.visible_to
            if isinstance(draft.visible_to, str)
            else list(draft.visible_to),
            "causation": cause,
            "payload": draft.payload,
        }
        previous = _link(previous, fields)
        sealed.append(from_dict({**fields, "hash": previous}))
    return sealed


def first_break(events: Iterable[Event], start: Head | None = None) -> int:
    """Return the ``seq`` of the first event that does not follow from those before; 0 for none.

    One changed byte anywhere breaks the chain from there on.
    """
    seq, previous = (start.seq, start.hash) if start else (0, GENESIS)
    for event in events:
        seq += 1
        if event.seq != seq or _link(previous, as_dict(event)) != event.hash:
            return event.seq
        previous = event.hash
    return 0


def timeless(event: Event) -> dict[str, Any]:
    """Return ``event`` without what depends on the wall clock: for comparing two runs."""
    fields = {name: value for name, value in as_dict(event).items() if name not in _TIMES}
    payload = {name: value for name, value in event.payload.items() if name != _TIMED_PAYLOAD}
    return {**fields, "payload": payload}


def may_see(visible_to: Audience, viewer: str) -> bool:
    """Return whether ``viewer`` may see what has this audience.

    The observer and the system see everything; an agent only what it was present for.
    """
    return visible_to == "all" or viewer in ("observer", "system") or viewer in visible_to


def visible_events(events: Iterable[Event], viewer: str, up_to: int | None = None) -> list[Event]:
    """Return what ``viewer`` could know at ``seq`` ``up_to``: the one door to a run's past.

    What is said to all is heard by those in the room: not before they joined, nor after they left.
    The scenario is told to everybody.
    """
    insider = viewer in ("observer", "system")
    present = insider
    found: list[Event] = []
    for event in events:
        if up_to is not None and event.seq > up_to:
            break
        present = insider or _is_present(event, viewer, present)
        heard = present or event.visible_to != "all" or event.type == "scenario.set"
        if heard and may_see(event.visible_to, viewer):
            found.append(event)
    return found


def _is_present(event: Event, viewer: str, before: bool) -> bool:
    if event.type == "agent.joined" and event.payload["agent"]["id"] == viewer:
        return True
    if event.type == "agent.left" and event.payload["agent_id"] == viewer:
        return False
    return before
