"""The event log of a run: the truth that everything else is folded from.

One stream per run, append-only. Events that were decided together are appended together, in one
atomic write: appending at the head one decided on *is* the compare-and-set that orders turns,
pauses and observers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, Protocol, TypeAlias

from symposion.core.errors import Conflict

Audience: TypeAlias = Literal["all"] | tuple[str, ...]
"""Who may see an event: everybody in the room, or exactly these participant ids (sorted).

"observer" and "system" always may.
"""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a run.

    Attributes:
        seq: Position in the run, from 1, without gaps.
        type: Such as "turn.committed"; see `symposion.engine.log` for all of them.
        version: Version of the payload's shape.
        actor_id: Who did it: an agent's id, "observer" or "system".
        sim_time: Simulated minutes since midnight of day 0.
        wall_time: RFC 3339 UTC; data like any other, never read by a rule.
        causation: ``seq`` of the event that led to this one; 0 for none.
        hash: sha256 over the previous event's hash and this event in canonical JSON.
    """

    seq: int
    type: str
    version: int
    run_id: str
    actor_id: str
    sim_time: int
    wall_time: str
    visible_to: Audience
    causation: int
    payload: Mapping[str, Any]
    hash: str


class StaleHead(Conflict):
    """Somebody else appended first: read on and decide again."""

    code = "stale-head"
    title = "The run moved on in the meantime."


def check_follows(events: Sequence[Event], head: int) -> None:
    """Check that ``events`` continue a log whose last ``seq`` is ``head``, 0 for an empty one.

    Raises:
        StaleHead: The first does not follow the head.
        ValueError: There is a gap between them, which is a mistake of the caller.
    """
    if events and events[0].seq != head + 1:
        raise StaleHead(f"Event {events[0].seq} does not follow event {head}.")
    if any(later.seq != event.seq + 1 for event, later in pairwise(events)):
        raise ValueError("Events appended together must have consecutive numbers.")


class RunLog(Protocol):
    """The log of one run."""

    async def read(self, after: int = 0) -> list[Event]:
        """Return all events with ``seq > after``, in order."""
        ...

    async def append(self, events: Sequence[Event]) -> None:
        """Keep ``events``, all or none, durably; their ``seq`` follows the head.

        Raises:
            StaleHead: The log has grown past ``events[0].seq - 1``; nothing was kept.
        """
        ...
