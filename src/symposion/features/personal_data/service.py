"""What can be done with everything that is one's own."""

from collections.abc import AsyncGenerator
from typing import Any

import structlog

from symposion.context import Context, Ports
from symposion.core.documents import Document
from symposion.features.accounts.models import ACCOUNTS, Account
from symposion.features.accounts.service import own_account
from symposion.features.personal_data.owned import EXPORTED, OWNED
from symposion.ports.identity import Actor
from symposion.ports.store import Kind, Range

_log = structlog.get_logger("symposion.personal_data")

_PAGE = 200
_INTERNAL = {"tenant_id", "user_id", "version", "run_id"}


async def export(ctx: Context) -> tuple[Account, dict[str, list[dict[str, Any]]]]:
    """Return the caller's account and, by name, all it owns, oldest first, nothing internal."""
    own = {
        name: [
            document.model_dump(mode="json", exclude=_INTERNAL)
            async for document in _all(ctx, kind)
        ]
        for name, kind in EXPORTED.items()
    }
    return await own_account(ctx), own


async def _all(ctx: Context, kind: Kind[Any]) -> AsyncGenerator[Document]:
    skip = 0
    while page := await ctx.own(kind).find(order="created_at", limit=_PAGE, skip=skip):
        for document in page:
            yield document
        skip += len(page)


async def delete_account(ctx: Context) -> None:
    """Delete the caller's account and everything it owns; it is closed at once.

    Should the process end on the way, the next `sweep` goes on.
    """
    now = ctx.now()
    await ctx.own(ACCOUNTS).update(
        ctx.actor.user_id, lambda old: old.but(active=False, expires_at=now)
    )
    await _erase(ctx)


async def sweep(ports: Ports) -> int:
    """Delete all accounts that have expired, with everything they own; return how many.

    Several processes may sweep at the same time.
    """
    due = {"expires_at": Range(end=ports.clock.now())}
    swept = 0
    accounts = ports.store.collection(ACCOUNTS)
    while found := await accounts.find(due, order="expires_at", limit=_PAGE):
        for account in found:
            await _erase(Context(Actor(account.id, account.tenant_id), ports))
        swept += len(found)
    if swept:
        _log.info("accounts swept", count=swept)
    return swept


async def _erase(ctx: Context) -> None:
    """Delete what the actor owns, and the account last: while it is there, it can be done again."""
    for kind in OWNED:
        await ctx.own(kind).delete({})
    await ctx.own(ACCOUNTS).delete({"id": ctx.actor.user_id})
