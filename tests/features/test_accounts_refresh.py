"""Refresh tokens: used once, passed on, and ended with their session; over HTTP."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response
from visitors import PASSWORD, Hands, client, register

from symposion.app import KINDS, create_app
from symposion.context import Ports
from symposion.features.accounts.models import ACCOUNTS, REFRESH_TOKENS, SESSIONS
from symposion.features.audit.models import AUDIT
from symposion.features.personal_data.service import sweep
from symposion.policy import POLICIES
from symposion.web.gate import Gate
from symposion.web.rates import REFRESH, Limits

EMAIL = "cleo@example.com"
LATE = timedelta(seconds=10, milliseconds=500)


@pytest.fixture
async def cleo(app: FastAPI) -> AsyncGenerator[AsyncClient]:
    """Somebody with an account, signed in."""
    async with client(app) as signed_in:
        await register(signed_in, EMAIL)
        yield signed_in


async def begin(who: AsyncClient) -> str:
    answer = await who.post("/v1/auth/refresh-token")
    assert answer.status_code == 200, answer.text
    return answer.json()["refresh_token"]


async def spend(who: AsyncClient, token: str) -> Response:
    return await who.post("/v1/auth/refresh", json={"refresh_token": token})


async def exchanged(who: AsyncClient, token: str) -> dict[str, Any]:
    answer = await spend(who, token)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def opens(who: AsyncClient, access_token: str) -> bool:
    bearer = {"Authorization": f"Bearer {access_token}"}
    return (await who.get("/auth/me", headers=bearer)).status_code == 200


async def actions(ports: Ports) -> list[str]:
    return [e.action for e in await ports.store.collection(AUDIT).find(order="created_at")]


async def test_a_program_stays_signed_in_by_refreshing(cleo: AsyncClient, nobody: AsyncClient):
    begun = await cleo.post("/v1/auth/refresh-token")

    told = await exchanged(nobody, begun.json()["refresh_token"])

    assert set(begun.json()) == {"refresh_token", "expires_in"}
    assert begun.json()["expires_in"] == 30 * 24 * 3600
    assert set(told) == {
        *("access_token", "token_type", "expires_in"),
        *("refresh_token", "refresh_expires_in"),
    }
    assert (told["expires_in"], told["refresh_expires_in"]) == (24 * 3600, 30 * 24 * 3600)
    assert await opens(nobody, told["access_token"])
    assert len((await cleo.get("/v1/auth/sessions")).json()) == 1


async def test_access_tokens_stay_short_and_every_refresh_gives_the_session_more(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands
):
    token = await begin(cleo)
    for _ in range(4):
        clock.ahead += timedelta(days=29)
        told = await exchanged(nobody, token)
        token = told["refresh_token"]
        clock.ahead += timedelta(hours=23)
        assert await opens(nobody, told["access_token"])
        clock.ahead += timedelta(hours=1, seconds=31)
        assert not await opens(nobody, told["access_token"])
        clock.ahead -= timedelta(days=1)

    clock.ahead += timedelta(days=30)
    assert (await spend(nobody, token)).status_code == 401


async def test_a_token_that_lay_unused_for_too_long_is_no_good_though_its_session_goes_on(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands
):
    parent = await begin(cleo)
    unused = (await exchanged(nobody, parent))["refresh_token"]
    token = (await exchanged(nobody, parent))["refresh_token"]
    for days in (20, 40):
        clock.ahead = timedelta(days=days)
        token = (await exchanged(nobody, token))["refresh_token"]

    assert (await spend(nobody, unused)).status_code == 401
    assert (await spend(nobody, token)).status_code == 200


async def test_a_token_used_again_at_once_gives_another_successor(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands, ports: Ports
):
    parent = await begin(cleo)
    first = await exchanged(nobody, parent)
    clock.ahead = timedelta(seconds=9)
    second = await exchanged(nobody, parent)

    assert first["refresh_token"] != second["refresh_token"]
    for told in (first, second):
        assert await opens(nobody, told["access_token"])
        await exchanged(nobody, told["refresh_token"])
    assert "refresh-reused" not in await actions(ports)


async def test_a_token_used_again_later_ends_the_session_with_all_descendants(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands, ports: Ports
):
    parent = await begin(cleo)
    children = [await exchanged(nobody, parent) for _ in range(2)]
    grandchild = await exchanged(nobody, children[0]["refresh_token"])
    clock.ahead = LATE

    stolen = await spend(nobody, parent)

    assert (stolen.status_code, stolen.json()["code"]) == (401, "refresh-refused")
    assert stolen.headers["www-authenticate"] == "Bearer"
    for told in (*children, grandchild):
        assert not await opens(nobody, told["access_token"])
        assert (await spend(nobody, told["refresh_token"])).status_code == 401
    assert (await cleo.get("/auth/me")).status_code == 401
    assert (await spend(nobody, parent)).status_code == 401
    assert (await actions(ports)).count("refresh-reused") == 1
    assert await ports.store.collection(REFRESH_TOKENS).count() == 0


async def test_the_time_of_grace_begins_with_the_first_use(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands
):
    parent = await begin(cleo)
    found: list[int] = []
    for _ in range(4):
        found.append((await spend(nobody, parent)).status_code)
        clock.ahead += timedelta(seconds=4)

    assert found == [200, 200, 200, 401]


async def test_many_who_refresh_at_the_same_instant_all_stay_signed_in(
    cleo: AsyncClient, nobody: AsyncClient, ports: Ports
):
    parent = await begin(cleo)

    answers = await asyncio.gather(*(spend(nobody, parent) for _ in range(20)))

    assert {a.status_code for a in answers} == {200}
    successors = [a.json()["refresh_token"] for a in answers]
    assert len({*successors, parent}) == 21
    again = await asyncio.gather(*(spend(nobody, token) for token in successors))
    assert {a.status_code for a in again} == {200}
    assert await ports.store.collection(SESSIONS).count() == 1


async def test_a_thief_and_an_honest_client_at_the_same_instant_leave_nobody_in(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands, ports: Ports
):
    parent = await begin(cleo)
    child = (await exchanged(nobody, parent))["refresh_token"]
    clock.ahead = LATE

    answers = await asyncio.gather(*(spend(nobody, t) for t in [child, parent] * 5))

    assert {a.status_code for a in answers[1::2]} == {401}
    for answer in answers:
        if answer.status_code == 200:
            told = answer.json()
            assert not await opens(nobody, told["access_token"])
            assert (await spend(nobody, told["refresh_token"])).status_code == 401
    assert await ports.store.collection(SESSIONS).count() == 0
    assert (await actions(ports)).count("refresh-reused") == 1


ENDS = (
    "signing out",
    "a session revoked from elsewhere",
    "a changed password",
    "deactivation",
    "deletion",
)


async def end(how: str, here: AsyncClient, there: AsyncClient, ports: Ports) -> None:
    """End the session ``here``, perhaps from ``there``."""
    match how:
        case "signing out":
            done = await here.post("/auth/logout")
        case "a session revoked from elsewhere":
            (its,) = [s for s in (await there.get("/v1/auth/sessions")).json() if not s["current"]]
            done = await there.delete(f"/v1/auth/sessions/{its['id']}")
        case "a changed password":
            new = {"current_password": PASSWORD, "new_password": "another good one"}
            done = await there.put("/auth/change-password", json=new)
        case "deletion":
            proof = {"current_password": PASSWORD}
            done = await here.request("DELETE", "/v1/auth/account", json=proof)
        case _:
            done = await here.get("/auth/me")
            accounts = ports.store.collection(ACCOUNTS)
            await accounts.update(done.json()["id"], lambda old: old.but(active=False))
    assert done.status_code == 200


@pytest.mark.parametrize("how", ENDS)
async def test_what_ends_a_session_ends_all_its_refresh_tokens(
    app: FastAPI, cleo: AsyncClient, nobody: AsyncClient, ports: Ports, how: str
):
    parent = await begin(cleo)
    family = [(await exchanged(nobody, parent)) for _ in range(2)]
    family.append(await exchanged(nobody, family[0]["refresh_token"]))
    async with client(app) as there:
        credentials = {"email": EMAIL, "password": PASSWORD}
        token = (await there.post("/auth/login", json=credentials)).json()["access_token"]
        there.headers["Authorization"] = f"Bearer {token}"
        await end(how, cleo, there, ports)

    for told in family:
        assert not await opens(nobody, told["access_token"])
        assert (await spend(nobody, told["refresh_token"])).status_code == 401
    assert (await spend(nobody, parent)).status_code == 401
    assert not await opens(nobody, cleo.headers["Authorization"].removeprefix("Bearer "))


async def test_a_session_that_ends_during_a_refresh_stays_ended(
    cleo: AsyncClient, nobody: AsyncClient, ports: Ports
):
    for _ in range(5):
        token = await begin(cleo)
        answers = await asyncio.gather(
            spend(nobody, token), cleo.post("/auth/logout"), spend(nobody, token)
        )
        for answer in (answers[0], answers[2]):
            if answer.status_code == 200:
                told = answer.json()
                assert not await opens(nobody, told["access_token"])
                assert (await spend(nobody, told["refresh_token"])).status_code == 401
        assert await ports.store.collection(SESSIONS).count() == 0
        credentials = {"email": EMAIL, "password": PASSWORD}
        fresh = (await nobody.post("/auth/login", json=credentials)).json()["access_token"]
        cleo.headers["Authorization"] = f"Bearer {fresh}"


async def test_what_is_kept_of_a_token_cannot_be_used(
    cleo: AsyncClient, nobody: AsyncClient, ports: Ports
):
    token = await begin(cleo)
    later = (await exchanged(nobody, token))["refresh_token"]

    kept = [
        document.model_dump_json()
        for kind in KINDS
        for document in await ports.store.collection(kind).find()
    ]
    assert [text for text in kept if token[5:] in text or later[5:] in text] == []
    digests = [t.digest for t in await ports.store.collection(REFRESH_TOKENS).find()]
    assert len(digests) == 2
    for digest in digests:
        assert (await spend(nobody, digest)).status_code == 401
    assert len(token.removeprefix("symr_")) == 43  # 256 bits in base64


async def test_a_second_beginning_replaces_the_first(cleo: AsyncClient, nobody: AsyncClient):
    first = await begin(cleo)
    child = (await exchanged(nobody, first))["refresh_token"]

    second = await begin(cleo)

    assert [(await spend(nobody, t)).status_code for t in (first, child, second)] == [401, 401, 200]


async def test_guests_get_no_refresh_token(ann: AsyncClient):
    refused = await ann.post("/v1/auth/refresh-token")

    assert (refused.status_code, refused.json()["code"]) == (403, "not-for-guests")


async def test_a_token_of_one_sort_is_none_of_another(cleo: AsyncClient, nobody: AsyncClient):
    token = await begin(cleo)
    access = cleo.headers["Authorization"].removeprefix("Bearer ")

    assert not await opens(nobody, token)
    for other in (access, "", "undefined", token.upper(), token[:-1], token + " "):
        assert (await spend(nobody, other)).status_code == 401, other
    for body in ({}, {"refresh_token": 7}, {"refresh_token": None}, {"refresh_token": "x" * 1001}):
        answer = await nobody.post("/v1/auth/refresh", json=body)
        assert answer.status_code == 422, body


async def test_what_expired_is_swept_away(
    cleo: AsyncClient, nobody: AsyncClient, ports: Ports, clock: Hands
):
    await exchanged(nobody, await begin(cleo))
    clock.ahead = timedelta(days=31)

    await sweep(ports)

    assert await ports.store.collection(REFRESH_TOKENS).count() == 0
    assert await ports.store.collection(SESSIONS).count() == 0


async def test_refreshing_is_counted_by_address(ports: Ports):
    app = create_app(ports, gate=Gate(POLICIES, Limits()))
    found: list[int] = []
    for address in ("192.0.2.1", "192.0.2.2"):
        transport = ASGITransport(app, client=(address, 40000))
        async with AsyncClient(transport=transport, base_url="http://house/api") as who:
            found += [(await spend(who, "x")).status_code for _ in range(REFRESH.amount)]
            assert (await spend(who, "x")).status_code == 429
            wrong = {"email": EMAIL, "password": "x"}
            assert (await who.post("/auth/login", json=wrong)).status_code == 401

    assert found == [401] * REFRESH.amount * 2
