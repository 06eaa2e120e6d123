"""What can be done with everything that is one's own."""

from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog

from symposion.context import Context, Ports
from symposion.core.documents import Document
from symposion.core.errors import NotFound
from symposion.features.accounts.models import ACCOUNTS, Account
from symposion.features.accounts.profile import proven
from symposion.features.accounts.service import own_account
from symposion.features.audit.service import record
from symposion.features.exchange.service import undo_abandoned
from symposion.features.personal_data.owned import ELSEWHERE, EXPIRING, EXPORTED, OWNED
from symposion.ports.identity import Actor
from symposion.ports.store import Kind, Range

_log = structlog.get_logger("symposion.personal_data")

GRACE = timedelta(minutes=1)
"""How long an empty account stays behind: what was under way in its name when it was closed and
wrote a last thing is deleted with it."""

_PAGE = 200
_INTERNAL = {"tenant_id", "user_id", "version", "run_id", "digest", "seat"}


async def export(ctx: Context) -> tuple[Account, dict[str, list[dict[str, Any]]]]:
    """Return the caller's account and, by name, all it owns, oldest first, nothing internal."""
    own = {
        name: [
            document.model_dump(mode="json", exclude=_INTERNAL)
            async for document in _all(ctx, kind)
        ]
        for name, kind in EXPORTED.items()
    }
    for elsewhere in ELSEWHERE:
        own |= await elsewhere.export(ctx)
    return await own_account(ctx), own


async def _all(ctx: Context, kind: Kind[Any]) -> AsyncGenerator[Document]:
    skip = 0
    while page := await ctx.own(kind).find(order="created_at", limit=_PAGE, skip=skip):
        for document in page:
            yield document
        skip += len(page)


async def delete_account(ctx: Context, password: str) -> None:
    """Delete the caller's account and everything it owns; it is closed at once.

    Should the process end on the way, the next `sweep` goes on.

    Raises:
        WrongPassword: The account has a password, and ``password`` is another.
        HashingBusy: Too many passwords are being checked.
        Conflict: Others depend on it, as `ELSEWHERE` says.
    """
    if (await ctx.own(ACCOUNTS).get(ctx.actor.user_id)).password_hash:
        await proven(ctx, password)
    for elsewhere in ELSEWHERE:
        await elsewhere.check(ctx)
    await record(ctx, "account-deleted")
    await _close(ctx)


async def _close(ctx: Context) -> None:
    """Erase what the actor owns, and all that the account tells; leave it until `GRACE` is over."""
    now, user_id = ctx.now(), ctx.actor.user_id
    accounts = ctx.own(ACCOUNTS)
    await accounts.update(user_id, lambda old: old.but(active=False, expires_at=now))
    await _erase(ctx)
    await accounts.update(user_id, lambda old: _emptied(old, now + GRACE))


def _emptied(account: Account, until: datetime) -> Account:
    """Return ``account`` without anything that is anybody's; its address is free again."""
    return Account(
        id=account.id,
        version=account.version,
        tenant_id=account.tenant_id,
        email=f"deleted-{account.id}@deleted.invalid",
        name="",
        active=False,
        last_login=account.last_login,
        created_at=account.created_at,
        expires_at=until,
    )


async def sweep(ports: Ports) -> int:
    """Delete whatever has expired, accounts with everything they own; return how many accounts.

    What an import wrote before its process ended goes, too.

    Several processes may sweep at the same time.
    """
    due = {"expires_at": Range(end=ports.clock.now())}
    for kind in EXPIRING:
        await ports.store.collection(kind).delete(due)
    await undo_abandoned(ports)
    swept = 0
    accounts = ports.store.collection(ACCOUNTS)
    while found := await accounts.find(due, order="expires_at", limit=_PAGE):
        for account in found:
            await _sweep_one(Context(Actor(account.id, account.tenant_id), ports), account)
        swept += len(found)
    if swept:
        _log.info("accounts swept", count=swept)
    return swept


async def _sweep_one(ctx: Context, account: Account) -> None:
    if account.active:
        with suppress(NotFound):  # another process sweeps at the same time
            await _close(ctx)
    else:
        await _erase(ctx)
        await ctx.own(ACCOUNTS).delete({"id": account.id})


async def _erase(ctx: Context) -> None:
    for kind in OWNED:
        await ctx.own(kind).delete({})
    for elsewhere in ELSEWHERE:
        await elsewhere.erase(ctx)
