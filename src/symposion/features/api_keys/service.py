"""What can be done with API keys."""

import hmac
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from symposion.context import Context
from symposion.core.errors import Contended, Duplicate, NotFound, Unauthenticated, Unavailable
from symposion.features.api_keys.errors import TooManyKeys
from symposion.features.api_keys.models import API_KEYS, KEYS_LIMIT, ApiKey
from symposion.features.audit.service import record
from symposion.ports.identity import Scope
from symposion.ports.store import Collection

PREFIX = "sym_"
"""How every key begins, so that scanners for lost secrets know it."""

_KEY = re.compile(PREFIX + r"(?P<id>[0-9a-f]{32})_(?P<secret>[A-Za-z0-9_-]{43})")


async def list_keys(ctx: Context) -> list[ApiKey]:
    """Return the caller's keys, newest first."""
    return await ctx.own(API_KEYS).find(limit=KEYS_LIMIT)


async def make_key(
    ctx: Context, name: str, scopes: Iterable[Scope], life: timedelta | None
) -> tuple[ApiKey, str]:
    """Make a key; return it, and the text that is shown this once.

    Raises:
        TooManyKeys: The caller has `KEYS_LIMIT` keys.
    """
    secret, now = secrets.token_urlsafe(32), ctx.now()
    draft = ApiKey(
        **ctx.owned,
        name=name,
        scopes=tuple(sorted(set(scopes))),
        seat=0,
        digest=_digest(secret),
        created_at=now,
        expires_at=now + life if life else None,
    )
    key = await _seated(ctx, draft)
    await record(ctx, "key-made", key.id)
    return key, f"{hint(key)}{secret}"


async def _seated(ctx: Context, draft: ApiKey) -> ApiKey:
    """Keep ``draft`` at a free seat: the store lets only one have it. Raises `TooManyKeys`."""
    while True:
        taken = {key.seat for key in await list_keys(ctx)}
        free = next((seat for seat in range(KEYS_LIMIT) if seat not in taken), None)
        if free is None:
            raise TooManyKeys
        with suppress(Duplicate):  # somebody took it meanwhile
            return await ctx.make(API_KEYS, draft.but(seat=free))


async def delete_key(ctx: Context, id: str) -> None:
    """Delete one of the caller's keys: it is no good from now on.

    Raises:
        NotFound: The caller has none of this id.
    """
    if not await ctx.own(API_KEYS).delete({"id": id}):
        raise NotFound
    await record(ctx, "key-revoked", id)


def hint(key: ApiKey) -> str:
    """Return the part of a key that is no secret: all that stands before the secret."""
    return f"{PREFIX}{key.id.replace('-', '')}_"


async def recognise(keys: Collection[ApiKey], token: str, now: datetime) -> ApiKey:
    """Return the key, of all ``keys``, that ``token`` is; its use is noted, to the hour.

    Raises:
        Unauthenticated: There is no such key, or it has expired.
    """
    parts = _KEY.fullmatch(token)
    if parts is None:
        raise Unauthenticated
    try:
        key = await keys.get(str(UUID(parts["id"])))
        if not hmac.compare_digest(key.digest, _digest(parts["secret"])):
            raise Unauthenticated
        if key.expires_at is not None and key.expires_at <= now:
            raise Unauthenticated
        await _note_use(keys, key, now)
    except NotFound:
        raise Unauthenticated from None
    return key


async def _note_use(keys: Collection[ApiKey], key: ApiKey, now: datetime) -> None:
    """Write down the hour a key was used in. Raises `NotFound` if it was deleted meanwhile."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    if key.last_used_at == hour:
        return
    with suppress(Contended, Unavailable):  # a store that cannot write now still serves readers
        await keys.update(key.id, lambda old: old.but(last_used_at=hour))


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
