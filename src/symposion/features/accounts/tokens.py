"""Access tokens: JSON Web Tokens of one algorithm and one kind (reliability design R5 "JWT")."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from symposion.core.documents import new_id
from symposion.core.errors import Unauthenticated

ISSUER = "symposion"
LEEWAY = timedelta(seconds=30)
"""How far the clocks of two machines may be apart."""

_ALGORITHM = "HS256"
_REQUIRED = ["exp", "iat", "nbf", "iss", "sub", "jti", "sid", "typ", "user_id"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token says."""

    user_id: str
    session_id: str


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
    return jwt.encode(payload, key, algorithm=_ALGORITHM)


def verify(token: str, key: str) -> Claims:
    """Return what ``token`` says, by the wall clock of this machine.

    Raises:
        Unauthenticated: It is no good, for whatever reason; which one is not told.
    """
    import jwt  # noqa: PLC0415 - as above

    try:
        said: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            issuer=ISSUER,
            leeway=LEEWAY,
            options={"require": _REQUIRED},
        )
        claims = Claims(user_id=str(said["sub"]), session_id=str(said["sid"]))
        genuine = said["typ"] == "access" and said["user_id"] == claims.user_id
    except Exception:  # noqa: BLE001 - odd tokens raise more than the library's own errors
        raise Unauthenticated from None
    if not genuine:
        raise Unauthenticated
    return claims
