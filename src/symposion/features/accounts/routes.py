"""Accounts over HTTP."""

from symposion.features.accounts import service
from symposion.features.accounts.wire import TokenReply, User
from symposion.web.deps import Ctx, PortsDep
from symposion.web.routing import room

router = room("/auth", "accounts")


@router.post("/test-login")
async def admit_guest(ports: PortsDep) -> TokenReply:
    """Sign in as a new guest; each call makes an account of its own."""
    account, token = await service.admit_guest(ports)
    return TokenReply(access_token=token, user=User.of(account))


@router.get("/me")
async def read_own_account(ctx: Ctx) -> User:
    """Tell who you are."""
    return User.of(await service.own_account(ctx))
