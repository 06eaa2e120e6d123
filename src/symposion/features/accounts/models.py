"""What an account and a session are."""

from typing import Literal

from symposion.core.documents import Document, Timestamp
from symposion.ports.store import Kind


class Account(Document):
    """Somebody who can sign in. The id is the user's; each account is a tenant of its own.

    Attributes:
        email: Unique; a guest's ends in ``.invalid``, which can never be anybody's (RFC 2606).
        picture: Address of an image, or empty.
        active: False ends every session at once.
    """

    tenant_id: str
    email: str
    name: str
    picture: str = ""
    bio: str = ""
    auth_type: Literal["guest"] = "guest"
    is_admin: bool = False
    active: bool = True
    last_login: Timestamp


class Session(Document):
    """A sign-in that has not been ended; the id is the ``sid`` of its token."""

    user_id: str
    expires_at: Timestamp


ACCOUNTS = Kind("accounts", Account, bounds=("tenant_id",), unique=(("email",),))
SESSIONS = Kind("sessions", Session, bounds=("user_id",), indexes=(("user_id", "expires_at"),))
