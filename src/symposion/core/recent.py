"""The last few things that were worked on, so that they need not be made again."""

from collections import OrderedDict
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """Keeps at most ``limit`` values by name and forgets the one unused for longest.

    A value is taken out while it is worked on: two workers never share one, and a worker that
    fails leaves nothing half done behind.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, V] = OrderedDict()

    def take(self, name: str) -> V | None:
        """Return what is kept under ``name``, which is then no longer kept."""
        return self._kept.pop(name, None)

    def put(self, name: str, value: V) -> None:
        """Keep ``value`` under ``name``."""
        self._kept[name] = value
        self._kept.move_to_end(name)
        if len(self._kept) > self._limit:
            self._kept.popitem(last=False)
