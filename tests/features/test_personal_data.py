"""What belongs to an account: taken along, deleted, and swept away when a guest's time is over."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from listening import Listening
from visitors import PASSWORD, Hands, client, register, sign_in

from symposion.app import KINDS
from symposion.context import Ports
from symposion.features.accounts.models import ACCOUNTS
from symposion.features.agents.models import AGENTS
from symposion.features.personal_data import service
from symposion.features.personal_data.owned import (
    ELSEWHERE,
    EXPIRING,
    EXPORTED,
    OWNED,
    STAYING,
)
from symposion.features.personal_data.sweeping import sweeping
from symposion.features.personal_data.wire import Export

EMAIL = "cleo@example.com"
SCENARIO = {"scenario": "A leak in the greenhouse.", "scenario_name": "Leak"}


async def live(who: AsyncClient) -> None:
    """Let ``who`` own something of every kind that lasts."""
    for name in ("Ada", "Bo"):
        agent = {"name": name, "archetype": "scientist"}
        assert (await who.post("/saved-agents", json=agent | {"goal": ""})).status_code == 200
        assert (await who.post("/agents", json=agent)).status_code == 200
    assert (await who.post("/simulation/set-scenario", json=SCENARIO)).status_code == 200
    assert (await who.post("/conversation/generate")).status_code == 200
    picture = "data:image/png;base64,iVBORw0KGgo="
    changed = await who.put("/auth/profile", json={"name": "Cleo", "picture": picture})
    assert changed.status_code == 200


async def kept(ports: Ports) -> dict[str, int]:
    """Return how many there are of each kind that goes with its account."""
    goes = [kind for kind in KINDS if kind not in STAYING]
    return {kind.name: await ports.store.collection(kind).count() for kind in goes}


async def leave(who: AsyncClient, password: str = PASSWORD) -> Response:
    return await who.request("DELETE", "/v1/auth/account", json={"current_password": password})


def test_every_kind_goes_with_its_account():
    elsewhere = [kind for rest in ELSEWHERE for kind in rest.kinds]
    told = [kind.name for kind in (*OWNED, *STAYING, *elsewhere, ACCOUNTS)]
    assert sorted(told) == sorted(kind.name for kind in KINDS)
    assert set(EXPORTED.values()) <= set(OWNED)
    assert set(EXPORTED) <= set(Export.model_fields)


async def test_an_export_holds_all_that_is_one_s_own_and_nothing_else(
    ann: AsyncClient, bob: AsyncClient
):
    await live(ann)
    await live(bob)
    me = (await ann.get("/auth/me")).json()

    answer = await ann.get("/auth/export-data")

    told = answer.json()
    assert answer.status_code == 200
    assert {"user_info", "profile", "agents", "conversations", "documents"} <= set(told)
    assert set(told["user_info"]) == {"id", "name", "email", "export_date"}
    assert told["profile"] == me
    assert [agent["name"] for agent in told["agents"]] == ["Ada", "Bo"]
    assert told["simulations"][0]["scenario"] == SCENARIO["scenario"]
    said = (await ann.get("/conversations")).json()[0]["messages"]
    assert [m["message"] for m in told["conversations"][0]["messages"]] == [
        m["message"] for m in said
    ]
    assert (await bob.get("/auth/me")).json()["id"] not in answer.text


async def test_an_export_tells_nothing_internal(app: FastAPI, ports: Ports):
    async with client(app) as cleo:
        await register(cleo, EMAIL)
        await live(cleo)
        text = (await cleo.get("/auth/export-data")).text

    (account,) = await ports.store.collection(ACCOUNTS).find()
    internal = (
        account.password_hash,
        account.tenant_id,
        "tenant_id",
        '"_id"',
        '"run_id"',
        "bcrypt",
    )
    assert [word for word in internal if word in text] == []


async def test_an_export_is_not_cut(ann: AsyncClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "_PAGE", 2)
    for number in range(5):
        await ann.post("/agents", json={"name": f"A{number}", "archetype": "artist"})

    agents = (await ann.get("/auth/export-data")).json()["agents"]

    assert [agent["name"] for agent in agents] == [f"A{number}" for number in range(5)]


def test_every_kind_is_bound_to_a_tenant_and_what_expires_is_swept():
    assert [kind.name for kind in KINDS if "tenant_id" not in kind.bounds] == []
    expire = {kind.name for kind in KINDS if "expires_at" in kind.model.model_fields}
    assert {kind.name for kind in EXPIRING} | {ACCOUNTS.name} == expire


async def test_deleting_an_account_leaves_nothing_of_it(app: FastAPI, ports: Ports, clock: Hands):
    async with client(app) as bob:
        await sign_in(bob)
        await live(bob)
        before = await kept(ports)
        async with client(app) as cleo:
            await register(cleo, EMAIL)
            await live(cleo)

            gone = await leave(cleo)

            assert gone.status_code == 200
            assert (await cleo.get("/auth/me")).status_code == 401
            assert await kept(ports) == before | {"accounts": before["accounts"] + 1}
            (closed,) = await ports.store.collection(ACCOUNTS).find({"active": False})
            assert (closed.name, closed.password_hash) == ("", "")
            assert EMAIL not in closed.model_dump_json()
            clock.ahead = service.GRACE + timedelta(seconds=1)
            assert await service.sweep(ports) == 1
            assert await kept(ports) == before
            clock.ahead = timedelta()
            await register(cleo, EMAIL)
            assert (await cleo.get("/agents")).json() == []
        assert len((await bob.get("/agents")).json()) == 2


async def test_deleting_an_account_takes_its_password(app: FastAPI, ann: AsyncClient):
    async with client(app) as cleo:
        await register(cleo, EMAIL)

        refused = [await cleo.delete("/v1/auth/account"), await leave(cleo, "not mine at all")]

        assert [(r.status_code, r.json()["code"]) for r in refused] == [(400, "wrong-password")] * 2
        assert (await cleo.get("/auth/me")).status_code == 200
    assert (await ann.delete("/v1/auth/account")).status_code == 200  # a guest has none
    assert (await ann.get("/auth/me")).status_code == 401


async def test_what_was_under_way_when_an_account_was_closed_goes_with_it(
    app: FastAPI, ports: Ports, clock: Hands
):
    async with client(app) as cleo:
        await register(cleo, EMAIL)
        await live(cleo)
        late = (await ports.store.collection(AGENTS).find())[0]
        await leave(cleo)
    await ports.store.collection(AGENTS).insert(late)

    clock.ahead = service.GRACE + timedelta(seconds=1)
    await service.sweep(ports)

    assert set((await kept(ports)).values()) == {0}


async def test_a_deletion_that_stopped_half_way_is_finished(
    app: FastAPI, ports: Ports, clock: Hands
):
    async with client(app) as cleo:
        user = await register(cleo, EMAIL)
        await live(cleo)
    closed = ports.clock.now()
    accounts = ports.store.collection(ACCOUNTS)
    await accounts.update(user["id"], lambda old: old.but(active=False, expires_at=closed))
    clock.ahead = timedelta(seconds=1)

    assert await service.sweep(ports) == 1
    assert set((await kept(ports)).values()) == {0}


async def test_guests_are_swept_after_a_day_and_nobody_else_is(
    app: FastAPI, ports: Ports, clock: Hands
):
    async with client(app) as cleo, client(app) as guest:
        await register(cleo, EMAIL)
        await live(cleo)
        before = await kept(ports)
        await sign_in(guest)
        await live(guest)

        clock.ahead = timedelta(hours=23, minutes=59)
        assert await service.sweep(ports) == 0
        clock.ahead = timedelta(hours=24, seconds=1)
        assert await service.sweep(ports) == 1
        clock.ahead += service.GRACE + timedelta(seconds=1)
        assert await service.sweep(ports) == 1
        clock.ahead += timedelta(hours=1)
        assert await service.sweep(ports) == 0

        clock.ahead = timedelta()
        assert await kept(ports) | {"sessions": 0} == before | {"sessions": 0}
        assert (await guest.get("/auth/me")).status_code == 401
        assert (await cleo.get("/agents")).status_code == 401  # whose session was over, too
        answer = await cleo.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
        assert answer.status_code == 200


async def test_sweeps_at_the_same_time_do_not_mind_each_other(
    app: FastAPI, ports: Ports, clock: Hands
):
    async with client(app) as guest:
        for _ in range(5):
            await sign_in(guest)
    for clock.ahead in (timedelta(days=2), timedelta(days=3)):
        await asyncio.gather(*(service.sweep(ports) for _ in range(3)))

    assert await ports.store.collection(ACCOUNTS).count() == 0


async def test_the_server_sweeps_at_its_start_and_from_time_to_time(
    app: FastAPI, ports: Ports, clock: Hands
):
    accounts = ports.store.collection(ACCOUNTS)
    async with client(app) as guest:
        await sign_in(guest)
        clock.ahead = timedelta(days=2)
        async with sweeping(ports, interval=0.01):
            await asyncio.wait_for(closed(ports), 2)
            clock.ahead += service.GRACE + timedelta(seconds=1)
            await asyncio.wait_for(none_left(ports), 2)
            clock.ahead = timedelta()
            await sign_in(guest)
            assert await accounts.count() == 1
            clock.ahead = timedelta(days=2)
            await asyncio.wait_for(closed(ports), 2)
            clock.ahead = timedelta(days=3)
            await asyncio.wait_for(none_left(ports), 2)


async def closed(ports: Ports) -> None:
    while await ports.store.collection(ACCOUNTS).count({"active": True}):  # noqa: ASYNC110 - the store tells nobody
        await asyncio.sleep(0.005)


async def none_left(ports: Ports) -> None:
    while await ports.store.collection(ACCOUNTS).count():  # noqa: ASYNC110 - the store tells nobody
        await asyncio.sleep(0.005)


async def test_a_round_that_outlives_its_account_leaves_nothing_and_asks_no_more(
    app: FastAPI, ports: Ports
):
    async with client(app) as cleo, client(app) as again:
        await register(cleo, EMAIL)
        again.headers.update(cleo.headers)
        await live(cleo)

        async def hears(call: int) -> None:
            if call == 2:
                await leave(again)

        model = Listening(ports.language, hears)
        app.state.ports = replace(ports, language=model)

        answer = await cleo.post("/conversation/generate")

    assert (answer.status_code, answer.json()["code"]) == (400, "no-simulation")
    assert model.calls == 2
    assert {name for name, count in (await kept(ports)).items() if count} == {ACCOUNTS.name}
