"""`Federation` with Google, or with any OpenID provider that signs as Google does."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

import structlog

from symposion.adapters.google.metadata import Metadata
from symposion.adapters.google.transport import DEADLINE, Answers
from symposion.ports.clock import Clock
from symposion.ports.federation import FederationRefused, FederationUnavailable, Journey, Person

GOOGLE = "https://accounts.google.com"

LEEWAY = 60
"""Seconds that Google's clock and ours may be apart."""

LONGEST_TOKEN = 16_000

_log = structlog.get_logger("symposion.google")
_REQUIRED = ["exp", "iat", "iss", "aud", "sub"]
_HTTP_OK = 200


class GoogleFederation:
    """Signs people in with Google.

    Args:
        client_id: Our name at Google.
        client_secret: Our password there; sent to the token endpoint only.
        clock: For how long what Google publishes is remembered; tokens are checked by the wall
            clock of this machine.
        issuer: The provider; a discovery document is read below it.
        deadline: Seconds a call to Google may take in all.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        clock: Clock,
        *,
        issuer: str = GOOGLE,
        deadline: float = DEADLINE,
    ) -> None:
        self._id = client_id
        self._secret = client_secret
        self._answers = Answers(deadline)
        self._metadata = Metadata(issuer, self._answers, clock)
        # Google's own tokens have either form (its documentation, "Validate an ID token").
        self._issuers = [issuer, "accounts.google.com"] if issuer == GOOGLE else [issuer]

    async def address(self, journey: Journey) -> str:
        """Return the address of Google's page for ``journey``."""
        endpoints = await self._metadata.endpoints()
        asked = {
            "client_id": self._id,
            "redirect_uri": journey.redirect_uri,
            "response_type": "code",
            "scope": "openid email profile",
            "state": journey.state,
            "nonce": journey.nonce,
            "code_challenge": _challenge(journey.verifier),
            "code_challenge_method": "S256",
            "prompt": "select_account",
        }
        joint = "&" if "?" in endpoints.authorization else "?"
        return f"{endpoints.authorization}{joint}{urlencode(asked)}"

    async def redeem(self, code: str, redirect_uri: str, journey: Journey | None = None) -> Person:
        """Change ``code`` for a token at Google, and check that."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self._id,
            "client_secret": self._secret,
            "redirect_uri": redirect_uri,
        }
        form |= {"code_verifier": journey.verifier} if journey else {}
        address = (await self._metadata.endpoints()).token
        status, told = await self._answers.ask(address, form)
        if told.get("error") == "invalid_grant":
            raise FederationRefused
        token = told.get("id_token")
        if status != _HTTP_OK or not isinstance(token, str):
            _log.warning("no token", status=status, error=str(told.get("error"))[:100])
            raise FederationUnavailable
        return await self._person(token, journey.nonce if journey else "")

    async def check(self, credential: str) -> Person:
        """Check an ID token that a page got from Google itself."""
        return await self._person(credential, "")

    async def close(self) -> None:
        """Let go of all connections."""
        await self._answers.close()

    async def _person(self, token: str, nonce: str) -> Person:
        try:
            said = await self._said(token, nonce)
            return Person(
                subject=_text(said["sub"], 1, 255),
                email=_text(said.get("email", ""), 0, 320),
                email_verified=said.get("email_verified") is True,
                name=_text(said.get("name", ""), 0, 1_000),
                picture=_text(said.get("picture", ""), 0, 8_000),
            )
        except (FederationRefused, FederationUnavailable):
            raise
        except Exception as error:  # noqa: BLE001 - odd tokens raise more than PyJWTError
            _log.info("token refused", cause=type(error).__name__)
            raise FederationRefused from None

    async def _said(self, token: str, nonce: str) -> dict[str, Any]:
        """Return the claims of ``token``; whatever is wrong with it raises."""
        import jwt  # noqa: PLC0415 - not needed before the first sign-in

        if len(token) > LONGEST_TOKEN:
            raise ValueError("too long")
        head = jwt.get_unverified_header(token)
        if head.get("alg") != "RS256":
            raise ValueError("another algorithm")
        key = await self._metadata.key(_text(head.get("kid"), 1, 200))
        if key is None:
            raise ValueError("unknown key")
        said: dict[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            audience=self._id,
            issuer=self._issuers,
            leeway=LEEWAY,
            options={"require": _REQUIRED},
        )
        if said["aud"] not in (self._id, [self._id]) or said.get("azp", self._id) != self._id:
            raise ValueError("for somebody else")
        if nonce and not compare_digest(str(said.get("nonce")).encode(), nonce.encode()):
            raise ValueError("another nonce")
        return said


def _challenge(verifier: str) -> str:
    """Return the S256 challenge for ``verifier`` (RFC 7636, 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def _text(value: object, least: int, most: int) -> str:
    if not isinstance(value, str) or not least <= len(value) <= most:
        raise ValueError("not a text of a sensible length")
    return value
