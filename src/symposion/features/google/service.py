"""What can be done with Google: coming in, and tying an account to somebody there."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from symposion.context import Context, Ports
from symposion.core.documents import new_id
from symposion.core.errors import Contended, Duplicate, NotFound
from symposion.core.texts import is_one_line, visible
from symposion.features.accounts.email import spelling
from symposion.features.accounts.errors import EmailTaken, SecondFactorRequired
from symposion.features.accounts.models import ACCOUNTS, Account
from symposion.features.accounts.profile import proven
from symposion.features.accounts.service import challenge, enter
from symposion.features.audit.service import account_of, record
from symposion.features.google.errors import (
    AccountClosed,
    AlreadyLinked,
    EmailUnverified,
    ForeignAddress,
    GoogleNotSetUp,
    JourneyLost,
    LinkedElsewhere,
    NotLinked,
    OnlyWayIn,
)
from symposion.features.google.journey import is_of, journey
from symposion.features.google.models import FEDERATED, FederatedIdentity
from symposion.ports.federation import Federation, FederationRefused, Person

NAME_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Arrival:
    """How far somebody got who came back from Google.

    Attributes:
        token: A bearer token; empty if the second factor is missing.
        ticket: What stands for them until they give the code; else empty.
    """

    token: str = field(default="", repr=False)
    ticket: str = field(default="", repr=False)


async def begin(ports: Ports, secret: str, redirect_uri: str) -> str:
    """Return the address at Google for the browser that holds ``secret``.

    Raises:
        GoogleNotSetUp: Google is not asked here.
        FederationUnavailable: It does not answer.
    """
    return await _google(ports.federation).address(journey(secret, redirect_uri))


async def arrive(ports: Ports, secret: str, state: str, code: str, redirect_uri: str) -> Arrival:
    """Sign in whoever came back from Google to the browser that holds ``secret``.

    Raises:
        JourneyLost: The browser holds no secret, or ``state`` is not that of its journey.
        DomainError: As `sign_in` does.
    """
    begun = journey(secret, redirect_uri)
    if not secret or not is_of(state, begun):
        raise JourneyLost
    person = await _google(ports.federation).redeem(code, redirect_uri, begun)
    try:
        _, token = await sign_in(ports, person)
    except SecondFactorRequired as missing:
        return Arrival(ticket=str(missing.extra["ticket"]))
    return Arrival(token=token)


async def sign_in_with_credential(
    ports: Ports, credential: str, second_factor: str
) -> tuple[Account, str]:
    """Sign in whoever the ID token ``credential`` speaks of. Raises as `sign_in` does."""
    person = await _google(ports.federation).check(credential)
    return await sign_in(ports, person, second_factor)


async def sign_in_with_code(
    ports: Ports, code: str, redirect_uri: str, home: str, second_factor: str
) -> tuple[Account, str]:
    """Sign in whoever brought ``code`` from Google to ``redirect_uri``, a page of ours.

    Args:
        ports: The house.
        code: Google's.
        redirect_uri: Below ``home``, or of an origin that may call.
        home: Where browsers reach this server.
        second_factor: A code of the account's own second factor; may be empty.

    Raises:
        ForeignAddress: ``redirect_uri`` is no page of ours.
        DomainError: As `sign_in` does.
    """
    google = _google(ports.federation)
    if _origin(redirect_uri) not in {_origin(home), *map(_origin, ports.addresses.pages)}:
        raise ForeignAddress
    return await sign_in(ports, await google.redeem(code, redirect_uri), second_factor)


def _google(federation: Federation | None) -> Federation:
    if federation is None:
        raise GoogleNotSetUp
    return federation


def _origin(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", address
    return parts.scheme.lower(), parts.netloc.lower()


async def sign_in(ports: Ports, person: Person, second_factor: str = "") -> tuple[Account, str]:
    """Open a session for ``person``, whose account is made at the first time.

    Raises:
        EmailUnverified: Google does not vouch for the address.
        EmailTaken: Somebody else's account has the address; it is never taken over, for addresses
            are not verified here, and whoever registered it first might not own it.
        AccountClosed: The account is deactivated.
        SecondFactorRequired: It has a second factor and there is no code; ``ticket`` goes on.
        SecondFactorWrong: The code is not good now.
        TooManyCodes: Too many codes were wrong.
    """
    account = await _account_of(ports, await _identity_of(ports, _vouched(person)), person)
    if not account.active:
        raise AccountClosed
    try:
        return await enter(ports, account, second_factor)
    except SecondFactorRequired:
        raise SecondFactorRequired(
            "The code of your authenticator app is needed too.",
            ticket=await challenge(ports, account),
        ) from None


def _vouched(person: Person) -> Person:
    if not person.email_verified:
        raise EmailUnverified
    return person


async def _identity_of(ports: Ports, person: Person) -> FederatedIdentity:
    """Return what is kept of ``person``; of two at once who are new, one is kept for both."""
    identities = ports.store.collection(FEDERATED)
    known = {"provider": "google", "subject": person.subject}
    found = await identities.find(known, limit=1)
    if found:
        return found[0]
    new = FederatedIdentity(
        tenant_id=new_id(), user_id=new_id(), subject=person.subject, created_at=ports.clock.now()
    )
    try:
        return await identities.insert(new)
    except Duplicate:
        first = await identities.find(known, limit=1)
        if not first:  # which could not get an account, and is forgotten
            raise Contended from None
        return first[0]


async def _account_of(ports: Ports, identity: FederatedIdentity, person: Person) -> Account:
    """Return the account of ``identity``, and make it if it is missing. Raises `EmailTaken`."""
    accounts = ports.store.collection(ACCOUNTS)
    try:
        return await accounts.get(identity.user_id)
    except NotFound:
        new = _new_account(identity, person).but(
            created_at=(now := ports.clock.now()), last_login=now
        )
    try:
        made = await accounts.insert(new)
    except Duplicate:
        found = await accounts.find({"id": identity.user_id}, limit=1)
        if found:  # somebody else of the same name was faster
            return found[0]
        await ports.store.collection(FEDERATED).delete({"id": identity.id})
        raise EmailTaken(
            "An account here has your e-mail address already: sign in with its password, "
            "then link it with Google."
        ) from None
    await record(account_of(ports, made.id, made.tenant_id), "registered")
    return made


def _new_account(identity: FederatedIdentity, person: Person) -> Account:
    try:
        email = spelling(person.email)
    except ValueError:
        raise FederationRefused("Google told no e-mail address that can be used here.") from None
    name = visible(person.name)[:NAME_LIMIT].strip()
    return Account(
        id=identity.user_id,
        tenant_id=identity.tenant_id,
        email=email,
        name=name if name and is_one_line(name) else email.partition("@")[0][:NAME_LIMIT],
        picture=person.picture if person.picture.startswith("https://") else "",
        auth_type="google",
        last_login=identity.created_at,
    )


async def link(ctx: Context, credential: str, password: str) -> None:
    """Let whoever ``credential`` speaks of sign in to the caller's account from now on.

    Raises:
        WrongPassword: ``password`` is not the caller's: a new way in takes more than a session.
        EmailUnverified: Google does not vouch for the address.
        AlreadyLinked: The account is linked.
        LinkedElsewhere: That person has another account here.
        FederationRefused: ``credential`` is no proof.
        FederationUnavailable: Google does not answer.
        HashingBusy: Too many passwords are being checked.
    """
    await proven(ctx, password)
    person = _vouched(await _google(ctx.federation).check(credential))
    identity = FederatedIdentity(**ctx.owned, subject=person.subject, created_at=ctx.now())
    await _forget_unfinished(ctx, person)
    try:
        await ctx.make(FEDERATED, identity)
    except Duplicate:
        mine = await ctx.own(FEDERATED).count()
        raise (AlreadyLinked if mine else LinkedElsewhere) from None
    await record(ctx, "google-linked")


async def _forget_unfinished(ctx: Context, person: Person) -> None:
    """Forget the identity of ``person`` if its account was never made."""
    identities = ctx.everyones(FEDERATED)
    for found in await identities.find({"provider": "google", "subject": person.subject}, limit=1):
        if not await ctx.everyones(ACCOUNTS).count({"id": found.user_id}):
            await identities.delete({"id": found.id})


async def unlink(ctx: Context) -> None:
    """Let nobody from Google sign in to the caller's account from now on.

    Raises:
        NotLinked: Nobody could.
        OnlyWayIn: The account has no password.
    """
    if not await ctx.own(FEDERATED).count():
        raise NotLinked
    if not (await ctx.own(ACCOUNTS).get(ctx.actor.user_id)).password_hash:
        raise OnlyWayIn
    await ctx.own(FEDERATED).delete({})
    await record(ctx, "google-unlinked")
