"""Sign-in with Google over HTTP."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Cookie, Query, Request, Response
from starlette.responses import RedirectResponse

from symposion.core.errors import DomainError
from symposion.core.passwords import HashingBusy
from symposion.features.accounts.errors import (
    EmailTaken,
    SecondFactorRequired,
    SecondFactorWrong,
    TooManyCodes,
    WrongPassword,
)
from symposion.features.accounts.wire import Done, TokenReply, User
from symposion.features.google import service
from symposion.features.google.errors import (
    AccountClosed,
    AlreadyLinked,
    EmailUnverified,
    ForeignAddress,
    GoogleDenied,
    GoogleNotSetUp,
    LinkedElsewhere,
    NotLinked,
    OnlyWayIn,
)
from symposion.features.google.journey import COOKIE, new_secret
from symposion.features.google.pages import arrival_page, callback_of, departure, refusal_page
from symposion.features.google.wire import GoogleCredential, GoogleLink, GoogleReturn
from symposion.ports.federation import FederationRefused, FederationUnavailable
from symposion.web.addresses import client_of, home_of
from symposion.web.deps import Ctx, PortsDep
from symposion.web.problems import shows, tells
from symposion.web.routing import room

router = room("/auth/google", "accounts")
versioned = room("/auth/google", "accounts")
"""Routes beyond the contract, under ``/api/v1`` only."""

_PROOF = (GoogleNotSetUp, FederationRefused, FederationUnavailable, EmailUnverified)
_ARRIVAL = (*_PROOF, GoogleDenied, EmailTaken, AccountClosed)
_REFUSALS = tells(
    *_PROOF, EmailTaken, AccountClosed, SecondFactorRequired, SecondFactorWrong, TooManyCodes
)


@router.get("", response_class=Response, status_code=303, responses=shows(FederationUnavailable))
async def begin(request: Request, ports: PortsDep) -> Response:
    """Send a browser to Google, or back to the web client with the reason why not."""
    home, secret = home_of(request), new_secret()
    try:
        address = await service.begin(ports, secret, callback_of(home))
    except GoogleNotSetUp as error:
        return RedirectResponse(f"{client_of(request)}/?error={quote(str(error))}", 303)
    except DomainError as error:
        return refusal_page(error, home)
    return departure(address, secret, callback_of(home))


@router.get("/callback", response_class=Response, responses=shows(*_ARRIVAL))
async def arrive(
    request: Request,
    ports: PortsDep,
    code: Annotated[str, Query(max_length=2_000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
    secret: Annotated[str, Cookie(alias=COOKIE, max_length=200)] = "",
) -> Response:
    """Take a browser back from Google; it ends signed in, or on a page that says why not."""
    home = home_of(request)
    try:
        if error:
            raise GoogleDenied
        arrival = await service.arrive(ports, secret, state, code, callback_of(home))
    except DomainError as refused:
        return refusal_page(refused, home)
    return arrival_page(arrival, home)


@router.post("", responses=_REFUSALS)
async def sign_in(ports: PortsDep, given: GoogleCredential) -> TokenReply:
    """Sign in with an ID token that a page got from Google."""
    account, token = await service.sign_in_with_credential(
        ports, given.credential, given.second_factor
    )
    return TokenReply(access_token=token, user=User.of(account))


@router.post("/callback", responses=_REFUSALS | tells(*_PROOF, ForeignAddress))
async def redeem(request: Request, ports: PortsDep, given: GoogleReturn) -> TokenReply:
    """Sign in with a code that Google sent to a page of ours."""
    account, token = await service.sign_in_with_code(
        ports, given.code, given.redirect_uri, home_of(request), given.second_factor
    )
    return TokenReply(access_token=token, user=User.of(account))


@versioned.post(
    "/link", responses=tells(*_PROOF, WrongPassword, AlreadyLinked, LinkedElsewhere, HashingBusy)
)
async def link(ctx: Ctx, given: GoogleLink) -> Done:
    """Let a Google account sign in to your account."""
    await service.link(ctx, given.credential, given.current_password)
    return Done(message="You can sign in with Google from now on.")


@versioned.delete("/link", responses=tells(NotLinked, OnlyWayIn))
async def unlink(ctx: Ctx) -> Done:
    """Let no Google account sign in to your account any more."""
    await service.unlink(ctx)
    return Done(message="Your account is no longer linked with Google.")
