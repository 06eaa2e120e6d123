"""The administrator's account: made from the settings when the server starts, and nowhere else."""

from symposion.context import Ports
from symposion.core.errors import Invalid
from symposion.core.passwords import fault_of
from symposion.features.accounts.email import spelling
from symposion.features.accounts.errors import EmailTaken
from symposion.features.accounts.models import ACCOUNTS, Account
from symposion.features.accounts.service import insert_account


class BadAdmin(Invalid):
    """The settings ask for an administrator that cannot be."""

    code = "bad-admin"
    title = "The administrator's account cannot be made."


async def ensure_admin(ports: Ports, email: str, password: str) -> None:
    """Make the administrator's account if there is no administrator yet.

    An account that exists is left as it is, its password too.

    Raises:
        BadAdmin: The address is none, the password cannot be chosen, or an ordinary account holds
            the address: nobody becomes administrator by registering first.
    """
    try:
        address = spelling(email)
    except ValueError:
        raise BadAdmin("ADMIN_EMAIL must be an e-mail address.") from None
    if fault := fault_of(password):
        raise BadAdmin(f"ADMIN_PASSWORD {fault}.")
    holder = await _holder(ports, address)
    if holder is None and not await ports.store.collection(ACCOUNTS).count({"is_admin": True}):
        kept = await ports.passwords.hash(password)
        try:
            holder = await insert_account(ports, address, kept, "Administrator", is_admin=True)
        except EmailTaken:  # another process starts at the same time
            holder = await _holder(ports, address)
    if holder is not None and not holder.is_admin:
        raise BadAdmin("ADMIN_EMAIL is the address of an ordinary account.")


async def _holder(ports: Ports, address: str) -> Account | None:
    found = await ports.store.collection(ACCOUNTS).find({"email": address}, limit=1)
    return found[0] if found else None
