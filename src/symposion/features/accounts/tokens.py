"""Access tokens: JSON Web Tokens of one algorithm and one kind (reliability design R5 "JWT")."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from symposion.core.documents import new_id
from symposion.core.errors import Unauthenticated

ISSUER = "symposion"
LEEWAY = timedelta(seconds=30)
"""How far the clocks of two machines may be apart."""

_ALGORITHM = "HS256"
_TEXTS = ("iss", "sub", "jti", "sid", "typ", "user_id")
_MOMENTS = ("exp", "iat", "nbf")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token says."""

    user_id: str
    session_id: str


@lru_cache(maxsize=8)
def key_id(key: str) -> str:
    """Return the name that a signing key has in the header of its tokens (``kid``)."""
    return sha256(b"symposion key id 1\0" + key.encode()).hexdigest()[:16]


def sign(claims: Claims, key: str, *, now: datetime, expires_at: datetime) -> str:
    """Return the token that says ``claims`` until ``expires_at``."""
    import jwt  # noqa: PLC0415 - not needed before the first sign-in

    moment = int(now.timestamp())
    payload = {
        "exp": int(expires_at.timestamp()),
        "iat": moment,
        "nbf": moment,
        "iss": ISSUER,
        "sub": claims.user_id,
        "user_id": claims.user_id,
        "jti": new_id(),
        "sid": claims.session_id,
        "typ": "access",
    }
    return jwt.encode(payload, key, algorithm=_ALGORITHM, headers={"kid": key_id(key)})


def verify(token: str, keys: Sequence[str], now: datetime) -> Claims:
    """Return what ``token`` says; the header names which of ``keys`` has signed it.

    Raises:
        Unauthenticated: It is no good at the moment ``now``, for whatever reason; which one is
            not told.
    """
    try:
        said = _decoded(token, keys)
        claims = Claims(user_id=said["sub"], session_id=said["sid"])
        genuine = _is_genuine(said, now)
    except Exception:  # noqa: BLE001 - odd tokens raise more than the library's own errors
        raise Unauthenticated from None
    if not genuine:
        raise Unauthenticated
    return claims


def _decoded(token: str, keys: Sequence[str]) -> dict[str, Any]:
    """Return the claims of a token that one of ``keys`` signed; raise anything for another."""
    import jwt  # noqa: PLC0415 - as above

    header, _, _ = (_bytes_of(part) for part in token.split("."))
    named = json.loads(header)["kid"]
    (key,) = {key for key in keys if key_id(key) == named}
    return jwt.decode(
        token,
        key,
        algorithms=[_ALGORITHM],
        issuer=ISSUER,
        options={  # moments are checked by the clock of the house: see `_is_genuine`
            "require": [*_TEXTS, *_MOMENTS],
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        },
    )


def _bytes_of(part: str) -> bytes:
    """Return what ``part`` of a token holds.

    The library leaves out what is no base64 and ignores the bits that fill it up. We do not, so
    that every token has one spelling and a list of known ones can be trusted.
    """
    held = urlsafe_b64decode(part.encode("ascii") + b"==")
    if urlsafe_b64encode(held).rstrip(b"=").decode() != part:
        raise Unauthenticated
    return held


def _is_genuine(said: dict[str, Any], now: datetime) -> bool:
    """Tell whether what a token with a good signature says is an access token, valid ``now``."""
    moment, leeway = now.timestamp(), LEEWAY.total_seconds()
    return (
        all(type(said[name]) is str for name in _TEXTS)
        and all(type(said[name]) is int for name in _MOMENTS)
        and (said["typ"], said["user_id"]) == ("access", said["sub"])
        and max(said["iat"], said["nbf"]) - leeway <= moment < said["exp"] + leeway
    )
