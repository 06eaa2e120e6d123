"""How many connections each address may have, and which of them has to go; knows no server."""

from collections.abc import Sequence
from itertools import islice
from typing import Generic, TypeVar

from symposion.web.peers import Network, crowd_of

C = TypeVar("C")

STATE = "crowds"
"""Name of the `Crowds` in the state of the application's lifespan."""


class Crowds(Generic[C]):
    """The connections of one process by address.

    A connection *waits* until a request is complete, and again after the answer; in between it is
    *served*. Those that wait have to go first, the oldest before all others: whoever opens
    thousands and says little pushes out only themselves.

    Args:
        limit: Most connections of one address; 0 for any number.
        trusted: Proxies, whose connections are those of many.
    """

    def __init__(self, limit: int = 0, trusted: Sequence[Network] = ()) -> None:
        self._limit = limit
        self._trusted = tuple(trusted)
        self._waiting: dict[str, dict[C, None]] = {}
        self._served: dict[str, dict[C, None]] = {}

    def key(self, host: str) -> str:
        """Return what to call those who connect from ``host``; nothing for who is not counted."""
        return crowd_of(host, self._trusted) if self._limit else ""

    def wait(self, key: str, connection: C) -> bool:
        """Count ``connection`` as the youngest that waits; tell whether somebody has to go now."""
        if not key:
            return False
        self.leave(key, connection)
        self._waiting.setdefault(key, {})[connection] = None
        return self._size(key) > self._limit

    def has_room(self, key: str) -> bool:
        """Tell whether one more may be served."""
        return not key or len(self._served.get(key, ())) < self._limit

    def serve(self, key: str, connection: C) -> None:
        """Count ``connection`` as served."""
        if key:
            self.leave(key, connection)
            self._served.setdefault(key, {})[connection] = None

    def leave(self, key: str, connection: C) -> None:
        """Count ``connection`` no more."""
        for crowd in (self._waiting, self._served):
            if key in crowd:
                crowd[key].pop(connection, None)
                if not crowd[key]:
                    del crowd[key]

    def surplus(self, key: str) -> list[C]:
        """Return those that have to go, oldest first: they wait, and there are too many."""
        waiting = self._waiting.get(key, {})
        return list(islice(waiting, max(0, self._size(key) - self._limit)))

    def _size(self, key: str) -> int:
        return len(self._waiting.get(key, ())) + len(self._served.get(key, ()))
