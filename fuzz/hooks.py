"""What schemathesis must know beyond the OpenAPI document: who asks, and what there is.

Read by `fuzz/run`, in an environment that holds schemathesis and nothing of ours.
"""

import base64
import hmac
import os
import random
import re
import time
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
import schemathesis

CHANCE = random.SystemRandom()
"""Not the module's own, which hypothesis seeds anew for every example."""

HOME = os.environ["FUZZ_HOME"]
PASSWORD = "correct horse battery"
ROOT = {"email": "root@example.com", "password": PASSWORD}
AGENT = {"name": "Ada", "archetype": "scientist"}
SAVED = AGENT | {"goal": ""}
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


def totp(secret: str, ahead: int = 0) -> str:
    """Return the code of this half minute, or of one ``ahead`` (RFC 6238)."""
    step = (int(time.time()) // 30 + ahead).to_bytes(8, "big")
    digest = hmac.digest(base64.b32decode(secret + "=" * (-len(secret) % 8)), step, "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


FACTOR: dict[str, str] = {}
"""Whoever was last given a second factor: token, secret and ticket."""


def pending() -> str:
    """Register somebody who has asked for a second factor; return their token."""
    token = ask("POST", "/auth/register", somebody())["access_token"]
    made = ask("POST", "/auth/enable-2fa", token=token)
    FACTOR.update(
        token=token,
        ticket=parse_qs(urlsplit(made["qr_code"]).query)["ticket"][0],
        secret=parse_qs(urlsplit(made["otpauth_uri"]).query)["secret"][0],
    )
    return token


def confirmed() -> str:
    """Register somebody who has a second factor; return their token."""
    token = pending()
    ask("POST", "/v1/auth/2fa/confirm", proof(), token)
    return token


def proof(ahead: int = 0) -> dict[str, str]:
    return {"current_password": PASSWORD, "code": totp(FACTOR["secret"], ahead)}


def setup() -> dict[str, str]:
    pending()
    return {"ticket": FACTOR["ticket"], **proof()}


def from_google(what: str, **asked: str) -> dict[str, str]:
    """Return what the server that stands for Google gives to somebody new."""
    found = requests.get(f"{HOME}/google/{what}", params=asked, timeout=10)
    found.raise_for_status()
    return found.json()


def link(token: str) -> str:
    """Link the account of ``token`` with somebody at Google; return that one's credential."""
    credential = from_google("credential")["credential"]
    ask(
        "POST",
        "/v1/auth/google/link",
        {"credential": credential, "current_password": PASSWORD},
        token,
    )
    return credential


def a_linked_account() -> str:
    token = ask("POST", "/auth/register", somebody())["access_token"]
    link(token)
    return token


def a_challenge() -> dict[str, str]:
    """Come in by Google as far as the second factor."""
    credential = link(confirmed())
    asked = requests.post(f"{HOME}/api/auth/google", json={"credential": credential}, timeout=10)
    return {"ticket": asked.json()["ticket"], "code": totp(FACTOR["secret"], 1)}


def a_return() -> tuple[dict[str, str], dict[str, str]]:
    """Go to Google and agree; return the query and the cookies that the browser comes back with."""
    left = requests.get(f"{HOME}/api/auth/google", allow_redirects=False, timeout=10)
    return from_google("consent", address=left.headers["location"]), left.cookies.get_dict()


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


def an_agent() -> dict[str, str]:
    """Make an agent of root's, and room for it: a roster has an end."""
    token = sign_in()
    old = [agent["id"] for agent in ask("GET", "/agents", token=token)[2:]]
    ask("POST", "/agents/bulk-delete", old, token)
    return {"agent_id": ask("POST", "/agents", AGENT, token)["id"]}


def a_saved_agent() -> dict[str, str]:
    token = sign_in()
    for old in ask("GET", "/saved-agents", token=token):
        ask("DELETE", f"/saved-agents/{old['id']}", token=token)
    return {"saved_id": ask("POST", "/saved-agents", SAVED, token)["id"]}


def a_refresh_token() -> dict[str, str]:
    made = ask("POST", "/v1/auth/refresh-token", token=sign_in())
    return {"refresh_token": made["refresh_token"]}


ORGANIZATIONS = "/v1/organizations"
ONE = "/organizations/{organization_id}"


def an_organization() -> dict[str, str]:
    """Make what paths of an organization name; root owns it, and somebody else is in it."""
    root = sign_in()
    made = ask("POST", ORGANIZATIONS, {"name": "Fuzz"}, root)
    home = f"{ORGANIZATIONS}/{made['id']}"
    link = ask("POST", f"{home}/invitations", {"role": "member"}, root)
    member = ask("POST", "/auth/register", somebody())
    ask("POST", f"{ORGANIZATIONS}/join", {"token": link["token"]}, member["access_token"])
    agent = ask("POST", "/agents", AGENT, member["access_token"])
    ask("POST", f"{home}/agents", {"agent_id": agent["id"]}, member["access_token"])
    state = ask("GET", "/simulation/state", token=root)
    ask("POST", f"{home}/simulations", {"simulation_id": state["id"]}, root)
    ORGANIZATION.update(
        organization_id=made["id"],
        user_id=member["user"]["id"],
        agent_id=agent["id"],
        simulation_id=state["id"],
        invitation_id=ask("POST", f"{home}/invitations", {"role": "viewer"}, root)["id"],
        member=member["access_token"],
        own_agent=ask("GET", "/agents", token=root)[0]["id"],
    )
    return ORGANIZATION


ORGANIZATION: dict[str, str] = {}
"""The last one made; each is tried on, and deleted, but for those that cannot succeed again."""


def within(names: list[str]) -> Callable[[], dict[str, str]]:
    return lambda: {name: told for name, told in an_organization().items() if name in names}


def a_ticket() -> dict[str, str]:
    """Return the token of an invitation that somebody else made, so that root may come in."""
    made = ask("POST", "/auth/register", somebody())["access_token"]
    home = f"{ORGANIZATIONS}/{ask('POST', ORGANIZATIONS, {'name': 'Fuzz'}, made)['id']}"
    return {"token": ask("POST", f"{home}/invitations", {"role": "viewer"}, made)["token"]}


def clear() -> None:
    """Leave or delete all that root is in: twenty is the most."""
    root = sign_in()
    for found in ask("GET", ORGANIZATIONS, token=root):
        path = f"{ORGANIZATIONS}/{found['id']}"
        if found["role"] == "owner":
            ask("DELETE", path, token=root)
        else:
            ask("POST", f"{path}/leave", token=root)


LIBRARY = "/library/agents/{library_id}"
PANEL = "/library/panels/{panel_id}"


def a_library_agent() -> dict[str, str]:
    found = ask("GET", "/v1/library/agents", token=sign_in())
    return {"library_id": found["agents"][0]["id"]}


def a_panel() -> dict[str, str]:
    return {"panel_id": ask("GET", "/v1/library/panels", token=sign_in())[0]["id"]}


def a_portrait() -> dict[str, str]:
    made = ask("POST", "/agents/generate-avatar", {"agent_name": "Ada"}, sign_in())
    return {"portrait_id": made["avatar_url"].rpartition("/")[2]}


PATHS: dict[str, Callable[[], dict[str, str]]] = {
    "/auth/sessions/{session_id}": a_session,
    "/api-keys/{key_id}": an_api_key,
    "/agents/{agent_id}": an_agent,
    "/agents/{agent_id}/expertise": an_agent,
    "/agents/{agent_id}/add-memory": an_agent,
    "/agents/{agent_id}/clear-memory": an_agent,
    "/agents/{agent_id}/style": an_agent,
    "/saved-agents/{saved_id}": a_saved_agent,
    "/saved-agents/{saved_id}/favorite": a_saved_agent,
    LIBRARY: a_library_agent,
    LIBRARY + "/add": a_library_agent,
    PANEL: a_panel,
    PANEL + "/add": a_panel,
    "/portraits/{portrait_id}": a_portrait,
    **{
        ONE + rest: within(re.findall(r"{(\w+)}", ONE + rest))
        for rest in (
            "",
            "/members",
            "/members/{user_id}",
            "/leave",
            "/transfer",
            "/invitations",
            "/invitations/{invitation_id}",
            "/agents",
            "/agents/{agent_id}",
            "/agents/{agent_id}/copy",
            "/simulations",
            "/simulations/{simulation_id}",
            "/simulations/{simulation_id}/conversations",
        )
    },
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
    ("POST", "/auth/2fa/setup"): setup,
    ("POST", "/auth/2fa/confirm"): proof,
    ("POST", "/auth/2fa/disable"): lambda: proof(1),
    ("POST", "/auth/2fa/recovery-codes"): lambda: proof(1),
    ("POST", "/auth/2fa/challenge"): a_challenge,
    ("POST", "/auth/google"): lambda: from_google("credential"),
    ("POST", "/auth/google/callback"): lambda: from_google("code"),
    ("POST", "/auth/google/link"): lambda: {
        "current_password": PASSWORD, **from_google("credential")
    },
    ("POST", "/agents/bulk-delete"): lambda: [an_agent()["agent_id"]],
    ("DELETE", "/agents/bulk"): lambda: {"agent_ids": [an_agent()["agent_id"]]},
    ("POST", "/organizations"): lambda: {"name": "Fuzz"},
    ("POST", "/organizations/join"): a_ticket,
    ("POST", ONE + "/transfer"): lambda: {"user_id": ORGANIZATION["user_id"]},
    ("POST", ONE + "/agents"): lambda: {"agent_id": ORGANIZATION["own_agent"]},
    ("POST", ONE + "/simulations"): lambda: {"simulation_id": ORGANIZATION["simulation_id"]},
}  # fmt: skip
"""Bodies that succeed where only what is already kept can."""


CALLERS: dict[tuple[str, str], Callable[[], str]] = {
    ("DELETE", "/auth/account"): lambda: ask("POST", "/auth/register", somebody())["access_token"],
    ("POST", ONE + "/leave"): lambda: ORGANIZATION["member"],
    ("POST", "/auth/2fa/confirm"): pending,
    ("POST", "/auth/2fa/disable"): confirmed,
    ("POST", "/auth/2fa/recovery-codes"): confirmed,
    ("POST", "/auth/google/link"): lambda: ask("POST", "/auth/register", somebody())[
        "access_token"
    ],
    ("DELETE", "/auth/google/link"): a_linked_account,
}
"""Who does what root cannot, or not twice."""


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Let every second well-formed case be one that can succeed."""
    mode = case.meta.generation.mode if case.meta else None
    if mode is None or not mode.is_positive:
        return
    for condition in ("If-Match", "If-None-Match"):
        if CHANCE.random() < 1 / 2:
            (case.headers or {}).pop(condition, None)  # none that is made up ever holds
    if KEY in (case.headers or {}):
        case.headers[KEY] = f"{CHANCE.getrandbits(64):x}"  # a key stands for one request
    if CHANCE.random() > 1 / 2:
        return
    _let_succeed(case)


def _let_succeed(case: Any) -> None:
    bare = case.operation.path.removeprefix("/api").removeprefix("/v1")
    if bare.startswith("/organizations"):
        clear()
    if make := PATHS.get(bare):
        case.path_parameters = make()
    if make := CALLERS.get((case.method, bare)):
        case.headers["Authorization"] = f"Bearer {make()}"
    if make := BODIES.get((case.method, bare)):
        case.body = make()
    if (case.method, bare) == ("GET", "/auth/google/callback"):
        case.query, case.cookies = a_return()
    if (case.method, bare) == ("GET", "/auth/2fa/setup"):
        pending()
        case.query = {"ticket": FACTOR["ticket"]}
