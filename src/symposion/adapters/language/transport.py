"""The HTTP client both SDKs speak through: no redirects, no compression, a bounded body.

Needs `httpx2`, which both SDKs bring along; import it only where one of them is there.
"""

import ssl
from collections.abc import AsyncIterator
from functools import cache

import httpx2

from symposion.adapters.language.failures import unreadable

LARGEST_BODY = 2 * 1024 * 1024
"""Bytes of the longest reply we read (reliability design, R5 "Providers")."""

_LIMITS = httpx2.Limits(max_connections=512, max_keepalive_connections=64)


class _Bounded(httpx2.AsyncByteStream):
    """A body that breaks off once it is too long."""

    def __init__(self, inner: httpx2.AsyncByteStream, who: str) -> None:
        self._inner = inner
        self._who = who

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._inner:
            size += len(chunk)
            if size > LARGEST_BODY:
                raise unreadable(self._who, "is longer than 2 MiB")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


@cache
def trust() -> ssl.SSLContext:
    """Return the process's one TLS context; making it costs 40 ms of CPU."""
    return httpx2.create_ssl_context()


def bounded_client(who: str, timeout: float) -> httpx2.AsyncClient:
    """Return a client that reads at most `LARGEST_BODY` bytes of a reply and follows nowhere.

    Compression is neither asked for nor accepted, so that few bytes cannot become many.

    Args:
        who: The provider as people call it, for error messages.
        timeout: Seconds each step of a call may take; the caller sets the total deadline.
    """

    async def bound(response: httpx2.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise unreadable(who, "came compressed although that was not asked for")
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _Bounded(response.stream, who)

    return httpx2.AsyncClient(
        follow_redirects=False,
        timeout=timeout,
        limits=_LIMITS,
        verify=trust(),
        headers={"accept-encoding": "identity"},
        event_hooks={"response": [bound]},
    )
