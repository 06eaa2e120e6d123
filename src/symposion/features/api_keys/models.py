"""What an API key is."""

from symposion.core.documents import Owned, Timestamp
from symposion.ports.identity import Scope
from symposion.ports.store import Kind

KEYS_LIMIT = 20
"""Most keys of one account."""


class ApiKey(Owned):
    """What is kept of a key: nothing that could be used. Its id is part of the key itself.

    Attributes:
        name: What its owner calls it.
        scopes: All it is good for, in order.
        seat: Which of the owner's `KEYS_LIMIT` keys it is, from 0.
        digest: SHA-256 of its secret part, in hexadecimal.
        last_used_at: The hour it was used last; None for never.
        expires_at: When it is no longer good; None for never.
    """

    name: str
    scopes: tuple[Scope, ...]
    seat: int
    digest: str
    last_used_at: Timestamp | None = None
    expires_at: Timestamp | None = None


API_KEYS = Kind(
    "api_keys",
    ApiKey,
    indexes=(("user_id", "created_at"), ("expires_at",)),
    unique=(("user_id", "seat"),),
)
