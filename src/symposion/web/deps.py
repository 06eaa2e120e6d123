"""Dependencies of routes: one that takes `Ctx` needs a signed-in caller, any other is public."""

from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from symposion.context import Context, Ports
from symposion.core.errors import NotSignedIn, Unauthenticated

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


async def get_context(request: Request, _: Annotated[object, Depends(_bearer)]) -> Context:
    """Return the caller's context. Raises as `sign_in` does."""
    known = getattr(request.state, "context", None)
    return known if isinstance(known, Context) else await sign_in(request)


Ctx = Annotated[Context, Depends(get_context)]
