"""Dependencies of routes: one that takes `Ctx` needs a signed-in caller, any other is public."""

from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from symposion.context import Context, Ports
from symposion.core.errors import NotSignedIn, Unauthenticated
from symposion.ports.identity import Actor

NOBODY = Actor("", "", frozenset({"guest"}))
"""Whoever is let in without being known; what all of them own is one heap."""

_bearer = HTTPBearer(auto_error=False, description="The token that signing in gave you.")


def get_ports(request: Request) -> Ports:
    """Return the ports that the application was opened with."""
    return cast("Ports", request.app.state.ports)


PortsDep = Annotated[Ports, Depends(get_ports)]


async def sign_in(request: Request) -> Context:
    """Return the context of the caller whose token ``request`` carries.

    Raises:
        NotSignedIn: There is no ``Authorization`` header at all.
        Unauthenticated: There is one, but it is no good.
    """
    if "authorization" not in request.headers:
        raise NotSignedIn
    credentials = await _bearer(request)
    if credentials is None:
        raise Unauthenticated
    ports = get_ports(request)
    return Context(await ports.identity.identify(credentials.credentials), ports)


def stranger(request: Request) -> Context | None:
    """Return nobody's context, if ``request`` carries what a page sends that has no token."""
    kind, _, said = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or said.strip() not in {"undefined", "null"}:
        return None
    return Context(NOBODY, get_ports(request))


async def get_context(request: Request, _: Annotated[object, Depends(_bearer)]) -> Context:
    """Return the caller's context. Raises as `sign_in` does."""
    known = getattr(request.state, "context", None)
    return known if isinstance(known, Context) else await sign_in(request)


Ctx = Annotated[Context, Depends(get_context)]
