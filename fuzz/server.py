"""A whole house on a socket to throw requests at: no rate limits, cheap passwords.

``GET /reached`` tells which operations ever succeeded, and every fault of ours.
"""

import asyncio
import sys
from datetime import timedelta

import uvicorn
from fastapi import FastAPI
from starlette.responses import JSONResponse
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from symposion.adapters.store.sqlite import SqliteStore
from symposion.app import KINDS, create_app
from symposion.context import Ports
from symposion.core.passwords import Passwords
from symposion.features.accounts.admin import ensure_admin
from symposion.features.accounts.identity import AccountIdentity
from symposion.main import SystemClock, language_model

KEY = "a key for fuzzing that is long enough"
ADMIN = ("root@example.com", "correct horse battery")


class Counted:
    """Notes how each operation was ever answered."""

    def __init__(self, app: FastAPI) -> None:
        self.app: ASGIApp = app
        self.operations = {
            f"{method.upper()} {path}": (method.upper(), compile_path(path)[0])
            for path, methods in app.openapi()["paths"].items()
            for method in methods
        }
        self.succeeded: set[str] = set()
        self.faults: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["path"] == "/reached":
            await JSONResponse(self.told())(scope, receive, send)
            return

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, message["status"])
            await send(message)

        await self.app(scope, receive, note)

    def _note(self, scope: Scope, status: int) -> None:
        called = [
            name
            for name, (method, path) in self.operations.items()
            if method == scope["method"] and path.match(scope["path"])
        ]
        if 200 <= status < 300:
            self.succeeded.update(called[:1])  # fixed paths come first
        if status >= 500:
            self.faults.add(f"{status} {scope['method']} {scope['path']}")

    def told(self) -> dict[str, list[str]]:
        return {
            "operations": list(self.operations),
            "succeeded": sorted(self.succeeded),
            "faults": sorted(self.faults),
        }


async def serve(port: int) -> None:
    """Serve on ``port`` of this machine until the process is ended."""
    store, clock = SqliteStore(":memory:"), SystemClock()
    await store.open(KINDS)
    identity = AccountIdentity(store, clock, KEY, timedelta(days=1))
    ports = Ports(store, language_model("offline"), identity, clock, passwords=Passwords(cost=4))
    await ensure_admin(ports, *ADMIN)
    counted = Counted(create_app(ports))
    config = uvicorn.Config(counted, host="127.0.0.1", port=port, log_level="warning")
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
