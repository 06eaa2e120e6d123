"""Errors as problem responses (RFC 9457, ``application/problem+json``).

``detail`` is always one sentence, also for a refused body: a page that shows it as text survives.
``error`` repeats it for older pages. What was wrong with each field stands in ``errors``; the
input itself is never repeated, and no problem is longer than `PROBLEM_LIMIT`.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from structlog.contextvars import get_contextvars

from symposion.core import errors
from symposion.web.errors import (
    BodyTooLarge,
    BodyTooSlow,
    HeadersTooLarge,
    HeadTooSlow,
    HttpError,
    Internal,
    InvalidRequest,
    MethodNotAllowed,
    NoSuchAddress,
    OriginNotAllowed,
    QueryTooLong,
    UnknownMedia,
)
from symposion.web.openapi import allowed_methods

PROBLEM_LIMIT = 8192
"""Longest problem body, in bytes (reliability design R1.1)."""

FIELDS_LIMIT = 20
"""Most entries in ``errors`` (reliability design R1.1)."""

_DETAIL_LIMIT = 600
_TEXT_LIMIT = 160

STATUS: dict[type[errors.DomainError], int] = {
    errors.Invalid: 422,
    errors.Refused: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Outdated: 412,
    errors.TooMany: 429,
    errors.Unavailable: 503,
    errors.Failed: 500,
    MethodNotAllowed: 405,
    BodyTooSlow: 408,
    HeadTooSlow: 408,
    BodyTooLarge: 413,
    QueryTooLong: 414,
    UnknownMedia: 415,
    HeadersTooLarge: 431,
    OriginNotAllowed: 400,
    Internal: 500,
    errors.DomainError: 400,
}


def status_of(error: type[errors.DomainError]) -> int:
    """Return the status of the nearest family of ``error``."""
    return next(STATUS[family] for family in error.__mro__ if family in STATUS)


def problem(
    error: errors.DomainError, *, status: int = 0, headers: Mapping[str, str] | None = None
) -> Response:
    """Build the response that tells ``error``; ``status`` overrides that of its family."""
    status = status or status_of(type(error))
    detail = _cut(str(error), _DETAIL_LIMIT)
    body: dict[str, Any] = error.extra | {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": status,
        "code": error.code,
        "detail": detail,
        "error": detail,
        "request_id": get_contextvars().get("request_id", ""),
    }
    return Response(
        _fitting(body),
        status,
        headers=dict(headers or {}) | _headers(error, status),
        media_type="application/problem+json",
    )


def _headers(error: errors.DomainError, status: int) -> dict[str, str]:
    found: dict[str, str] = {}
    if status == HTTPStatus.UNAUTHORIZED:
        found["WWW-Authenticate"] = "Bearer"
    if status == HTTPStatus.REQUEST_TIMEOUT:
        found["Connection"] = "close"
    seconds = error.extra.get("retry_after")
    if isinstance(seconds, int | float):
        found["Retry-After"] = str(max(1, round(seconds)))
    return found


def _fitting(body: dict[str, Any]) -> bytes:
    """Return ``body`` as JSON, without as many of its last ``errors`` as it takes to fit."""
    encoded = orjson.dumps(body, default=str)
    while len(encoded) > PROBLEM_LIMIT and body.get("errors"):
        body = body | {"errors": body["errors"][:-1]}
        encoded = orjson.dumps(body, default=str)
    return encoded


def _cut(text: str, limit: int) -> str:
    """Return ``text`` on one line, of at most ``limit`` printable characters."""
    line = "".join(c if c.isprintable() else " " for c in text[: limit + 1])
    return line if len(line) <= limit else line[: limit - 1] + "…"


async def _domain(_: Request, error: Exception) -> Response:
    assert isinstance(error, errors.DomainError)
    return problem(error)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    ours: errors.DomainError
    headers = dict(error.headers or {})
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            ours = NoSuchAddress()
        case HTTPStatus.METHOD_NOT_ALLOWED:
            ours = MethodNotAllowed()
            headers["Allow"] = ", ".join(allowed_methods(request.app, request.url.path))
        case _:
            ours = HttpError(HTTPStatus(error.status_code).phrase + ".")
    return problem(ours, status=error.status_code, headers=headers)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    status: int = getattr(request.state, "misfit", 0)
    return problem(_refusal(error.errors()), status=status)


def _refusal(faults: Sequence[Mapping[str, Any]]) -> InvalidRequest:
    """Return what is told of a body or parameters that do not fit."""
    found = [
        {"pointer": _pointer(fault["loc"]), "detail": _cut(_said(fault), _TEXT_LIMIT)}
        for fault in faults[:FIELDS_LIMIT]
    ]
    told = [f"{fault['pointer'][2:] or 'the body'}: {fault['detail']}" for fault in found[:3]]
    more = f"; and {len(faults) - 3} more" if len(faults) > len(told) else ""
    return InvalidRequest(f"The request does not fit: {'; '.join(told)}{more}.", errors=found)


def _said(fault: Mapping[str, Any]) -> str:
    """Return what is wrong, as the end of a sentence that begins with the name of the field."""
    plain = {"missing": "is required", "extra_forbidden": "is not known here"}
    return plain.get(fault["type"]) or str(fault["msg"])


def _pointer(place: Sequence[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) to ``place``, less the part of the request it is in."""
    steps = [_cut(str(step), 60).replace("~", "~0").replace("/", "~1") for step in place[1:]]
    return _cut("#/" + "/".join(steps), _TEXT_LIMIT) if steps else "#"


def add_problem_handlers(app: FastAPI) -> None:
    """Make every error of ``app`` a problem response."""
    app.add_exception_handler(errors.DomainError, _domain)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)


def tells(*kinds: type[errors.DomainError]) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses=`` entry for the errors a route may tell, for the OpenAPI document."""
    found: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        entry = found.setdefault(status_of(kind), {"description": ""})
        entry["description"] = f"{entry['description']} `{kind.code}`: {kind.title}".strip()
    return found


def shows(*kinds: type[errors.DomainError]) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses=`` entry for the errors that a route for browsers shows as a page."""
    page = {"text/html": {"schema": {"type": "string"}}}
    return {status: {**answer, "content": page} for status, answer in tells(*kinds).items()}
