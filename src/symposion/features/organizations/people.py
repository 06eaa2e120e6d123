"""What members may know of each other: names, and for some the e-mail address."""

from collections.abc import Collection

from symposion.context import Context
from symposion.features.accounts.models import ACCOUNTS, Account
from symposion.ports.store import OneOf


async def accounts_of(ctx: Context, user_ids: Collection[str]) -> dict[str, Account]:
    """Return the accounts that exist of ``user_ids``, by id.

    The caller is inside an organization that all of them are in; what is told of an account is
    its name, and to who manages members its e-mail address.
    """
    if not user_ids:
        return {}
    wanted = {"id": OneOf(tuple(user_ids))}
    found = await ctx.everyones(ACCOUNTS).find(wanted, limit=len(user_ids))
    return {account.id: account for account in found}
