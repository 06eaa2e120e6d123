"""What schemathesis must know beyond the OpenAPI document: who asks, and what there is.

Read by `fuzz/run`, in an environment that holds schemathesis and nothing of ours.
"""

import os
import random
from collections.abc import Callable
from functools import cache
from typing import Any

import requests
import schemathesis

CHANCE = random.SystemRandom()
"""Not the module's own, which hypothesis seeds anew for every example."""

HOME = os.environ["FUZZ_HOME"]
PASSWORD = "correct horse battery"
ROOT = {"email": "root@example.com", "password": PASSWORD}
AGENT = {"name": "Ada", "archetype": "scientist"}
KEY = "Idempotency-Key"
SCENARIO = {"scenario": "A leak in the greenhouse.", "scenario_name": "Leak"}


def ask(method: str, path: str, body: Any = None, token: str = "") -> Any:
    """Ask the house for something that must succeed."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.request(method, f"{HOME}/api{path}", json=body, headers=headers, timeout=10)
    answer.raise_for_status()
    return answer.json()


def sign_in() -> str:
    return ask("POST", "/auth/login", ROOT)["access_token"]


class Caller:
    """An administrator with agents and a scenario; a new token whenever the last one is no good."""

    def __init__(self) -> None:
        self.token = sign_in()
        for _ in range(2):
            ask("POST", "/agents", AGENT, self.token)
        ask("POST", "/simulation/set-scenario", SCENARIO, self.token)

    def fresh(self) -> str:
        headers = {"Authorization": f"Bearer {self.token}"}
        if requests.get(f"{HOME}/api/auth/me", headers=headers, timeout=10).status_code != 200:
            self.token = sign_in()
        return self.token


@cache
def caller() -> Caller:
    return Caller()


@schemathesis.auth(refresh_interval=None)
class SignIn:
    """Every case may have ended the session of the last one."""

    def get(self, case: Any, context: Any) -> str:
        return caller().fresh()

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


def somebody() -> dict[str, str]:
    email = f"u{CHANCE.getrandbits(64)}@example.com"
    return {"email": email, "password": PASSWORD, "name": "U"}


def a_session() -> dict[str, str]:
    token = sign_in()
    (own,) = [s for s in ask("GET", "/v1/auth/sessions", token=token) if s["current"]]
    return {"session_id": own["id"]}


def an_api_key() -> dict[str, str]:
    token = sign_in()
    kept = ask("GET", "/v1/api-keys", token=token)
    draft = {"name": "Key", "scopes": ["read"]}
    key = kept[0] if kept else ask("POST", "/v1/api-keys", draft, token)
    return {"key_id": key["id"]}


def a_refresh_token() -> dict[str, str]:
    made = ask("POST", "/v1/auth/refresh-token", token=sign_in())
    return {"refresh_token": made["refresh_token"]}


PATHS: dict[str, Callable[[], dict[str, str]]] = {
    "/auth/sessions/{session_id}": a_session,
    "/api-keys/{key_id}": an_api_key,
}
"""How to make what a path names, so that the operation can succeed."""

BODIES: dict[tuple[str, str], Callable[[], Any]] = {
    ("POST", "/auth/login"): lambda: ROOT,
    ("POST", "/auth/refresh"): a_refresh_token,
    ("POST", "/auth/register"): somebody,
    ("DELETE", "/auth/account"): lambda: {"current_password": PASSWORD},
    ("PUT", "/auth/profile"): lambda: {"name": "Root"},
    ("PUT", "/auth/change-email"): lambda: {
        "current_password": PASSWORD, "new_email": ROOT["email"]
    },
    ("PUT", "/auth/change-password"): lambda: {
        "current_password": PASSWORD, "new_password": PASSWORD
    },
}  # fmt: skip
"""Bodies that succeed where only what is already kept can."""


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Let every third well-formed case be one that can succeed."""
    mode = case.meta.generation.mode if case.meta else None
    if mode is None or not mode.is_positive:
        return
    if KEY in (case.headers or {}):
        case.headers[KEY] = f"{CHANCE.getrandbits(64):x}"  # a key stands for one request
    if CHANCE.random() > 1 / 3:
        return
    bare = case.operation.path.removeprefix("/api").removeprefix("/v1")
    if (case.method, bare) == ("DELETE", "/auth/account"):
        case.headers["Authorization"] = (
            f"Bearer {ask('POST', '/auth/register', somebody())['access_token']}"
        )
    if make := PATHS.get(bare):
        case.path_parameters = make()
    if make := BODIES.get((case.method, bare)):
        case.body = make()
