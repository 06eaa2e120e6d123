"""One at a time among all processes, so that none works and pays in vain.

A lease carries no time: its holder raises ``beat``, and who has seen holder and beat stand still
for `TTL` by its own clock takes over (reliability design R9.2). Nothing correct depends on it:
should two holders be at work after all, the store decides what counts.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import structlog

from symposion.context import Context
from symposion.core.documents import Owned, new_id
from symposion.core.errors import Conflict, DomainError, Duplicate, NotFound
from symposion.core.turnstile import Busy
from symposion.ports.store import Kind

_log = structlog.get_logger("symposion.lease")

TTL = 6.0
"""Seconds without a beat after which a holder counts as dead."""

PATIENCE = 60.0
"""Seconds a caller waits before it is told to come back."""

_BEATS_PER_TTL = 3
_LOOK = 0.1


class LeaseTaken(Conflict):
    """Somebody else holds the lease by now."""

    code = "lease-taken"
    title = "Another process is at work on this."


class Lease(Owned):
    """Who works on what ``name`` stands for; gone when nobody does."""

    name: str
    holder: str
    beat: int = 0


LEASES = Kind("leases", Lease, unique=(("name",),))


@asynccontextmanager
async def sole_holder(
    ctx: Context, name: str, patience: float | None = None
) -> AsyncGenerator[None]:
    """Wait until no other process works on ``name``, and keep others waiting meanwhile.

    Raises:
        Busy: It took longer than ``patience`` seconds, else `PATIENCE`.
    """
    patience = PATIENCE if patience is None else patience
    lease = await _claimed(ctx, Lease(**ctx.owned, name=name, holder=new_id()), patience)
    beating = asyncio.create_task(_beat(ctx, lease))
    try:
        yield
    finally:
        beating.cancel()
        await ctx.own(LEASES).delete({"name": name, "holder": lease.holder})


@dataclass(slots=True)
class _Watch:
    """How long a lease has stood still, by the clock of this process."""

    since: float
    seen: tuple[str, int] = ("", 0)

    def still(self, lease: Lease, now: float) -> float:
        """Return the seconds since ``lease`` was last seen to change."""
        if (lease.holder, lease.beat) != self.seen:
            self.seen, self.since = (lease.holder, lease.beat), now
        return now - self.since


async def _claimed(ctx: Context, mine: Lease, patience: float) -> Lease:
    clock = asyncio.get_running_loop().time
    began = clock()
    watch = _Watch(began)
    while clock() - began < patience:
        with suppress(Duplicate):
            return await ctx.own(LEASES).insert(mine)
        held = await ctx.own(LEASES).find({"name": mine.name}, limit=1)
        if held and watch.still(held[0], clock()) >= TTL:
            with suppress(LeaseTaken, NotFound):
                return await _taken_over(ctx, held[0], mine.holder)
        await asyncio.sleep(_LOOK)
    raise Busy(retry_after=5)


async def _taken_over(ctx: Context, dead: Lease, holder: str) -> Lease:
    def take(lease: Lease) -> Lease:
        if (lease.holder, lease.beat) != (dead.holder, dead.beat):
            raise LeaseTaken
        return lease.but(holder=holder, beat=0)

    return await ctx.own(LEASES).update(dead.id, take)


async def _beat(ctx: Context, lease: Lease) -> None:
    """Show that the holder lives, until it is cancelled or has lost the lease."""

    def raise_beat(now: Lease) -> Lease:
        if now.holder != lease.holder:
            raise LeaseTaken
        return now.but(beat=now.beat + 1)

    while True:
        await asyncio.sleep(TTL / _BEATS_PER_TTL)
        try:
            await ctx.own(LEASES).update(lease.id, raise_beat)
        except (LeaseTaken, NotFound):
            return
        except DomainError as error:
            _log.warning("a beat was missed", code=error.code)
