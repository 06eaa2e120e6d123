"""API keys: made, shown once, used as bearer tokens, and ended; over HTTP."""

import asyncio
import re
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from visitors import PASSWORD, Hands, client, register

from symposion.app import KINDS
from symposion.context import Ports
from symposion.features.accounts.models import ACCOUNTS
from symposion.features.api_keys.models import API_KEYS, KEYS_LIMIT
from symposion.features.audit.models import AUDIT
from symposion.features.personal_data.service import sweep

EMAIL = "cleo@example.com"
KEYS = "/v1/api-keys"
DRAFT = {"name": "Backup", "scopes": ["read"]}


@pytest.fixture
async def cleo(app: FastAPI) -> AsyncGenerator[AsyncClient]:
    """Somebody with an account, signed in."""
    async with client(app) as signed_in:
        await register(signed_in, EMAIL)
        yield signed_in


async def make(who: AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await who.post(KEYS, json=DRAFT | changes)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def status(who: AsyncClient, key: str, path: str = "/auth/me") -> int:
    return (await who.get(path, headers={"Authorization": f"Bearer {key}"})).status_code


async def test_a_key_is_shown_once_and_opens_what_is_its_owner_s(
    cleo: AsyncClient, nobody: AsyncClient
):
    made = await make(cleo, scopes=["read", "write", "read"], expires_in_days=7)

    listed = await cleo.get(KEYS)
    me = await nobody.get("/auth/me", headers={"Authorization": f"Bearer {made['key']}"})

    assert re.fullmatch(r"sym_[0-9a-f]{32}_[\w-]{43}", made["key"], re.ASCII)
    assert made["key"].split("_")[1] == made["id"].replace("-", "")
    assert (made["name"], made["scopes"]) == ("Backup", ["read", "write"])
    assert made["key"].startswith(made["prefix"])
    assert len(made["prefix"]) == 37  # the id, which is no secret
    assert me.json() == (await cleo.get("/auth/me")).json()
    assert listed.json() == [{k: v for k, v in made.items() if k != "key"}]
    assert made["key"][37:] not in listed.text


async def test_when_a_key_was_used_last_is_told_to_the_hour(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands, ports: Ports
):
    clock.ahead = timedelta(minutes=90 - clock.now().minute)  # well within an hour
    key = (await make(cleo))["key"]
    told: list[str | None] = []
    for ahead in (0, 0, 0, 60):
        told.append((await cleo.get(KEYS)).json()[0]["last_used_at"])
        clock.ahead += timedelta(minutes=ahead)
        await status(nobody, key)
    told.append((await cleo.get(KEYS)).json()[0]["last_used_at"])

    assert told[0] is None
    assert told[1] == told[2] == told[3] != told[4]
    assert all(re.fullmatch(r".{10}T\d\d:00:00\.000Z", str(hour)) for hour in told[1:])
    (kept,) = await ports.store.collection(API_KEYS).find()
    assert kept.version == 3  # written once an hour


async def test_a_key_that_is_deleted_is_no_good_at_once(cleo: AsyncClient, nobody: AsyncClient):
    made, other = await make(cleo), await make(cleo)
    assert await status(nobody, made["key"]) == 200

    gone = await cleo.delete(f"{KEYS}/{made['id']}")

    assert gone.status_code == 200
    assert await status(nobody, made["key"]) == 401
    assert await status(nobody, other["key"]) == 200
    assert (await cleo.delete(f"{KEYS}/{made['id']}")).status_code == 404


async def test_a_key_expires_by_the_clock_of_the_house_and_is_swept_away(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands, ports: Ports
):
    short, endless = await make(cleo, expires_in_days=1), await make(cleo)
    clock.ahead = timedelta(days=1, seconds=-1)
    assert await status(nobody, short["key"]) == 200
    clock.ahead = timedelta(days=1, seconds=1)
    assert await status(nobody, short["key"]) == 401
    clock.ahead = timedelta(days=4000)

    await sweep(ports)

    assert await status(nobody, endless["key"]) == 200
    assert [key.id for key in await ports.store.collection(API_KEYS).find()] == [endless["id"]]


async def test_a_changed_password_leaves_keys_alone_but_a_closed_account_does_not(
    cleo: AsyncClient, nobody: AsyncClient, ports: Ports
):
    key = (await make(cleo))["key"]
    new = {"current_password": PASSWORD, "new_password": "another good one"}
    assert (await cleo.put("/auth/change-password", json=new)).status_code == 200
    await cleo.post("/auth/logout")
    assert await status(nobody, key) == 200

    accounts = ports.store.collection(ACCOUNTS)
    (account,) = await accounts.find()
    await accounts.update(account.id, lambda old: old.but(active=False))
    assert await status(nobody, key) == 401
    await accounts.update(account.id, lambda old: old.but(active=True))
    assert await status(nobody, key) == 200

    credentials = {"email": EMAIL, "password": "another good one"}
    token = (await nobody.post("/auth/login", json=credentials)).json()["access_token"]
    proof = {"current_password": "another good one"}
    bearer = {"Authorization": f"Bearer {token}"}
    gone = await nobody.request("DELETE", "/v1/auth/account", json=proof, headers=bearer)
    assert gone.status_code == 200
    assert await status(nobody, key) == 401
    assert await ports.store.collection(API_KEYS).count() == 0


async def test_an_account_has_twenty_keys_at_most_however_fast_they_are_made(
    cleo: AsyncClient, ports: Ports
):
    answers = await asyncio.gather(*(cleo.post(KEYS, json=DRAFT) for _ in range(30)))

    assert sorted(a.status_code for a in answers) == [200] * KEYS_LIMIT + [429] * 10
    assert {a.json()["code"] for a in answers if a.status_code == 429} == {"too-many-keys"}
    assert await ports.store.collection(API_KEYS).count() == KEYS_LIMIT
    one = next(a.json()["id"] for a in answers if a.status_code == 200)
    assert (await cleo.delete(f"{KEYS}/{one}")).status_code == 200
    assert (await cleo.post(KEYS, json=DRAFT)).status_code == 200
    assert (await cleo.post(KEYS, json=DRAFT)).status_code == 429
    assert len((await cleo.get(KEYS)).json()) == KEYS_LIMIT == 20


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"name": "x" * 101},
        {"name": "a\nb"},
        {"scopes": []},
        {"scopes": ["admin"]},
        {"scopes": "read"},
        {"scopes": ["read"] * 11},
        {"scopes": None},
        {"expires_in_days": 0},
        {"expires_in_days": 366},
        {"expires_in_days": 1.5},
        {"user_id": "u"},
        {"key": "sym_"},
        {"is_admin": True},
    ],
    ids=repr,
)
async def test_a_key_that_cannot_be_is_refused(cleo: AsyncClient, change: dict[str, Any]):
    assert (await cleo.post(KEYS, json=DRAFT | change)).status_code == 422


