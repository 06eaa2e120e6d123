"""Personal data over HTTP."""

from symposion.core.passwords import HashingBusy
from symposion.features.accounts.errors import WrongPassword
from symposion.features.accounts.wire import User
from symposion.features.organizations.errors import OwnsOrganization
from symposion.features.personal_data import service
from symposion.features.personal_data.wire import Export, Leaving, UserInfo
from symposion.web.deps import Ctx
from symposion.web.problems import tells
from symposion.web.replies import Message
from symposion.web.routing import room

router = room("/auth", "accounts")
versioned = room("/auth", "accounts")
"""Routes beyond the contract, under ``/api/v1`` only."""


@router.get("/export-data")
async def export_data(ctx: Ctx) -> Export:
    """Take along everything that is yours."""
    account, own = await service.export(ctx)
    info = UserInfo(id=account.id, name=account.name, email=account.email, export_date=ctx.now())
    return Export(user_info=info, profile=User.of(account), documents=[], **own)


@versioned.delete("/account", responses=tells(WrongPassword, HashingBusy, OwnsOrganization))
async def delete_account(ctx: Ctx, leaving: Leaving | None = None) -> Message:
    """Delete your account and everything that is yours, at once and for good."""
    await service.delete_account(ctx, (leaving or Leaving()).current_password)
    return Message(message="Your account and everything in it is deleted.")
