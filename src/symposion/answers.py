"""What requests under an idempotency key were answered, so that it can be said again."""

from datetime import timedelta

from symposion.core.documents import Owned, Timestamp
from symposion.ports.store import Kind

LIFE = timedelta(hours=24)
"""How long an answer is repeated."""


class Answer(Owned):
    """What a request under a key was answered.

    Attributes:
        request: SHA-256 of all that was asked, in hexadecimal.
        status: 0 until there is an answer; only successes are kept.
        body: The answer as it went out.
        etag: The version it told of what was made, if any.
    """

    request: str
    status: int = 0
    media: str = ""
    body: str = ""
    etag: str = ""
    expires_at: Timestamp


ANSWERS = Kind("answers", Answer, indexes=(("expires_at",),))
