"""Codes of a second factor: which are good, and how those for emergencies are made; no I/O.

Time-based codes are those of RFC 6238 as every authenticator app makes them: SHA-1, 6 digits, 30
seconds. Recovery codes have 60 random bits, three times four letters of Crockford's base 32.
"""

import re
import secrets
from base64 import b32encode
from datetime import datetime, timedelta
from hashlib import sha1, sha256
from hmac import compare_digest
from urllib.parse import quote

from symposion.features.accounts.errors import TooManyCodes, WrongCode
from symposion.features.accounts.models import Factor

STEP = 30
"""Seconds for which a code is shown."""

WINDOW = 1
"""Steps that the clock of a telephone may be off, in either direction."""

RECOVERY_CODES = 10

TRIES_LIMIT = 10
TRIES_LIFE = timedelta(hours=1)
"""Most codes looked at in this time, from all sides at once: a guess is right 3 times in a million,
so who has the password and guesses for a month succeeds with 2 %, and leaves 7,200 audit lines."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_RECOVERY = re.compile(r"[0-9a-z]{4}-?[0-9a-z]{4}-?[0-9a-z]{4}", re.IGNORECASE | re.ASCII)
_APPENDED = re.compile(
    r"(.+) ([0-9]{6}|[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4})",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)


def new_secret() -> str:
    """Return a new secret of 160 bits, as long as the hash (RFC 4226, 4), in base 32."""
    return b32encode(secrets.token_bytes(20)).decode()


def address_of(secret: str, email: str) -> str:
    """Return the address that an authenticator app reads from a QR code (Key Uri Format)."""
    return f"otpauth://totp/Symposion:{quote(email, safe='@')}?secret={secret}&issuer=Symposion"


def steps_of(secret: str, code: str, moment: datetime) -> list[int]:
    """Return the steps around ``moment`` whose code is ``code``."""
    from pyotp.totp import TOTP  # noqa: PLC0415 - not needed before the first second factor

    typed = code.replace(" ", "").encode()  # apps show "123 456"
    totp = TOTP(secret, digits=6, digest=sha1, interval=STEP)
    present = int(moment.timestamp()) // STEP
    return [
        step
        for step in range(present - WINDOW, present + WINDOW + 1)
        if compare_digest(totp.generate_otp(step).encode(), typed)
    ]


def appended(password: str) -> tuple[str, str]:
    """Return password and code of a password with a space and a code after it, else no code."""
    found = _APPENDED.fullmatch(password)
    return (found[1], found[2]) if found else (password, "")


def new_recovery_codes() -> list[str]:
    """Return fresh recovery codes."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
        for _ in range(RECOVERY_CODES)
    ]


def is_recovery(code: str) -> bool:
    """Tell whether ``code`` has the form of a recovery code."""
    return _RECOVERY.fullmatch(code) is not None


def kept_of(user_id: str, code: str) -> str:
    """Return what is kept of a recovery code; letters that look alike are the same."""
    letters = code.lower().replace("-", "").translate(str.maketrans("oil", "011"))
    return sha256(f"{user_id}:{letters}".encode()).hexdigest()


def charged(factor: Factor, now: datetime) -> Factor:
    """Return ``factor`` after one more try; made before the code is looked at.

    Raises:
        TooManyCodes: There were too many already.
    """
    until = factor.tries_until
    if until is None or until <= now:
        return factor.but(tries=1, tries_until=now + TRIES_LIFE)
    if factor.tries >= TRIES_LIMIT:
        raise TooManyCodes(retry_after=max(1, round((until - now).total_seconds())))
    return factor.but(tries=factor.tries + 1)


def accepted(factor: Factor, code: str, now: datetime) -> Factor:
    """Return ``factor`` after ``code`` was used: it is not good again.

    Raises:
        WrongCode: It is not good now.
    """
    if is_recovery(code):
        kept = kept_of(factor.user_id, code)
        if kept not in factor.recovery:
            raise WrongCode
        left = tuple(one for one in factor.recovery if one != kept)
        return factor.but(recovery=left, tries=0, tries_until=None)
    fresh = [s for s in steps_of(factor.secret, code, now) if s > factor.last_step]
    if not fresh:
        raise WrongCode
    return factor.but(last_step=fresh[0], tries=0, tries_until=None)
