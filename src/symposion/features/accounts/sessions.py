"""What can be done with sessions; ending one ends its token at once."""

from symposion.context import Context
from symposion.core.errors import NotFound
from symposion.features.accounts.models import SESSIONS, Session
from symposion.features.audit.service import record
from symposion.ports.store import OneOf, Range

LIST_LIMIT = 100
"""Most sessions a list shows: the newest."""


async def list_sessions(ctx: Context) -> list[Session]:
    """Return the caller's sessions that have not expired, newest first."""
    alive = {"expires_at": Range(start=ctx.now())}
    return await ctx.own(SESSIONS).find(alive, limit=LIST_LIMIT)


async def end_session(ctx: Context, id: str) -> None:
    """End one of the caller's sessions.

    Raises:
        NotFound: The caller has none of this id.
    """
    if not await ctx.own(SESSIONS).delete({"id": id}):
        raise NotFound
    await record(ctx, "session-ended", id)


async def log_out(ctx: Context) -> None:
    """End the session the caller came with."""
    await ctx.own(SESSIONS).delete({"id": ctx.actor.session_id})


async def end_other_sessions(ctx: Context) -> None:
    """End all of the caller's sessions but the one they came with."""
    sessions = ctx.own(SESSIONS)
    while found := [
        s for s in await sessions.find(limit=LIST_LIMIT) if s.id != ctx.actor.session_id
    ]:
        await sessions.delete({"id": OneOf(tuple(s.id for s in found))})
