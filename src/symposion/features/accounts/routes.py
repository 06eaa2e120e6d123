"""Accounts over HTTP."""

from symposion.core.errors import NotFound
from symposion.core.passwords import HashingBusy
from symposion.features.accounts import service, sessions
from symposion.features.accounts.errors import EmailTaken, GuestsNotAllowed, WrongCredentials
from symposion.features.accounts.wire import (
    Credentials,
    Registration,
    SessionReply,
    TokenReply,
    User,
)
from symposion.web.deps import Ctx, PortsDep
from symposion.web.problems import tells
from symposion.web.replies import Message
from symposion.web.routing import room

router = room("/auth", "accounts")
versioned = room("/auth", "accounts")
"""Routes beyond the contract, under ``/api/v1`` only."""


@router.post("/register", responses=tells(EmailTaken, HashingBusy))
async def register(ports: PortsDep, draft: Registration) -> TokenReply:
    """Make an account and sign in."""
    account, token = await service.register(ports, draft.email, draft.password, draft.name)
    return TokenReply(access_token=token, user=User.of(account))


@router.post("/login", responses=tells(WrongCredentials, HashingBusy))
async def log_in(ports: PortsDep, draft: Credentials) -> TokenReply:
    """Sign in with e-mail and password."""
    account, token = await service.log_in(ports, draft.email, draft.password)
    return TokenReply(access_token=token, user=User.of(account))


@router.post("/test-login", responses=tells(GuestsNotAllowed))
async def admit_guest(ports: PortsDep) -> TokenReply:
    """Sign in as a new guest; each call makes an account of its own."""
    account, token = await service.admit_guest(ports)
    return TokenReply(access_token=token, user=User.of(account))


@router.get("/me")
async def read_own_account(ctx: Ctx) -> User:
    """Tell who you are."""
    return User.of(await service.own_account(ctx))


@router.post("/logout")
async def log_out(ctx: Ctx) -> Message:
    """Sign out: the token is no good from now on."""
    await sessions.log_out(ctx)
    return Message(message="You are signed out.")


@versioned.get("/sessions")
async def list_sessions(ctx: Ctx) -> list[SessionReply]:
    """List where you are signed in, newest first."""
    found = await sessions.list_sessions(ctx)
    return [SessionReply.of(session, ctx.actor.session_id) for session in found]


@versioned.delete("/sessions/{session_id}", responses=tells(NotFound))
async def end_session(ctx: Ctx, session_id: str) -> Message:
    """End one of your sessions: its token is no good from now on."""
    await sessions.end_session(ctx, session_id)
    return Message(message="The session is ended.")
