"""Counters in Redis, shared by all processes; without it each counts for itself for a while."""

import asyncio
import time
from typing import Any, cast

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from symposion.core.windows import Taken, Windows

_log = structlog.get_logger("symposion.counters")

PREFIX = "symposion:limits"
"""Before every key; the keys end by themselves with their windows."""

DEADLINE = 0.25
"""Seconds that Redis has for an answer; a request waits no longer for being counted."""

PAUSE = 1.0
"""Seconds between two attempts while Redis is away."""

CONNECTIONS = 16
"""Most connections of one process."""


class RedisCounters:
    """Moving windows in Redis, by the clock of this process.

    While Redis is away or slow, windows of the same size in this process take over: the limit is
    then that of each process, and never open. It is tried again every `PAUSE` seconds.
    """

    def __init__(self, url: str) -> None:
        pool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType] - its keywords have no types
            url,
            max_connections=CONNECTIONS,
            timeout=DEADLINE,
            socket_connect_timeout=DEADLINE,
            retry=Retry(NoBackoff(), 1),
        )
        # The library's signature knows plain values only; it hands the pool to the client.
        options = cast("dict[str, Any]", {"connection_pool": pool})
        self._pool = pool
        self._storage = RedisStorage(
            "async+redis://", implementation="redispy", key_prefix=PREFIX, **options
        )
        self._shared = MovingWindowRateLimiter(self._storage)
        self._own = Windows()
        self._away = False
        self._again = 0.0

    async def open(self) -> None:
        """Find out whether Redis is there; nothing depends on it but a line in the log."""
        try:
            async with asyncio.timeout(DEADLINE):
                await self._storage.get("nothing")
        except (RedisError, OSError, TimeoutError) as error:
            self._lost(error)

    async def take(self, bucket: str, amount: int, seconds: int) -> Taken:
        """Let one more into the window ``bucket``, if it has room."""
        if not self._is_tried():
            return await self._own.take(bucket, amount, seconds)
        try:
            async with asyncio.timeout(DEADLINE):
                taken = await self._take(bucket, amount, seconds)
        except (RedisError, OSError, TimeoutError) as error:
            self._lost(error)
            return await self._own.take(bucket, amount, seconds)
        self._found()
        return taken

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.disconnect()

    async def _take(self, bucket: str, amount: int, seconds: int) -> Taken:
        item = RateLimitItemPerSecond(amount, seconds, namespace="")
        admitted = await self._shared.hit(item, bucket)
        stats = await self._shared.get_window_stats(item, bucket)
        return Taken(admitted, stats.remaining, stats.reset_time - time.time())

    def _is_tried(self) -> bool:
        """Tell whether to ask Redis; while it is away, one request now and then does."""
        now = time.monotonic()
        if self._away and now < self._again:
            return False
        self._again = now + PAUSE
        return True

    def _lost(self, error: Exception) -> None:
        self._again = time.monotonic() + PAUSE
        if not self._away:
            self._away = True
            _log.warning("limits are counted by each process: no Redis", why=type(error).__name__)

    def _found(self) -> None:
        if self._away:
            self._away = False
            _log.info("limits are counted in Redis again")
