"""What happens to every request, whatever its route; plain ASGI, so that nothing is buffered."""

import re
from collections.abc import Mapping
from time import perf_counter

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from symposion.core.documents import new_id
from symposion.web.errors import HeadersTooLarge, Internal, OriginNotAllowed, QueryTooLong
from symposion.web.problems import problem

_log = structlog.get_logger("symposion.web")

QUERY_LIMIT = 4 * 1024
HEADERS_LIMIT = 16 * 1024
"""Most bytes of a query, and of all names and values of headers (reliability design R6.2)."""

SAFE_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Headers of every answer, unless its route sets its own."""

_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


class RequestLog:
    """Names every request, says so in the reply, and writes one log line about it.

    An ``X-Request-ID`` of 8 to 64 letters, digits, dots, dashes and underscores is kept; any other
    is replaced. All lines logged meanwhile carry the id. Neither query nor address is logged.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _SANE_ID.fullmatch(given) else new_id()
        status = 499  # nginx's number for a client that left before the answer
        began = perf_counter()

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                told: Mapping[str, str] = scope.get("state", {}).get("headers", {})
                _stamp(MutableHeaders(raw=message["headers"]), {"X-Request-ID": request_id, **told})
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, tell)
            finally:
                spent = round((perf_counter() - began) * 1000, 1)
                _log.info(
                    "request", method=scope["method"], path=scope["path"], status=status, ms=spent
                )


def _stamp(headers: MutableHeaders, ours: Mapping[str, str]) -> None:
    for name, value in ours.items():
        headers[name] = value
    for name, value in SAFE_HEADERS.items():
        headers.setdefault(name, value)


class HeadLimits:
    """Refuses requests whose query or headers are too long, before anything reads them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        app = self.app
        if scope["type"] == "http":
            headers = sum(len(name) + len(value) for name, value in scope["headers"])
            if headers > HEADERS_LIMIT:
                app = problem(HeadersTooLarge(f"They may have at most {HEADERS_LIMIT} bytes."))
            elif len(scope["query_string"]) > QUERY_LIMIT:
                app = problem(QueryTooLong(f"It may have at most {QUERY_LIMIT} bytes."))
        await app(scope, receive, send)


class LastResort:
    """Turns whatever nobody caught into a problem that says nothing about its cause.

    It stands inside the CORS layer, so that a page of another origin can read the reply.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except ClientDisconnect:
            _log.debug("client left")
        except Exception:
            _log.exception("unhandled error")
            if started:
                raise
            await problem(Internal())(scope, receive, send)


class Cors(CORSMiddleware):
    """The framework's CORS layer, refusing in the form of all other problems."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer a browser's question whether a page may call."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < 400:  # noqa: PLR2004 - the first error status of HTTP
            return answer
        headers = {k: v for k, v in answer.headers.items() if k.startswith(("access-", "vary"))}
        return problem(OriginNotAllowed(), headers=headers)
