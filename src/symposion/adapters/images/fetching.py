"""Calls to the image service: a deadline each, no redirects, no compression, an end to answers.

An image is fetched from an address that somebody else names, so that is looked up once, must be
public (RFC 6890), and is what is connected to: a name cannot mean one address when it is checked
and another when it is used.
"""

import asyncio
import socket
from collections.abc import Mapping
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any, cast

import httpx2
import orjson

from symposion.ports.images import IMAGE_LIMIT

CALL_DEADLINE = 20.0
"""Seconds one call may take in all."""

ANSWER_LIMIT = 256 * 1024
"""Most bytes of an answer that is not an image."""

ADDRESS_LIMIT = 4_000

_HTTP_OK = 200


class Unanswered(Exception):
    """There is no answer that could be used; the text says why, as the end of a sentence."""


class Calls:
    """Asks and fetches.

    Args:
        deadline: Seconds each call may take in all.
        trust: Certificates to believe; those of the system, if nothing is said.
        guarded: Whether images may come from public addresses only; tests say no.
    """

    def __init__(
        self,
        deadline: float = CALL_DEADLINE,
        trust: SSLContext | None = None,
        *,
        guarded: bool = True,
    ) -> None:
        self._deadline = deadline
        self._guarded = guarded
        self._http = httpx2.AsyncClient(
            follow_redirects=False,
            timeout=deadline,
            verify=trust or True,
            trust_env=False,
            headers={"accept-encoding": "identity"},
        )

    async def ask(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """Return status and JSON object of the answer; of an error, perhaps an empty object.

        Raises:
            Unanswered: There is no answer in time, it is too long, or a success is no JSON object.
        """
        request = self._http.build_request(method, address, headers=headers, json=body)
        status, raw = await self._sent(request, ANSWER_LIMIT)
        try:
            told: object = orjson.loads(raw)
        except orjson.JSONDecodeError:
            told = None
        if isinstance(told, dict):
            return status, cast("dict[str, Any]", told)
        if status == _HTTP_OK:
            raise Unanswered("its answer is no JSON object")
        return status, {}

    async def image(self, address: str) -> bytes:
        """Return what lies at ``address``.

        Raises:
            Unanswered: It is not https, not public, not there, or longer than `IMAGE_LIMIT`.
        """
        try:
            url = httpx2.URL(address[: ADDRESS_LIMIT + 1])
        except httpx2.InvalidURL:
            raise Unanswered("the address of the image makes no sense") from None
        if len(address) > ADDRESS_LIMIT or url.scheme != "https" or not url.host or url.userinfo:
            raise Unanswered("the address of the image is none that we ask")
        place = await self._place(url)
        request = self._http.build_request(
            "GET",
            url.copy_with(host=place),
            headers={"host": url.netloc.decode()},
            extensions={"sni_hostname": url.host},
        )
        status, data = await self._sent(request, IMAGE_LIMIT)
        if status != _HTTP_OK:
            raise Unanswered(f"the image is not where it said ({status})")
        return data

    async def close(self) -> None:
        """Let go of all connections."""
        await self._http.aclose()

    async def _place(self, url: httpx2.URL) -> str:
        """Return the network address behind ``url``; all that it has must be public."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._deadline):
                found = await loop.getaddrinfo(url.host, url.port or 443, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError, TimeoutError):
            raise Unanswered("the host of the image is not known") from None
        places = [str(entry[4][0]).partition("%")[0] for entry in found]
        if self._guarded and not all(ip_address(place).is_global for place in places):
            raise Unanswered("the host of the image is not public")
        return places[0]

    async def _sent(self, request: httpx2.Request, limit: int) -> tuple[int, bytes]:
        body = bytearray()
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._http.send(request, stream=True)
                try:
                    async for chunk in answer.aiter_raw():
                        body += chunk
                        if len(body) > limit:
                            raise Unanswered(f"an answer has more than {limit} bytes")
                finally:
                    await answer.aclose()
        except httpx2.HTTPError as error:
            raise Unanswered(f"no answer ({type(error).__name__})") from None
        except TimeoutError:
            raise Unanswered("an answer did not come in time") from None
        return answer.status_code, bytes(body)
