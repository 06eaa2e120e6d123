"""Calls to the provider: a deadline, no redirects, no compression, and an end to every answer."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import httpx2
import orjson

from symposion.ports.federation import FederationUnavailable

DEADLINE = 10.0
"""Seconds a call may take in all."""

LONGEST_ANSWER = 256 * 1024
"""Bytes; a discovery document has 2 kB, the keys as much."""


class Answers:
    """Asks the provider.

    Args:
        deadline: See `DEADLINE`.
    """

    def __init__(self, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self._http = httpx2.AsyncClient(
            follow_redirects=False,
            timeout=deadline,
            headers={"accept-encoding": "identity", "accept": "application/json"},
        )

    async def ask(
        self, address: str, form: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Return status and JSON object of the answer; with ``form``, it is posted.

        Raises:
            FederationUnavailable: There is no answer in time, it is too long, or no JSON object.
        """
        try:
            async with asyncio.timeout(self._deadline):
                status, body = await self._read(address, form)
            told: object = orjson.loads(body)
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, orjson.JSONDecodeError):
            raise FederationUnavailable from None
        if not isinstance(told, dict):
            raise FederationUnavailable
        return status, cast("dict[str, Any]", told)

    async def _read(self, address: str, form: Mapping[str, str] | None) -> tuple[int, bytes]:
        body = bytearray()
        method = "GET" if form is None else "POST"
        async with self._http.stream(method, address, data=form) as answer:
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) > LONGEST_ANSWER:
                    raise FederationUnavailable
        return answer.status_code, bytes(body)

    async def close(self) -> None:
        """Let go of all connections."""
        await self._http.aclose()
