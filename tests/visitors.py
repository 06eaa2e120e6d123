"""Those who come to the house under test: clients, and a clock whose hands can be moved."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient

from symposion.core.documents import now

KEY = "a key for tests that is long enough"
PASSWORD = "correct horse battery"
ORIGIN = "http://page.example"


class Hands:
    """A `Clock` that tests may put forward or back."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return now() + self.ahead


def client(app: FastAPI) -> AsyncClient:
    """Return a client of ``app`` whose addresses begin after ``/api``."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    return AsyncClient(transport=transport, base_url="http://house/api")


async def sign_in(who: AsyncClient) -> dict[str, object]:
    """Make ``who`` a new guest; return the account as the house tells it."""
    reply = (await who.post("/auth/test-login")).json()
    who.headers["Authorization"] = f"Bearer {reply['access_token']}"
    return reply["user"]


async def register(who: AsyncClient, email: str, password: str = PASSWORD) -> dict[str, Any]:
    """Make ``who`` a new account with an e-mail address; return it as the house tells it."""
    answer = await who.post(
        "/auth/register", json={"email": email, "password": password, "name": "Cleo"}
    )
    assert answer.status_code == 200, answer.text
    who.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return answer.json()["user"]
