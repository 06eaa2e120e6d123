"""One at a time: an orderly queue per name, within one process.

It spares work that would be done in vain; what must be ordered between processes is ordered by the
store (an append at the expected head of a log).
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from symposion.core.errors import TooMany

QUEUE_LIMIT = 8
"""Most callers that may wait or be at work under one name."""


class Busy(TooMany):
    """Too many requests of the same sort are waiting already."""

    code = "busy"
    title = "The requests before this one are still being worked on."


@dataclass(slots=True)
class _Queue:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    callers: int = 0


class Turnstile:
    """Lets callers of one name through one at a time, in order of arrival."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}

    @asynccontextmanager
    async def through(self, name: str, limit: int = QUEUE_LIMIT) -> AsyncGenerator[None]:
        """Wait for those who came before under ``name``.

        Raises:
            Busy: ``limit`` callers are there already.
        """
        queue = self._queues.setdefault(name, _Queue())
        if queue.callers >= limit:
            raise Busy(retry_after=5)
        queue.callers += 1
        try:
            async with queue.lock:
                yield
        finally:
            queue.callers -= 1
            if not queue.callers:
                del self._queues[name]
