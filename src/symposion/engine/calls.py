"""What a call to a model leaves in the log: its reply, its failure, its doubt and its price."""

from typing import Any

from symposion.engine import budget
from symposion.engine.log import Draft
from symposion.engine.room import Open, Room
from symposion.ports.language import ModelCard, ModelFailed, Reply, Request

LONGEST_REPLY = 20_000
"""Characters of a reply that are kept; a turn is far shorter."""
LONGEST_DETAIL = 500
"""Characters of a provider's error that are kept."""
_DOUBTFUL = frozenset(("timeout", "network", "protocol"))


def received(request: Request, reply: Reply, latency_ms: int, card: ModelCard) -> Draft:
    """Return the event that records a reply, before anything looks at it."""
    payload: dict[str, Any] = {
        "key": request.key,
        "text": _storable(reply.text, LONGEST_REPLY),
        "tokens_in": max(0, reply.tokens_in),
        "tokens_out": max(0, reply.tokens_out),
        "finish": reply.finish,
        "latency_ms": latency_ms,
        "spent": list(reply.spent),
        "produced_by": {
            "kind": "simulated" if card.simulated else "provider",
            "provider": card.provider,
            "model": reply.model,
            **dict(reply.stamp),
        },
    }
    return Draft("call.recorded", payload, visible_to=())


def failed(room: Room, request: Request, error: ModelFailed) -> tuple[Draft, ...]:
    """Return the events that record a failed call.

    A call that may have been answered out of our sight is charged at its reservation. An error
    that cannot heal halts the run at once.
    """
    assert room.open is not None
    payload: dict[str, Any] = {
        "key": request.key,
        "reason": error.reason,
        "detail": _storable(str(error), LONGEST_DETAIL),
        "retry_after": error.retry_after or 0.0,
    }
    drafts = [Draft("call.failed", payload, visible_to=())]
    if error.reason in _DOUBTFUL and room.open.reserved:
        drafts.append(settlement(room.open, room.open.reserved))
    if error.permanent:
        drafts.append(halted("model-refused", payload["detail"]))
    return tuple(drafts)


def in_doubt(room: Room) -> tuple[Draft, ...]:
    """Return what follows when a driver takes over a run whose last call has no answer.

    The call may have been paid: it is charged at its reservation. `next_step` makes it once more,
    unless the run is paused or the turn is stale.
    """
    turn = room.open
    if turn is None or turn.phase != "sent":
        return ()
    doubt = Draft("call.in_doubt", {"call": turn.calls}, visible_to=())
    return (doubt, settlement(turn, turn.reserved))


def settled(turn: Open, card: ModelCard) -> tuple[Draft, ...]:
    """Return the settlement of a recorded reply by its own count of tokens."""
    spent = budget.cost(card.price, turn.reply["tokens_in"], turn.reply["tokens_out"])
    return (settlement(turn, spent),)


def settlement(turn: Open, spent: int) -> Draft:
    """Return the event that turns what was reserved into what was spent."""
    return Draft("budget.settled", {"reserved": turn.reserved, "spent": spent}, visible_to=())


def _storable(text: str, limit: int) -> str:
    """Return ``text`` cut to ``limit`` characters, half characters replaced by "?"."""
    return text[:limit].encode("utf-8", "replace").decode()


def halted(reason: str, detail: str) -> Draft:
    """Return the event that makes a run wait, and why."""
    return Draft("run.halted", {"reason": reason, "detail": detail})
