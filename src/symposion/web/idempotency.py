"""One effect for one key: what a caller sends again under its ``Idempotency-Key`` is done once.

A record is kept before the effect, and what the request makes is named by it (`Context.ids`). So
a request that was cut short, even by the end of the process, finds what it made when it is sent
again; one that was answered has its answer repeated for a day (reliability R5 "Idempotency").
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import count
from uuid import UUID

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from symposion.answers import ANSWERS, LIFE, Answer
from symposion.context import Context
from symposion.core.errors import Conflict, DomainError, Duplicate, Invalid, NotFound
from symposion.core.turnstile import Busy
from symposion.lease import TTL, sole_holder
from symposion.web.problems import status_of

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_SUCCESS = range(200, 300)
_NOTHING_DONE = {400, 403, 404, 422}
"""Statuses of requests that were refused before they did anything: the key is free again."""


class BadIdempotencyKey(Invalid):
    """The header holds no key."""

    code = "bad-idempotency-key"
    title = "The Idempotency-Key must have 1 to 255 visible ASCII characters."


class KeyReused(Invalid):
    """Another request came under the same key."""

    code = "idempotency-key-reused"
    title = "This Idempotency-Key was used for another request."


class StillAtWork(Conflict):
    """The first request of this key has no answer yet."""

    code = "still-at-work"
    title = "The first request with this Idempotency-Key is still being worked on."


Run = Callable[[Context], Awaitable[Response]]


async def once(ctx: Context, request: Request, operation: str, body: object, run: Run) -> Response:
    """Answer ``request`` by ``run``, or as it was answered when it came under the same key.

    Args:
        ctx: Who asks; keys of other callers are other keys.
        request: Carries the header; without it, ``run`` is all that happens.
        operation: Method and path as the policy table writes them.
        body: What was parsed of the body.
        run: Does the work, for a context whose ids are those of the record.

    Raises:
        BadIdempotencyKey: The header holds no key.
        KeyReused: The key came with another request before.
        StillAtWork: The first request of this key is not answered yet.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return await run(ctx)
    if not _KEY.fullmatch(key):
        raise BadIdempotencyKey
    named = f"{ctx.actor.user_id}\n{operation}\n{key}"
    name = _uuid(sha256(named.encode()).digest(), version=8)
    now = ctx.now()
    fresh = Answer(
        **ctx.owned,
        id=name,
        request=_asked(request, body),
        created_at=now,
        expires_at=now + LIFE,
    )
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(ctx.turnstile.through(name, limit=1))
            await stack.enter_async_context(sole_holder(ctx, f"answer {name}", TTL + 1))
        except Busy:
            raise StillAtWork(retry_after=1) from None
        record = await _record(ctx, fresh)
        if record.status:
            return _told_again(record)
        return await _answered(ctx, record, run)


async def _record(ctx: Context, fresh: Answer) -> Answer:
    """Return the record of the key, made if there is none. Raises `KeyReused`."""
    answers = ctx.own(ANSWERS)
    try:
        return await answers.insert(fresh)
    except Duplicate:
        known = await answers.get(fresh.id)
    if known.expires_at <= fresh.created_at:
        await answers.delete({"id": known.id})
        return await answers.insert(fresh)
    if known.request != fresh.request:
        raise KeyReused
    return known


async def _answered(ctx: Context, record: Answer, run: Run) -> Response:
    """Do the work and keep the answer if it is a success."""
    answers = ctx.own(ANSWERS)
    try:
        answer = await run(replace(ctx, ids=_ids(record.id, record.created_at)))
    except Exception as error:
        if _status_of(error) in _NOTHING_DONE:
            await answers.delete({"id": record.id})
        raise
    if answer.status_code in _SUCCESS:
        kept = {
            "status": answer.status_code,
            "media": answer.headers["content-type"],
            "body": bytes(answer.body).decode(),
            "etag": answer.headers.get("etag", ""),
        }
        with suppress(NotFound):  # the account was deleted meanwhile
            await answers.update(record.id, lambda old: old.but(**kept))
    return answer


def _status_of(error: Exception) -> int:
    if isinstance(error, DomainError):
        return status_of(type(error))
    return 422 if isinstance(error, RequestValidationError) else 500


def _told_again(record: Answer) -> Response:
    """Return the answer that was kept."""
    headers = {"Content-Type": record.media, "Idempotent-Replayed": "true"}
    if record.etag:
        headers["ETag"] = record.etag
    return Response(record.body, record.status, headers=headers)


def _asked(request: Request, body: object) -> str:
    """Return what stands for all that ``request`` asks, whatever the order of its fields."""
    asked = [dict(request.path_params), str(request.url.query), body]
    return sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _ids(name: str, at: datetime) -> Iterator[str]:
    """Yield ids of the form of UUIDv7, always the same for one record."""
    moment = int(at.timestamp() * 1000).to_bytes(6, "big")
    for number in count():
        digest = sha256(f"{name} {number}".encode()).digest()
        yield _uuid(moment + digest[:10], version=7)


def _uuid(raw: bytes, version: int) -> str:
    """Return the first 16 of ``raw`` as a UUID of ``version`` (RFC 9562, 4)."""
    whole = bytearray(raw[:16])
    whole[6] = whole[6] & 0x0F | version << 4
    whole[8] = whole[8] & 0x3F | 0x80
    return str(UUID(bytes=bytes(whole)))
