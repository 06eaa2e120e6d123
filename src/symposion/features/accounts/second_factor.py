"""What can be done with the second factor of an account: on, off, and asked for at sign-in."""

from dataclasses import dataclass, field

from symposion.context import Context, Ports
from symposion.core.errors import Duplicate, NotFound
from symposion.features.accounts import codes, tickets
from symposion.features.accounts.errors import (
    NoPassword,
    SecondFactorOff,
    SecondFactorOn,
    SecondFactorRequired,
    SecondFactorWrong,
    WrongCode,
)
from symposion.features.accounts.models import ACCOUNTS, FACTORS, TICKETS, Factor, Ticket
from symposion.features.accounts.profile import proven
from symposion.features.audit.service import account_of, record
from symposion.ports.store import Range


@dataclass(frozen=True, slots=True)
class Pending:
    """A second factor that waits to be confirmed.

    Attributes:
        ticket: Opens the page that confirms it.
        address: What the authenticator app reads from the QR code.
        secret: The same to type.
    """

    ticket: str = field(repr=False)
    address: str = field(repr=False)
    secret: str = field(repr=False)


async def begin(ctx: Context) -> Pending:
    """Make a new secret for the caller, which `confirm` or `confirm_by_ticket` turns on.

    Raises:
        NoPassword: The account has none.
        SecondFactorOn: It has a second factor.
    """
    own = await ctx.own(ACCOUNTS).get(ctx.actor.user_id)
    if not own.password_hash:
        raise NoPassword
    if await is_on(ctx):
        raise SecondFactorOn
    secret = codes.new_secret()
    ticket = await tickets.issue(ctx, "setup", secret)
    return Pending(ticket, codes.address_of(secret, own.email), secret)


async def pending(ports: Ports, ticket: str) -> Pending:
    """Return what ``ticket`` would turn on. Raises `TicketSpent`."""
    found, account = await tickets.read(ports, ticket, "setup")
    return Pending(ticket, codes.address_of(found.secret, account.email), found.secret)


async def confirm_by_ticket(ports: Ports, ticket: str, password: str, code: str) -> list[str]:
    """Turn on the second factor that ``ticket`` stands for; return the recovery codes.

    Raises:
        TicketSpent: The ticket is no good, or was shown too often with something wrong.
        WrongPassword: ``password`` is not that of the account.
        WrongCode: ``code`` is not what the app shows.
        SecondFactorOn: The account has one meanwhile.
        HashingBusy: Too many passwords are being checked.
    """
    found, account = await tickets.read(ports, ticket, "setup")
    return await _turn_on(account_of(ports, account.id, account.tenant_id), found, password, code)


async def confirm(ctx: Context, password: str, code: str) -> list[str]:
    """Turn on the second factor that the caller asked for last; return the recovery codes.

    Raises:
        SecondFactorOff: None waits to be confirmed.
        TicketSpent: It was tried too often with something wrong.
        WrongPassword: ``password`` is not the caller's.
        WrongCode: ``code`` is not what the app shows.
        SecondFactorOn: The account has one meanwhile.
        HashingBusy: Too many passwords are being checked.
    """
    asked = {"purpose": "setup", "expires_at": Range(start=ctx.now())}
    found = await ctx.own(TICKETS).find(asked, limit=1)
    if not found:
        raise SecondFactorOff
    return await _turn_on(ctx, found[0], password, code)


async def _turn_on(ctx: Context, ticket: Ticket, password: str, code: str) -> list[str]:
    await tickets.charge(ctx, ticket)
    own = await proven(ctx, password)
    now = ctx.now()
    steps = codes.steps_of(ticket.secret, code, now)
    if not steps:
        await record(ctx, "2fa-failed")
        raise WrongCode
    fresh = codes.new_recovery_codes()
    factor = Factor(
        **ctx.owned,
        secret=ticket.secret,
        last_step=steps[-1],
        recovery=tuple(codes.kept_of(own.id, one) for one in fresh),
        created_at=now,
    )
    try:
        await ctx.own(FACTORS).insert(factor)
    except Duplicate:
        raise SecondFactorOn from None
    await tickets.void(ctx, "setup")
    await record(ctx, "2fa-enabled")
    return fresh


async def is_on(ctx: Context) -> bool:
    """Tell whether the actor's account has a second factor."""
    return await ctx.own(FACTORS).count() > 0


async def recovery_codes_left(ctx: Context) -> int | None:
    """Return how many of the caller's recovery codes are unused; None without a second factor."""
    found = await ctx.own(FACTORS).find(limit=1)
    return len(found[0].recovery) if found else None


async def renew_recovery_codes(ctx: Context, password: str, code: str) -> list[str]:
    """Replace the caller's recovery codes and return the new ones. Raises as `turn_off` does."""
    factor = await _proven(ctx, password, code)
    fresh = codes.new_recovery_codes()
    kept = tuple(codes.kept_of(factor.user_id, one) for one in fresh)
    await ctx.own(FACTORS).update(factor.id, lambda old: old.but(recovery=kept))
    await record(ctx, "recovery-codes-renewed")
    return fresh


async def turn_off(ctx: Context, password: str, code: str) -> None:
    """Do without a second factor from now on; ``code`` may be a recovery code.

    Raises:
        SecondFactorOff: The caller has none.
        WrongPassword: ``password`` is not the caller's.
        WrongCode: ``code`` is not good now.
        TooManyCodes: Too many codes were wrong.
        HashingBusy: Too many passwords are being checked.
    """
    factor = await _proven(ctx, password, code)
    await ctx.own(FACTORS).delete({"id": factor.id})
    await record(ctx, "2fa-disabled")


async def _proven(ctx: Context, password: str, code: str) -> Factor:
    found = await ctx.own(FACTORS).find(limit=1)
    if not found:
        raise SecondFactorOff
    await proven(ctx, password)
    return await _used(ctx, found[0], code)


async def passed(ctx: Context, code: str) -> bool:
    """Use ``code`` up at sign-in; return whether the account has a second factor at all.

    Raises:
        SecondFactorRequired: It has one, and there is no code.
        SecondFactorWrong: The code is not good now.
        TooManyCodes: Too many codes were wrong.
    """
    found = await ctx.own(FACTORS).find(limit=1)
    if not found:
        return False
    if not code:
        raise SecondFactorRequired
    try:
        await _used(ctx, found[0], code)
    except WrongCode:
        raise SecondFactorWrong from None
    return True


async def _used(ctx: Context, factor: Factor, code: str) -> Factor:
    """Use ``code`` up; of several at once with one code, one gets through."""
    now = ctx.now()
    factors = ctx.own(FACTORS)
    try:
        await factors.update(factor.id, lambda old: codes.charged(old, now))
        used = await factors.update(factor.id, lambda old: codes.accepted(old, code, now))
    except WrongCode:
        await record(ctx, "2fa-failed")
        raise
    except NotFound:  # turned off at this moment
        raise WrongCode from None
    if codes.is_recovery(code):
        await record(ctx, "recovery-code-used")
    return used
