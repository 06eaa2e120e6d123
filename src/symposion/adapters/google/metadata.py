"""What the provider publishes of itself: where it is asked, and its keys."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast
from urllib.parse import urlsplit

from symposion.adapters.google.transport import Answers
from symposion.ports.clock import Clock
from symposion.ports.federation import FederationUnavailable

if TYPE_CHECKING:
    from jwt import PyJWK

V = TypeVar("V")

FRESH = timedelta(hours=1)
"""How long what was read is believed."""

PAUSE = timedelta(minutes=1)
"""Least time between two readings of the keys, whatever key a token names."""

RETRY = timedelta(seconds=5)
"""Least time between two readings when the first one failed: nobody waits for nothing in a row."""

KEYS_LIMIT = 100

_HTTP_OK = 200


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the provider is asked for what."""

    authorization: str
    token: str
    keys: str


class _Remembered(Generic[V]):
    """Something that is read now and then, by one caller at a time."""

    def __init__(self, read: Callable[[], Awaitable[V]], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._lock = asyncio.Lock()
        self._last: tuple[datetime, V] | None = None
        self._failed: datetime | None = None

    async def get(self, age: timedelta) -> V:
        """Return what was read less than ``age`` ago, or read it. Raises what reading does."""
        async with self._lock:
            now = self._clock.now()
            if self._last and now - self._last[0] < age:
                return self._last[1]
            if self._failed and now - self._failed < RETRY:
                raise FederationUnavailable
            try:
                found = await self._read()
            except FederationUnavailable:
                self._failed = now
                raise
            self._last = (now, found)
            return found


class Metadata:
    """Reads what ``issuer`` publishes, and remembers it."""

    def __init__(self, issuer: str, answers: Answers, clock: Clock) -> None:
        self._issuer = issuer
        self._answers = answers
        self._endpoints = _Remembered(self._discovered, clock)
        self._keys = _Remembered(self._published_keys, clock)

    async def endpoints(self) -> Endpoints:
        """Return where to ask. Raises `FederationUnavailable`."""
        return await self._endpoints.get(FRESH)

    async def key(self, name: str) -> "PyJWK | None":
        """Return the signing key called ``name``, which may be newer than what was read last.

        Raises:
            FederationUnavailable: The keys cannot be had.
        """
        found = (await self._keys.get(FRESH)).get(name)
        return found or (await self._keys.get(PAUSE)).get(name)

    async def _discovered(self) -> Endpoints:
        address = f"{self._issuer}/.well-known/openid-configuration"
        status, told = await self._answers.ask(address)
        if status != _HTTP_OK or told.get("issuer") != self._issuer:
            raise FederationUnavailable
        return Endpoints(
            authorization=self._safe(told.get("authorization_endpoint")),
            token=self._safe(told.get("token_endpoint")),
            keys=self._safe(told.get("jwks_uri")),
        )

    async def _published_keys(self) -> dict[str, "PyJWK"]:
        return _signing_keys(*await self._answers.ask((await self.endpoints()).keys))

    def _safe(self, address: object) -> str:
        """Return ``address`` if it is as well protected as the issuer is."""
        if isinstance(address, str):
            scheme = urlsplit(address).scheme
            if scheme == "https" or (scheme == "http" and self._issuer.startswith("http:")):
                return address
        raise FederationUnavailable


def _signing_keys(status: int, told: dict[str, Any]) -> dict[str, "PyJWK"]:
    """Return the RSA keys for signatures, by name. Raises `FederationUnavailable`."""
    listed = told.get("keys")
    if status != _HTTP_OK or not isinstance(listed, list):
        raise FederationUnavailable
    found: dict[str, PyJWK] = {}
    for entry in cast("list[Any]", listed)[:KEYS_LIMIT]:
        key = _signing_key(entry)
        if key is not None and key.key_id:
            found[key.key_id] = key
    return found


def _signing_key(entry: object) -> "PyJWK | None":
    from jwt import PyJWK, PyJWTError  # noqa: PLC0415 - not needed before the first sign-in

    if not isinstance(entry, dict):
        return None
    told = cast("dict[str, Any]", entry)
    if told.get("kty") != "RSA" or told.get("use", "sig") != "sig":
        return None
    try:
        return PyJWK(told, algorithm="RS256")
    except (PyJWTError, ValueError, TypeError):  # a key of a new kind is nobody's fault
        return None
