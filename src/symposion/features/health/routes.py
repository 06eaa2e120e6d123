"""Health over HTTP; public, and outside the prefixes of the API."""

from typing import Literal

from pydantic import BaseModel

from symposion.core.documents import Timestamp
from symposion.core.version import VERSION
from symposion.web.deps import PortsDep
from symposion.web.replies import Message
from symposion.web.routing import room

router = room("", "health")
greeting = room("", "health")


class Health(BaseModel):
    """That the server answers, when it did, and its version."""

    status: Literal["healthy"] = "healthy"
    timestamp: Timestamp
    version: str = VERSION


@router.get("/health")
async def read_health(ports: PortsDep) -> Health:
    """Tell that the server is up."""
    return Health(timestamp=ports.clock.now())


@greeting.get("/")
async def greet() -> Message:
    """Tell what this is."""
    return Message(message=f"Symposion {VERSION}: conversations between simulated people.")
