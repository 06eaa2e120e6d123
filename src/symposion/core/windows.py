"""How often something happened lately: moving windows, counted in the memory of this process."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

SWEEP_SECONDS = 60.0
"""So often, windows in which nothing happened lately are forgotten."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is left in a window; ``reset`` is seconds until its next place is free."""

    admitted: bool
    remaining: int
    reset: float


class Windows:
    """Counts exactly: in no stretch of ``seconds`` more than ``amount`` are let in.

    A window takes a number for each request let in, so its memory is bounded by the requests of
    the last ``seconds``; a look at it costs the same however many windows there are.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: dict[str, tuple[int, deque[float]]] = {}
        self._swept = clock()

    async def take(self, bucket: str, amount: int, seconds: int) -> Taken:
        """Let one more into the window ``bucket``, if it has room; a refusal counts nothing."""
        now = self._clock()
        self._sweep(now)
        _, times = self._windows.setdefault(bucket, (seconds, deque()))
        while times and times[0] <= now - seconds:
            times.popleft()
        admitted = len(times) < amount
        if admitted:
            times.append(now)
        return Taken(admitted, amount - len(times), times[0] + seconds - now)

    async def close(self) -> None:
        """Forget everything."""
        self._windows.clear()

    def _sweep(self, now: float) -> None:
        if now - self._swept < SWEEP_SECONDS:
            return
        self._swept = now
        self._windows = {
            bucket: (seconds, times)
            for bucket, (seconds, times) in self._windows.items()
            if times[-1] > now - seconds
        }
