"""One browser's way to Google and back: all that ties its ends follows from one secret; no I/O.

The secret is in a cookie of that browser and nowhere else. What others get to see is derived from
it and leads not back: the state goes through the address bar, the nonce to Google, the verifier
to Google's token endpoint only.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode

from symposion.ports.federation import Journey

COOKIE = "symposion_google"

LIFE = 600
"""Seconds after which the browser forgets the cookie."""


def new_secret() -> str:
    """Return a secret of 256 bits for one journey."""
    return secrets.token_urlsafe(32)


def journey(secret: str, redirect_uri: str) -> Journey:
    """Return the journey that ``secret`` stands for."""

    def derived(purpose: str) -> str:
        digest = hmac.digest(secret.encode(), purpose.encode(), "sha256")
        return urlsafe_b64encode(digest).decode().rstrip("=")

    return Journey(redirect_uri, derived("state"), derived("nonce"), derived("verifier"))


def is_of(state: str, begun: Journey) -> bool:
    """Tell, in constant time, whether ``state`` is that of ``begun``."""
    return hmac.compare_digest(state.encode(), begun.state.encode())
