"""What is too weak to be set: secrets, passwords of administrators, pages without TLS."""

from urllib.parse import urlsplit

from symposion.core.passwords import fault_of

SECRET_BYTES = 32
"""Least length of the signing secret: RFC 7518, 3.2 asks HS256 for a key as long as its hash."""

ADMIN_CHARACTERS = 12
"""Least length of the administrator's password in production."""

_PLACEHOLDERS = ("your-super-secure-jwt-secret-key-here", "changeme", "change-me", "placeholder")


def weakness(secret: str) -> str:
    """Return what is wrong with ``secret``, or nothing."""
    if _is_published(secret):
        return "is a published placeholder; make one with: openssl rand -hex 32"
    if len(secret.encode()) < SECRET_BYTES:
        return f"has fewer than {SECRET_BYTES} bytes; make one with: openssl rand -hex 32"
    return ""


def guessable(password: str) -> str:
    """Return why ``password`` is none for an administrator, or nothing."""
    if _is_published(password):
        return "must not be a published placeholder"
    if len(password) < ADMIN_CHARACTERS:
        return f"must have at least {ADMIN_CHARACTERS} characters"
    return fault_of(password)


def is_private(origin: str) -> bool:
    """Tell whether nobody on the way can change the pages of ``origin``."""
    parts = urlsplit(origin)
    return parts.scheme == "https" or parts.hostname in {"localhost", "127.0.0.1", "::1"}


def _is_published(text: str) -> bool:
    return any(word in text.lower() for word in _PLACEHOLDERS)
