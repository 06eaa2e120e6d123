"""Request bodies: counted while they stream in, and stricter than JSON allows.

The framework's own reading turns NaN and lone surrogates into faults of ours, and lets one body
fill the memory; the limits are those of the reliability design (R5 "JSON bodies", R6).
"""

import asyncio
from typing import Any, cast

import orjson
from starlette.requests import Request

from symposion.web.errors import BodyTooLarge, BodyTooSlow, InvalidJson

BODY_LIMIT = 1024 * 1024
"""Longest JSON body, in bytes."""

SILENCE = 10.0
LEAST_PACE = 1024
"""A body may be silent for so many seconds in all, and must come at so many bytes a second beyond.

A whole body of 10 KiB may take 20 seconds, one of a single byte 10 (reliability design R6.2).
"""

DEPTH_LIMIT = 32
KEYS_LIMIT = 1_000
VALUES_LIMIT = 20_000
"""Most values in a body; a longest body of short values would cost a second of checking."""

INTEGER_LIMIT = 2**53
"""Largest integer that every JSON reader keeps exactly (RFC 8259, 6)."""


class ReadRequest(Request):
    """A request whose body was read and parsed already."""

    def __init__(self, request: Request, raw: bytes, parsed: object) -> None:
        super().__init__(request.scope, request.receive)
        self._raw = raw
        self._parsed = parsed

    async def body(self) -> bytes:
        """Return the body as it came."""
        return self._raw

    async def json(self) -> Any:  # noqa: ANN401 - JSON may be anything
        """Return the body as `parse` read it."""
        return self._parsed


async def read(request: Request, limit: int = BODY_LIMIT, *, raw: bool = False) -> ReadRequest:
    """Read the body of ``request``, and parse it if it claims to be JSON and is not ``raw``.

    Raises:
        BodyTooLarge: It has more than ``limit`` bytes; the rest was not read.
        BodyTooSlow: It comes more slowly than `SILENCE` and `LEAST_PACE` allow.
        InvalidJson: `parse` refused it.
    """
    claimed = request.headers.get("content-length", "")
    if claimed.isdecimal() and int(claimed[:20]) > limit:
        raise _too_large(limit)
    body = await _whole(request, limit)
    is_json = not raw and body and _is_json(request)
    return ReadRequest(request, body, parse(body) if is_json else None)


async def _whole(request: Request, limit: int) -> bytes:
    """Return the body of ``request``, as long as it comes fast enough and is not too large."""
    raw = bytearray()
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout_at(began + SILENCE) as deadline:
            async for chunk in request.stream():
                raw += chunk
                if len(raw) > limit:
                    raise _too_large(limit)
                deadline.reschedule(began + SILENCE + len(raw) / LEAST_PACE)
    except TimeoutError:
        raise BodyTooSlow(f"Only {len(raw)} bytes of the body came in time.") from None
    return bytes(raw)


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(f"The body may have at most {limit} bytes.")


def _is_json(request: Request) -> bool:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media == "application/json" or (
        media.startswith("application/") and media.endswith("+json")
    )


def parse(body: bytes) -> object:
    """Return what the JSON text ``body`` says.

    Raises:
        InvalidJson: It is no JSON (NaN, Infinity, lone surrogates and a byte order mark are none),
            or it passes a limit of this module, or a text holds the NUL character.
    """
    try:
        parsed: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidJson(f"The body is not JSON: error at character {error.pos}.") from None
    _Check().walk(parsed)
    return parsed


class _Check:
    """Counts what `parse` must not let through."""

    def __init__(self) -> None:
        self._keys = 0
        self._values = 0

    def walk(self, root: object) -> None:
        """Visit every value below ``root``, without recursion."""
        waiting: list[tuple[Any, int]] = [(root, 1)]
        while waiting:
            value, depth = waiting.pop()
            self._values += 1
            if isinstance(value, dict | list):
                container = cast("dict[str, Any] | list[Any]", value)
                waiting.extend((child, depth + 1) for child in self._children(container, depth))
            else:
                _check_scalar(value)

    def _children(self, value: dict[str, Any] | list[Any], depth: int) -> list[Any]:
        if depth > DEPTH_LIMIT:
            raise InvalidJson(f"The body is nested deeper than {DEPTH_LIMIT} levels.")
        if self._values + len(value) > VALUES_LIMIT:
            raise InvalidJson(f"The body has more than {VALUES_LIMIT} values.")
        if isinstance(value, list):
            return value
        self._keys += len(value)
        if self._keys > KEYS_LIMIT:
            raise InvalidJson(f"The body has more than {KEYS_LIMIT} keys.")
        for key in value:
            _check_scalar(key)
        return list(value.values())


def _check_scalar(value: object) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise InvalidJson("A text in the body holds the NUL character.")
    elif isinstance(value, int) and abs(value) > INTEGER_LIMIT:
        raise InvalidJson("An integer in the body is beyond 2**53.")
