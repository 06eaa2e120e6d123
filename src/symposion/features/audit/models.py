"""What an entry of the audit log is."""

from datetime import timedelta

from symposion.core.documents import Owned, Timestamp
from symposion.ports.store import Kind

KEPT = timedelta(days=180)
"""How long an entry is kept; longer than most break-ins stay unnoticed."""


class AuditEntry(Owned):
    """Something that happened to an account or a right.

    It outlives the account, so it names nobody but by id: no address, no e-mail, nothing written.

    Attributes:
        user_id: Whose account it happened to; empty where no account was found.
        action: What, in kebab-case, such as "password-changed".
        about: Id of the thing it was done to, if that is not the account.
        peer: A name for the address it came from, the same for the same address.
        request_id: The request, as the process log names it.
    """

    action: str
    about: str = ""
    peer: str = ""
    request_id: str = ""
    expires_at: Timestamp


AUDIT = Kind(
    "audit_log",
    AuditEntry,
    indexes=(("user_id", "created_at"), ("action", "created_at"), ("created_at",), ("expires_at",)),
)
