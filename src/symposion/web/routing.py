"""How the routes of all features behave: first who asks, then how much, then what."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from symposion.web import bodies
from symposion.web.deps import get_context, sign_in


class Route(APIRoute):
    """A route that knows its caller before it reads a byte of the body.

    The framework parses a body before it asks who sent it: without this a stranger learns what the
    body should be (422 instead of 403), and makes us read it.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the framework's handler with sign-in and strict reading before it."""
        handler = super().get_route_handler()
        signed = _needs_context(self.dependant)
        has_body = self.body_field is not None

        async def handle(request: Request) -> Response:
            if signed:
                request.state.context = await sign_in(request)
            if has_body:
                request = await bodies.read(request)
            return await handler(request)

        return handle


def _needs_context(dependant: Dependant) -> bool:
    return any(d.call is get_context or _needs_context(d) for d in dependant.dependencies)


def room(prefix: str, tag: str) -> APIRouter:
    """Return the router of one feature."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=Route)
