"""The port to counters: how often something happened lately, for all processes or this one."""

from typing import Protocol

from symposion.core.windows import Taken


class Counters(Protocol):
    """Moving windows: in no stretch of ``seconds`` more than ``amount`` are let in."""

    async def take(self, bucket: str, amount: int, seconds: int) -> Taken:
        """Let one more into the window ``bucket``, if it has room; a refusal counts nothing.

        It never raises: counters that cannot be reached are replaced by others of the same size.
        """
        ...

    async def close(self) -> None:
        """Let go of what was opened."""
        ...
