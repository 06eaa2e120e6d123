"""A run's log that lives as long as the process: for notebooks, tests and forks."""

from collections.abc import Iterable, Sequence

from symposion.ports.log import Event, check_follows


class MemoryLog:
    """A `RunLog` in memory.

    Args:
        events: What happened already, from ``seq`` 1 without gaps.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._events: list[Event] = []
        self._keep(tuple(events))

    async def read(self, after: int = 0) -> list[Event]:
        """Return all events with ``seq > after``; see `RunLog.read`."""
        return self._events[max(after, 0) :]

    async def append(self, events: Sequence[Event]) -> None:
        """Keep ``events``; see `RunLog.append`."""
        self._keep(events)

    def _keep(self, events: Sequence[Event]) -> None:
        check_follows(events, len(self._events))
        self._events.extend(events)
