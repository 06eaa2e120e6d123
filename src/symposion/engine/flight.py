"""The turn in flight: folding its plan, its calls and its money into a room."""

from collections.abc import Mapping
from typing import Any

from symposion.engine.room import Open, Plan, Room
from symposion.ports.log import Event


def turn_planned(room: Room, event: Event, p: Mapping[str, Any]) -> None:
    """Open a turn."""
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


def budget_reserved(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    """Set money aside for the next call."""
    room.account.reserved += p["amount"]
    if room.open:
        room.open.phase, room.open.reserved = "reserved", p["amount"]
        room.open.purpose, room.open.attempt = p["purpose"], p["attempt"]


def budget_settled(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    """Turn what was set aside into what was spent."""
    room.account.reserved -= p["reserved"]
    room.account.spent += p["spent"]
    if room.open:
        room.open.reserved = 0
        room.open.cost += p["spent"]


def call_sent(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    """Count a call; from here on it may have been paid."""
    assert room.open is not None
    room.open.phase, room.open.purpose, room.open.attempt = "sent", p["purpose"], p["attempt"]
    room.open.calls += 1


def call_in_doubt(room: Room, _: Event, __: Mapping[str, Any]) -> None:
    """Give up waiting for an answer that nobody heard; the call may be made again."""
    assert room.open is not None
    room.open.phase = "failed"


def call_recorded(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    """Keep the reply until it is judged."""
    assert room.open is not None
    room.open.phase, room.open.reply, room.open.failures = "recorded", dict(p), 0
    room.open.tokens_in += p["tokens_in"]
    room.open.tokens_out += p["tokens_out"]
    room.spent.update(p["spent"])


def call_failed(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    """Count a failure in a row."""
    assert room.open is not None
    room.open.phase, room.open.retry_after = "failed", p["retry_after"]
    room.open.failures += 1


def guard_judged(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    """Keep a refused draft, for the request that asks for another."""
    if room.open is not None and not p["passed"]:
        room.open.flagged = p["flagged"]
