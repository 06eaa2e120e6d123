"""What can be done with the audit log: an entry is written, and administrators read."""

from structlog.contextvars import get_contextvars

from symposion.context import Context, Ports
from symposion.features.audit.models import AUDIT, KEPT, AuditEntry
from symposion.ports.identity import Actor
from symposion.ports.store import Range, Where

PAGE_LIMIT = 200


async def record(ctx: Context, action: str, about: str = "") -> None:
    """Write down that ``action`` happened to the account of ``ctx``, or to what ``about`` names."""
    now, asked = ctx.now(), get_contextvars()
    entry = AuditEntry(
        **ctx.owned,
        action=action,
        about=about,
        peer=str(asked.get("peer", "")),
        request_id=str(asked.get("request_id", "")),
        created_at=now,
        expires_at=now + KEPT,
    )
    await ctx.own(AUDIT).insert(entry)


def account_of(ports: Ports, user_id: str = "", tenant_id: str = "") -> Context:
    """Return the context to `record` under for an account nobody is signed in to, or for none."""
    return Context(Actor(user_id, tenant_id), ports)


async def list_entries(
    ctx: Context, *, user_id: str = "", action: str = "", before: str = "", limit: int = 50
) -> list[AuditEntry]:
    """Return entries of all accounts, newest first; for administrators.

    Args:
        ctx: Who asks.
        user_id: Only what happened to this account.
        action: Only this.
        before: Id of the last entry seen; only what is older.
        limit: Most entries, 1 to `PAGE_LIMIT`.
    """
    where: dict[str, str | Range] = {}
    where |= {"user_id": user_id} if user_id else {}
    where |= {"action": action} if action else {}
    # Ids are in order of creation, so one of them is a place in the log.
    where |= {"id": Range(end=before)} if before else {}
    asked: Where = where
    return await ctx.everyones(AUDIT).find(asked, order="-id", limit=limit)
