"""Tickets: what stands for an account where there is no session, once and for a few minutes."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Literal

from symposion.context import Context, Ports
from symposion.core.errors import NotFound
from symposion.features.accounts.errors import TicketSpent
from symposion.features.accounts.models import ACCOUNTS, TICKETS, Account, Ticket

LIFE = timedelta(minutes=10)

TRIES_LIMIT = 10
"""How often one may be shown with something wrong."""


async def issue(ctx: Context, purpose: Literal["setup", "challenge"], secret: str = "") -> str:
    """Return a new ticket of 256 bits for the actor's account; earlier ones for this are void."""
    ticket = secrets.token_urlsafe(32)
    now = ctx.now()
    await void(ctx, purpose)
    await ctx.own(TICKETS).insert(
        Ticket(
            **ctx.owned,
            purpose=purpose,
            digest=_digest(ticket),
            secret=secret,
            created_at=now,
            expires_at=now + LIFE,
        )
    )
    return ticket


async def void(ctx: Context, purpose: str) -> None:
    """Make all the actor's tickets for ``purpose`` no good."""
    await ctx.own(TICKETS).delete({"purpose": purpose})


async def read(ports: Ports, ticket: str, purpose: str) -> tuple[Ticket, Account]:
    """Return what is behind ``ticket``, which stays good. Raises `TicketSpent`."""
    found = await ports.store.collection(TICKETS).find({"digest": _digest(ticket)}, limit=1)
    if not found or found[0].purpose != purpose or found[0].expires_at <= ports.clock.now():
        raise TicketSpent
    try:
        account = await ports.store.collection(ACCOUNTS).get(found[0].user_id)
    except NotFound:
        raise TicketSpent from None
    if not account.active:
        raise TicketSpent
    return found[0], account


async def charge(ctx: Context, ticket: Ticket) -> None:
    """Count a try of ``ticket``. Raises `TicketSpent` if there were too many."""
    try:
        await ctx.own(TICKETS).update(ticket.id, _tried)
    except NotFound:
        raise TicketSpent from None


def _tried(ticket: Ticket) -> Ticket:
    if ticket.tries >= TRIES_LIMIT:
        raise TicketSpent
    return ticket.but(tries=ticket.tries + 1)


def _digest(ticket: str) -> str:
    return sha256(ticket.encode()).hexdigest()
