"""Where browsers find this server."""

from typing import cast

from fastapi import Request

from symposion.context import Ports


def home_of(request: Request) -> str:
    """Return the address at which browsers reach us, without a slash at its end."""
    ports = cast("Ports", request.app.state.ports)
    return ports.addresses.public or str(request.base_url).rstrip("/")


def client_of(request: Request) -> str:
    """Return the address of the web client, without a slash at its end."""
    ports = cast("Ports", request.app.state.ports)
    pages = ports.addresses.pages
    return ports.addresses.public or (pages[0] if pages else str(request.base_url).rstrip("/"))
