"""What a built house serves, as its routes tell."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from symposion.web.policy import Operation
from symposion.web.routing import Route


def served(app: FastAPI) -> Iterator[tuple[Operation, str, Route]]:
    """Yield every operation with the path it is served under, and its route."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            assert isinstance(route, Route), f"{route.path} does not read bodies through the house"
            for method in route.methods or ():
                yield (method, route.path), str(context.path), route
