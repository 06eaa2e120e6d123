"""A whole house on a socket to throw requests at: no rate limits, cheap passwords.

``GET /reached`` tells which operations ever succeeded, and every fault of ours.
"""

import asyncio
import sys
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import uvicorn
from fastapi import FastAPI
from openid import CLIENT_ID, CLIENT_SECRET, Provider, new_key, serving
from starlette.responses import JSONResponse
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from symposion.adapters.google.federation import GoogleFederation
from symposion.adapters.images.drawn import DrawnImages
from symposion.adapters.store.sqlite import SqliteStore
from symposion.app import KINDS, create_app
from symposion.context import Addresses, Ports
from symposion.core.passwords import Passwords
from symposion.features.accounts.admin import ensure_admin
from symposion.features.accounts.identity import AccountIdentity
from symposion.main import SystemClock, language_model

KEY = "a key for fuzzing that is long enough"
PAGE = "http://page.example"
ADMIN = ("root@example.com", "correct horse battery")


class Counted:
    """Notes how each operation was ever answered; a redirect is what some are for."""

    def __init__(self, app: FastAPI, google: Provider) -> None:
        self.google = google
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
        if scope["type"] == "http" and (told := self._told(scope)):
            await JSONResponse(told)(scope, receive, send)
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
        if 200 <= status < 400:
            self.succeeded.update(called[:1])  # fixed paths come first
        if status >= 500:
            self.faults.add(f"{status} {scope['method']} {scope['path']}")

    def _told(self, scope: Scope) -> dict[str, Any]:
        """Return what is told beside the house: what was reached, and what Google gives."""
        path, asked = scope["path"], parse_qs(scope["query_string"].decode())
        one = uuid4().hex
        person = {"sub": one, "email": f"{one}@example.com"}
        match path:
            case "/reached":
                return self.told()
            case "/google/credential":
                return {"credential": self.google.token(**person)}
            case "/google/consent":
                return self.google.consent(asked["address"][0], **person)
            case "/google/code":
                return {"code": self.google.grant(PAGE, **person), "redirect_uri": PAGE}
            case _:
                return {}

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
    with serving(new_key()) as google:
        ports = Ports(
            store,
            language_model("offline"),
            identity,
            clock,
            passwords=Passwords(cost=4),
            images=DrawnImages(),
            addresses=Addresses(pages=(PAGE,)),
            federation=GoogleFederation(CLIENT_ID, CLIENT_SECRET, clock, issuer=google.issuer),
        )
        await ensure_admin(ports, *ADMIN)
        counted = Counted(create_app(ports), google)
        config = uvicorn.Config(counted, host="127.0.0.1", port=port, log_level="warning")
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
