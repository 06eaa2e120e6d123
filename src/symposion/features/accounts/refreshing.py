"""Refresh tokens: how a program stays signed in without a password (reliability design R5).

The session is the family: whatever ends it ends every refresh token that came of it. A token is
good once; who uses one a second time, later than a client that lost an answer would, has stolen it
or was stolen from, and the whole session ends.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from symposion.context import Context, Ports
from symposion.core.errors import NotFound, Unauthenticated
from symposion.features.accounts.errors import RefreshRefused
from symposion.features.accounts.models import REFRESH_TOKENS, SESSIONS, RefreshToken
from symposion.features.audit.service import account_of, record
from symposion.ports.identity import Renewal

GRACE = timedelta(seconds=10)
"""How long a token may be used again: by a client whose answer got lost, or that asked twice."""

_PREFIX = "symr_"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh token is exchanged for."""

    renewal: Renewal
    refresh_token: str


async def begin(ctx: Context) -> Refreshed:
    """Give the caller's session its first refresh token; any it has had before are no good now.

    From now on the session lives as long as its refresh tokens.

    Raises:
        Unauthenticated: The session has just ended.
    """
    renewal = await ctx.identity.renew(ctx.actor.session_id)
    await ctx.own(REFRESH_TOKENS).delete({"session_id": ctx.actor.session_id})
    token = await _make(ctx, ctx.actor.session_id, renewal)
    await record(ctx, "refresh-begun", ctx.actor.session_id)
    return Refreshed(renewal, token)


async def refresh(ports: Ports, token: str) -> Refreshed:
    """Exchange ``token`` for an access token and its own successor.

    Raises:
        RefreshRefused: It is unknown, expired or used up, or its session has ended.
    """
    kept = await _find(ports, token)
    ctx = account_of(ports, kept.user_id, kept.tenant_id)
    now = ctx.now()
    try:
        await ctx.own(REFRESH_TOKENS).update(kept.id, lambda old: _used(old, now))
        renewal = await ports.identity.renew(kept.session_id)
    except _Reused:
        await _revoke(ctx, kept)
        raise RefreshRefused from None
    except (NotFound, Unauthenticated):
        raise RefreshRefused from None
    # Should the session end just now, the successor stays behind and opens nothing.
    return Refreshed(renewal, await _make(ctx, kept.session_id, renewal))


class _Reused(Exception):
    """A token came again after its time of grace."""


def _used(token: RefreshToken, now: datetime) -> RefreshToken:
    """Return ``token`` as used, by the first who did so."""
    if token.used_at is None:
        if token.expires_at <= now:
            raise NotFound
        return token.but(used_at=now)
    if now - token.used_at > GRACE:
        raise _Reused
    return token


async def _find(ports: Ports, token: str) -> RefreshToken:
    where = {"digest": _digest(token)}
    found = await ports.store.collection(REFRESH_TOKENS).find(where, limit=1)
    if not found:
        raise RefreshRefused
    return found[0]


async def _make(ctx: Context, session_id: str, renewal: Renewal) -> str:
    """Keep a new token of a session; return it."""
    token = _PREFIX + secrets.token_urlsafe(32)
    kept = RefreshToken(
        **ctx.owned,
        session_id=session_id,
        digest=_digest(token),
        created_at=ctx.now(),
        expires_at=renewal.refresh_until,
    )
    await ctx.make(REFRESH_TOKENS, kept)
    return token


async def _revoke(ctx: Context, reused: RefreshToken) -> None:
    """End the session of a stolen token, and write it down once."""
    ended = await ctx.own(SESSIONS).delete({"id": reused.session_id})
    await ctx.own(REFRESH_TOKENS).delete({"session_id": reused.session_id})
    if ended:
        await record(ctx, "refresh-reused", reused.session_id)


def _digest(token: str) -> str:
    """Return what is kept of ``token``: 256 random bits need no salt and no slow hash."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()
