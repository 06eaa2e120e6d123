"""Accounts over HTTP."""

from symposion.core.passwords import HashingBusy
from symposion.features.accounts import service
from symposion.features.accounts.errors import EmailTaken, GuestsNotAllowed, WrongCredentials
from symposion.features.accounts.wire import Credentials, Registration, TokenReply, User
from symposion.web.deps import Ctx, PortsDep
from symposion.web.problems import tells
from symposion.web.routing import room

router = room("/auth", "accounts")


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
