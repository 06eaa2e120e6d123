"""What an account and a session are."""

from typing import Literal

from pydantic import Field

from symposion.core.documents import Document, Owned, Timestamp
from symposion.ports.store import Kind


class Account(Document):
    """Somebody who can sign in. The id is the user's; each account is a tenant of its own.

    Attributes:
        email: In the one spelling of `Email`, and unique; a guest's ends in ``.invalid``, which
            can never be anybody's (RFC 2606).
        picture: Address of an image, `STORED`, or empty.
        password_hash: As `Passwords` writes it; empty for who has no password.
        is_admin: Set at the start of the server only.
        active: False ends every session at once.
        expires_at: When the account and all it owns may be swept away; None for never.
    """

    tenant_id: str
    email: str
    name: str
    picture: str = ""
    bio: str = ""
    auth_type: Literal["guest", "email", "google"] = "guest"
    password_hash: str = Field(default="", repr=False)
    is_admin: bool = False
    active: bool = True
    last_login: Timestamp
    expires_at: Timestamp | None = None


class Session(Owned):
    """A sign-in that has not been ended; the id is the ``sid`` of its tokens.

    Attributes:
        expires_at: When the last of its tokens expires; a refresh puts it off.
    """

    expires_at: Timestamp


class RefreshToken(Owned):
    """What is kept of a refresh token: nothing that could be used.

    Attributes:
        session_id: The sign-in it keeps alive; without it, it opens nothing.
        digest: SHA-256 of the token, in hexadecimal.
        used_at: When it was used first; None for never.
    """

    session_id: str
    digest: str
    used_at: Timestamp | None = None
    expires_at: Timestamp


class Picture(Owned):
    """The portrait of an account, beside it because every request reads the account.

    Attributes:
        data: The image as a data URL.
    """

    data: str


class Factor(Owned):
    """The second factor of an account: it is asked for at every sign-in from now on.

    Attributes:
        secret: What the authenticator app knows too, in base 32.
        last_step: The 30 seconds since 1970 whose code was used last; none before it is good again.
        recovery: What is kept of the recovery codes that are left.
        tries: Codes tried since ``tries_until`` was set; a good one sets both back.
    """

    secret: str = Field(repr=False)
    last_step: int = 0
    recovery: tuple[str, ...] = Field(default=(), repr=False)
    tries: int = 0
    tries_until: Timestamp | None = None


class Ticket(Owned):
    """Stands for an account, for one purpose and a few minutes, where there is no session.

    Attributes:
        digest: SHA-256 of what its holder has; that itself is not kept.
        secret: Of the second factor that the ticket may turn on; no ticket else has one.
        tries: How often it was shown with something wrong, or is being shown now.
    """

    purpose: Literal["setup", "challenge"]
    digest: str = Field(repr=False)
    secret: str = Field(default="", repr=False)
    tries: int = 0
    expires_at: Timestamp


STORED = "stored"
"""Stands in an account whose picture is kept among `PICTURES`."""

ACCOUNTS = Kind(
    "accounts",
    Account,
    bounds=("tenant_id",),
    indexes=(("expires_at",), ("is_admin",)),
    unique=(("email",),),
)
SESSIONS = Kind("sessions", Session, indexes=(("user_id", "expires_at"), ("expires_at",)))
REFRESH_TOKENS = Kind(
    "refresh_tokens",
    RefreshToken,
    indexes=(("user_id", "session_id"), ("expires_at",)),
    unique=(("digest",),),
)
PICTURES = Kind("pictures", Picture, unique=(("user_id",),))
FACTORS = Kind("factors", Factor, unique=(("user_id",),))
TICKETS = Kind(
    "sign_in_tickets",
    Ticket,
    indexes=(("user_id", "purpose"), ("expires_at",)),
    unique=(("digest",),),
)
