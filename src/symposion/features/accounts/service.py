"""What can be done with accounts: coming in."""

from datetime import datetime, timedelta

from symposion.context import Context, Ports
from symposion.core.documents import new_id
from symposion.core.errors import Duplicate
from symposion.features.accounts import second_factor, tickets
from symposion.features.accounts.codes import appended
from symposion.features.accounts.email import spelling
from symposion.features.accounts.errors import (
    EmailTaken,
    GuestsNotAllowed,
    SecondFactorRequired,
    WrongCredentials,
)
from symposion.features.accounts.models import ACCOUNTS, PICTURES, STORED, Account, Picture
from symposion.features.audit.service import account_of, record
from symposion.ports.store import Collection

GUEST_LIFE = timedelta(hours=24)
"""How long a guest's account is kept (reliability design R5 "Guests")."""


async def admit_guest(ports: Ports) -> tuple[Account, str]:
    """Make a guest account of its own for somebody unknown; return it and a bearer token.

    Raises:
        GuestsNotAllowed: This server takes none.
    """
    if not ports.guests:
        raise GuestsNotAllowed
    now = ports.clock.now()
    user_id = new_id()
    account = await ports.store.collection(ACCOUNTS).insert(
        Account(
            id=user_id,
            tenant_id=new_id(),
            email=f"guest-{user_id}@guest.invalid",
            name="Guest",
            created_at=now,
            last_login=now,
            expires_at=now + GUEST_LIFE,
        )
    )
    return account, await ports.identity.admit(account.id, account.tenant_id)


async def register(ports: Ports, email: str, password: str, name: str) -> tuple[Account, str]:
    """Make an account in a tenant of its own; return it and a bearer token.

    Args:
        ports: The house.
        email: An address in its one spelling.
        password: A password that may be chosen.
        name: As people read it.

    Raises:
        EmailTaken: Somebody has this address already.
        HashingBusy: Too many want the same.
    """
    if await ports.store.collection(ACCOUNTS).count({"email": email}):
        raise EmailTaken  # spares a hash; what decides is the unique index
    kept = await ports.passwords.hash(password)
    account = await insert_account(ports, email, kept, name)
    await record(account_of(ports, account.id, account.tenant_id), "registered")
    return account, await ports.identity.admit(account.id, account.tenant_id)


async def insert_account(
    ports: Ports, email: str, password_hash: str, name: str, *, is_admin: bool = False
) -> Account:
    """Keep a new account with a password. Raises `EmailTaken`."""
    now = ports.clock.now()
    account = Account(
        tenant_id=new_id(),
        email=email,
        name=name,
        auth_type="email",
        password_hash=password_hash,
        is_admin=is_admin,
        created_at=now,
        last_login=now,
    )
    try:
        return await ports.store.collection(ACCOUNTS).insert(account)
    except Duplicate:
        raise EmailTaken from None


async def log_in(ports: Ports, email: str, password: str, code: str = "") -> tuple[Account, str]:
    """Open a session for whom e-mail and password belong to; return the account and a token.

    Whatever is wrong takes the same work, so that the time does not tell which addresses exist.
    An account with a second factor takes its code as ``code``, or after the password and a space:
    the form of older pages has no field for it.

    Raises:
        WrongCredentials: Address or password are wrong, or the account has no password or is
            deactivated.
        SecondFactorRequired: There is no code, and the account has a second factor.
        SecondFactorWrong: The code is not good now.
        TooManyCodes: Too many codes were wrong.
        HashingBusy: Too many want the same.
    """
    accounts = ports.store.collection(ACCOUNTS)
    found = await accounts.find({"email": _spelled(email)}, limit=1)
    whose = account_of(ports, *((found[0].id, found[0].tenant_id) if found else ("", "")))
    if not code and await second_factor.is_on(whose):
        password, code = appended(password)
    account = found[0] if found and found[0].active else None
    kept = account.password_hash if account else ""
    if not await ports.passwords.verify(password, kept) or account is None:
        await record(whose, "login-failed")
        raise WrongCredentials
    return await enter(ports, account, code)


async def enter(ports: Ports, account: Account, code: str = "") -> tuple[Account, str]:
    """Open a session for an account that exists, once its first factor is proven.

    Every way in leads through here, and so past the second factor.

    Raises:
        SecondFactorRequired: There is no ``code``, and the account has a second factor.
        SecondFactorWrong: ``code`` is not good now.
        TooManyCodes: Too many codes were wrong.
        WrongCredentials: The account was deactivated, or has another password by now.
    """
    ctx = account_of(ports, account.id, account.tenant_id)
    guarded = await second_factor.passed(ctx, code)
    # The session comes first: a change that happens meanwhile either ends it or is seen by the
    # checks after it, which leave a session whose token nobody has.
    token = await ports.identity.admit(account.id, account.tenant_id)
    if not guarded and await second_factor.is_on(ctx):
        raise SecondFactorRequired
    now, kept = ports.clock.now(), account.password_hash
    greeted = await ctx.own(ACCOUNTS).update(account.id, lambda old: _greeted(old, kept, now))
    await record(ctx, "login")
    return await shown(greeted, ctx.own(PICTURES)), token


async def challenge(ports: Ports, account: Account) -> str:
    """Return a ticket for `answer_challenge`, for whom only the second factor is missing."""
    return await tickets.issue(account_of(ports, account.id, account.tenant_id), "challenge")


async def answer_challenge(ports: Ports, ticket: str, code: str) -> tuple[Account, str]:
    """Open a session for whom ``ticket`` was given when only the second factor was missing.

    Raises:
        TicketSpent: The ticket is no good, or was shown too often with something wrong.
        SecondFactorWrong: ``code`` is not good now.
        TooManyCodes: Too many codes were wrong.
    """
    found, account = await tickets.read(ports, ticket, "challenge")
    ctx = account_of(ports, account.id, account.tenant_id)
    await tickets.charge(ctx, found)
    entered = await enter(ports, account, code)
    await tickets.void(ctx, "challenge")
    return entered


def _greeted(account: Account, password_hash: str, now: datetime) -> Account:
    if account.password_hash != password_hash or not account.active:
        raise WrongCredentials
    return account.but(last_login=now)


def _spelled(email: str) -> str:
    try:
        return spelling(email)
    except ValueError:
        return email.strip().casefold()


async def own_account(ctx: Context) -> Account:
    """Return the caller's account, with its picture."""
    account = await ctx.own(ACCOUNTS).get(ctx.actor.user_id)
    return await shown(account, ctx.own(PICTURES))


async def shown(account: Account, pictures: Collection[Picture]) -> Account:
    """Return ``account`` with its picture in it."""
    if account.picture != STORED:
        return account
    found = await pictures.find({"user_id": account.id}, limit=1)
    return account.but(picture=found[0].data if found else "")
