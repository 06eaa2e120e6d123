"""What API keys may do: every operation of the policy table, tried with keys of every scope."""

import json
from itertools import combinations

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from matrix import house, send
from probe import PROBE, router
from schemas import Operation, Slot, operations
from visitors import client

from symposion.app import create_app
from symposion.policy import POLICIES
from symposion.web.gate import Gate

SCOPES = ("read", "write", "spend")
KEYS = [scopes for size in (1, 2, 3) for scopes in combinations(SCOPES, size)]
"""Every key there can be, by what it is good for."""

APP = create_app(gate=Gate({**POLICIES, **PROBE}))
APP.include_router(router, prefix="/api")
EVERY = [o for o in operations(APP.openapi()) if o.path.startswith("/api/v1/")]
SIGNED = [o for o in EVERY if not POLICIES[o.row].public]

FOR_PEOPLE = ("/auth", "/api-keys", "/admin")
"""Where everything takes somebody who signed in, except what a program asks of itself."""


def needed(operation: Operation) -> str:
    """Return the scope that ``operation`` takes, or "session"."""
    row = POLICIES[operation.row]
    if row.session or row.admin:
        return "session"
    if row.spends in {"model", "image", "speech"}:
        return "spend"
    return {"GET": "read"}.get(operation.method, "write")


@pytest.mark.parametrize("operation", SIGNED, ids=repr)
async def test_a_key_does_what_its_scopes_allow_and_nothing_else(operation: Operation):
    async with house(APP) as home:
        await home.seed()
        ids = await home.owners(operation, list(operation.slots()))
        for scopes in KEYS:
            async with client(APP) as holder:
                await take_key(home.owner, holder, scopes)
                before = await home.snapshot()
                answer = await tried(holder, operation, ids)
                if needed(operation) in scopes:
                    assert answer[0] not in {401, 403}, (scopes, answer)
                    assert answer[0] < 500, (scopes, answer)
                else:
                    code = "session-needed" if needed(operation) == "session" else "scope-missing"
                    if POLICIES[operation.row].admin:
                        code = "admins-only"
                    assert answer == (403, code), scopes
                    assert await home.snapshot() == before


async def take_key(owner: AsyncClient, holder: AsyncClient, scopes: tuple[str, ...]) -> None:
    """Give ``holder`` a key of the owner's, used once so that its use is noted."""
    made = await owner.post("/v1/api-keys", json={"name": "Key", "scopes": scopes})
    assert made.status_code == 200, made.text
    holder.headers["Authorization"] = f"Bearer {made.json()['key']}"
    await holder.get("/auth/me")


async def tried(who: AsyncClient, operation: Operation, ids: dict[Slot, str]) -> tuple[int, str]:
    answer = await send(who, operation, ids)
    return answer.status_code, answer.json().get("code", "") if answer.status_code >= 400 else ""


async def test_the_key_of_an_administrator_administers_nothing():
    async with house(APP) as home, client(APP) as holder:
        await take_key(home.strangers["admin"], holder, SCOPES)
        for operation in [o for o in SIGNED if POLICIES[o.row].admin]:
            found = await send(holder, operation, {})
            assert (found.status_code, found.json()["code"]) == (403, "session-needed")


FOR_PROGRAMS = {
    ("GET", "/auth/me"),
    ("GET", "/agents"),
    ("POST", "/agents"),
    ("GET", "/simulation/state"),
    ("POST", "/simulation/start"),
    ("GET", "/conversations"),
    ("POST", "/conversation/generate"),
}
"""What keys are there for."""


def test_what_is_for_programs_takes_keys():
    assert [row for row in FOR_PROGRAMS if POLICIES[row].session] == []


def test_what_is_for_people_refuses_keys():
    for operation, row in POLICIES.items():
        if operation[1].startswith(FOR_PEOPLE) and operation != ("GET", "/auth/me"):
            assert row.public or row.session or row.admin, operation


TOKENS = {"access_token", "refresh_token", "key"}
"""Fields of replies that open a door to whoever reads them."""


def test_an_answer_that_holds_a_token_is_never_kept_for_a_second_request(built: FastAPI):
    document = built.openapi()
    schemas = document["components"]["schemas"]
    holders = {name for name, told in schemas.items() if TOKENS & set(told.get("properties", ()))}
    giving = {
        operation.row
        for operation in operations(document)
        if any(f'/{name}"' in json.dumps(operation.told["responses"]) for name in holders)
    }

    assert {("POST", "/auth/login"), ("POST", "/api-keys")} <= giving
    assert [row for row in giving if POLICIES[row].key] == []
