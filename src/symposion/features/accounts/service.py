"""What can be done with accounts."""

from symposion.context import Context, Ports
from symposion.core.documents import new_id
from symposion.features.accounts.models import ACCOUNTS, Account


async def admit_guest(ports: Ports) -> tuple[Account, str]:
    """Make a guest account of its own for somebody unknown; return it and a bearer token."""
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
        )
    )
    return account, await ports.identity.admit(account.id)


async def own_account(ctx: Context) -> Account:
    """Return the caller's account."""
    return await ctx.own(ACCOUNTS).get(ctx.actor.user_id)
