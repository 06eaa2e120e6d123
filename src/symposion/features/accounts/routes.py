"""Accounts over HTTP."""

from symposion.core.errors import NotFound
from symposion.core.passwords import HashingBusy
from symposion.features.accounts import profile, refreshing, service, sessions
from symposion.features.accounts.errors import (
    BadPicture,
    EmailNotChanged,
    EmailTaken,
    GuestsNotAllowed,
    RefreshRefused,
    SecondFactorRequired,
    SecondFactorWrong,
    TooManyCodes,
    WrongCredentials,
    WrongPassword,
)
from symposion.features.accounts.wire import (
    Credentials,
    Done,
    EmailDraft,
    PasswordDraft,
    ProfileDraft,
    RefreshDraft,
    RefreshedReply,
    RefreshTokenReply,
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


@router.post(
    "/login",
    responses=tells(
        WrongCredentials, SecondFactorRequired, SecondFactorWrong, TooManyCodes, HashingBusy
    ),
)
async def log_in(ports: PortsDep, draft: Credentials) -> TokenReply:
    """Sign in with e-mail and password, and a code if the account has a second factor."""
    account, token = await service.log_in(ports, draft.email, draft.password, draft.code)
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


@router.put("/profile", responses=tells(EmailNotChanged, BadPicture))
async def change_profile(ctx: Ctx, draft: ProfileDraft) -> Done:
    """Change what is shown of you; what is not given stays."""
    changes = draft.model_dump(include={"bio", "picture"}, exclude_none=True)
    await profile.change_profile(ctx, draft.name, draft.email, changes)
    return Done(message="Your profile is changed.")


@router.put("/change-email", responses=tells(WrongPassword, EmailTaken, HashingBusy))
async def change_email(ctx: Ctx, draft: EmailDraft) -> Done:
    """Change the address you sign in with."""
    await profile.change_email(ctx, draft.current_password, draft.new_email)
    return Done(message="Your e-mail address is changed.")


@router.put("/change-password", responses=tells(WrongPassword, HashingBusy))
async def change_password(ctx: Ctx, draft: PasswordDraft) -> Done:
    """Change the password you sign in with; you are signed out everywhere else."""
    await profile.change_password(ctx, draft.current_password, draft.new_password)
    return Done(message="Your password is changed; all other sessions are ended.")


@versioned.post("/refresh-token")
async def begin_refreshing(ctx: Ctx) -> RefreshTokenReply:
    """Get the first refresh token of this session, for a program that stays signed in."""
    return RefreshTokenReply.of(await refreshing.begin(ctx))


@versioned.post("/refresh", responses=tells(RefreshRefused))
async def refresh(ports: PortsDep, draft: RefreshDraft) -> RefreshedReply:
    """Exchange a refresh token, once, for a fresh access token and the next refresh token."""
    return RefreshedReply.of(await refreshing.refresh(ports, draft.refresh_token))


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