async def test_guests_have_no_keys(ann: AsyncClient):
    answers = [
        await ann.get(KEYS),
        await ann.post(KEYS, json=DRAFT),
        await ann.delete(f"{KEYS}/x"),
    ]

    assert [(a.status_code, a.json()["code"]) for a in answers] == [(403, "not-for-guests")] * 3


async def test_what_is_kept_or_taken_along_of_a_key_cannot_be_used(
    cleo: AsyncClient, nobody: AsyncClient, ports: Ports
):
    made = await make(cleo)
    secret = made["key"][37:]

    kept = [
        document.model_dump_json()
        for kind in KINDS
        for document in await ports.store.collection(kind).find()
    ]
    export = await cleo.get("/auth/export-data")
    (key,) = await ports.store.collection(API_KEYS).find()

    assert [text for text in kept if secret in text] == []
    (taken,) = export.json()["api_keys"]
    assert set(taken) == {"id", "name", "scopes", "created_at", "last_used_at", "expires_at"}
    assert secret not in export.text
    assert key.digest not in export.text
    assert await status(nobody, f"{made['prefix']}{key.digest[:43]}") == 401


async def test_making_and_deleting_keys_is_written_down(cleo: AsyncClient, ports: Ports):
    made = await make(cleo)
    await cleo.delete(f"{KEYS}/{made['id']}")

    entries = await ports.store.collection(AUDIT).find(order="created_at")
    told = [(e.action, e.about) for e in entries]
    assert told[-2:] == [("key-made", made["id"]), ("key-revoked", made["id"])]
    assert made["key"][37:] not in str(entries)


async def test_the_key_of_one_owner_with_the_secret_of_another_opens_nothing(
    cleo: AsyncClient, nobody: AsyncClient, app: FastAPI
):
    hers = await make(cleo)
    async with client(app) as dora:
        await register(dora, "dora@example.com")
        other = await make(dora)

    assert await status(nobody, hers["prefix"] + other["key"][37:]) == 401
    assert await status(nobody, other["prefix"] + hers["key"][37:]) == 401
