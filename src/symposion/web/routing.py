"""How the routes of all features behave: first who asks, then how often, how much, and what."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from hashlib import sha256
from typing import Any, cast

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from symposion.context import Context
from symposion.core.errors import NotFound
from symposion.web import bodies
from symposion.web.deps import get_context, sign_in, stranger
from symposion.web.gate import Gate
from symposion.web.idempotency import once
from symposion.web.policy import Policy

ID_LIMIT = 64
"""Most characters of an id in a path (reliability design R6.2)."""


class Route(APIRoute):
    """A route that knows its caller before it reads a byte of the body.

    The framework parses a body before it asks who sent it: without this a stranger learns what the
    body should be (422 instead of 403), and makes us read it.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the framework's handler with sign-in, limits and strict reading before it."""
        handler = super().get_route_handler()
        signed = is_signed(self.dependant)
        has_body = self.body_field is not None

        async def handle(request: Request) -> Response:
            gate = cast("Gate", request.app.state.gate)
            policy = gate.policy((request.method, self.path))
            request.state.misfit = policy.misfit
            await _let_in(request, gate, policy, signed=signed)
            body = None
            if has_body or policy.raw:
                read = await bodies.read(request, policy.body, raw=policy.raw)
                body = await (_print_of(read) if policy.raw else read.json())
                await gate.admit_body(request, policy, body)
                request = read
            if not policy.key or _is_stranger(request):
                return await handler(request)

            async def run(ctx: Context) -> Response:
                request.state.context = ctx
                return await handler(request)

            operation = f"{request.method} {self.path}"
            return await once(request.state.context, request, operation, body, run)

        return handle


async def _let_in(request: Request, gate: Gate, policy: Policy, *, signed: bool) -> None:
    """Find out who asks; those who are nobody's user are counted too, by their address."""
    actor = None
    try:
        if signed:
            unknown = stranger(request) if policy.strangers else None
            policy = replace(policy, rates=policy.strangers) if unknown else policy
            context = unknown or await sign_in(request)
            request.state.context = context
            actor = context.actor
    finally:
        await gate.admit(request, policy, actor.user_id if actor else None)
    if actor:
        policy.check(actor, request.method)
    if any(len(str(part)) > ID_LIMIT for part in request.path_params.values()):
        raise NotFound


async def _print_of(request: Request) -> list[str]:
    """Return what stands for a body that is a file: no other file has the same."""
    return [request.headers.get("content-type", ""), sha256(await request.body()).hexdigest()]


def _is_stranger(request: Request) -> bool:
    """Tell whether nobody's name could be put before a key that is sent."""
    known = getattr(request.state, "context", None)
    return isinstance(known, Context) and not known.actor.user_id


def is_signed(dependant: Dependant) -> bool:
    """Tell whether what ``dependant`` stands for needs a signed-in caller."""
    return any(d.call is get_context or is_signed(d) for d in dependant.dependencies)


def room(prefix: str, tag: str) -> APIRouter:
    """Return the router of one feature."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=Route)
