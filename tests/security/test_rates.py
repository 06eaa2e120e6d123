"""Who asks too often is told how long to wait, and nobody else waits for it (R6.2 "Rates")."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response
from pydantic import BaseModel
from visitors import sign_in

from symposion.app import create_app
from symposion.context import Ports
from symposion.policy import POLICIES
from symposion.web.gate import Gate
from symposion.web.peers import Network, peer_of
from symposion.web.policy import Policies, Policy
from symposion.web.rates import LOGIN, LOGIN_ACCOUNT, READS, WRITES, Limits, Rate
from symposion.web.routing import room

PROXY = "10.0.0.1"
SHORT = Rate("short", 2, seconds=1)


class Credentials(BaseModel):
    email: str


async def answer() -> str:
    return "answered"


async def knock(credentials: Credentials) -> str:
    return credentials.email


def limited(ports: Ports, policies: Policies, trusted: tuple[Network, ...] = ()) -> FastAPI:
    """Return a house with rate limits, and a door to knock at."""
    app = create_app(ports, gate=Gate({**POLICIES, **policies}, Limits(), trusted))
    rooms = room("/door", "door")
    rooms.get("")(answer)
    rooms.post("")(knock)
    app.include_router(rooms, prefix="/api")
    return app


@asynccontextmanager
async def caller(app: FastAPI, address: str = "192.0.2.7") -> AsyncGenerator[AsyncClient]:
    transport = ASGITransport(app, client=(address, 40000))
    async with AsyncClient(transport=transport, base_url="http://house/api") as found:
        yield found


def door(*rates: Rate) -> Policies:
    policy = Policy(rates, public=True)
    return {("GET", "/door"): policy, ("POST", "/door"): policy}


async def statuses(who: AsyncClient, path: str, times: int, **how: Any) -> list[int]:
    return [(await who.get(path, **how)).status_code for _ in range(times)]


def refused(answer: Response) -> bool:
    body = answer.json()
    assert answer.status_code == 429
    assert body["code"] == "rate-limited"
    assert answer.headers["retry-after"] == str(body["retry_after"])
    assert answer.headers["ratelimit-remaining"] == "0"
    assert answer.headers["ratelimit-reset"] == answer.headers["retry-after"]
    return 1 <= body["retry_after"] <= 3600


async def test_after_the_time_that_was_told_one_may_ask_again(ports: Ports):
    async with caller(limited(ports, door(SHORT))) as who:
        assert await statuses(who, "/door", 3) == [200, 200, 429]
        told = await who.get("/door")
        assert refused(told)
        await asyncio.sleep(int(told.headers["retry-after"]))
        again = await who.get("/door")

    assert again.status_code == 200
    assert again.headers["ratelimit-limit"] == "2"
    assert again.headers["ratelimit-remaining"] == "1"


async def test_every_user_and_every_purpose_has_a_bucket_of_its_own(ports: Ports):
    app = limited(ports, door(READS))
    async with caller(app) as ann, caller(app) as bob:
        await sign_in(ann)
        await sign_in(bob)
        draft = {"scenario": "s", "scenario_name": "n"}
        write = [await ann.post("/simulation/set-scenario", json=draft) for _ in range(121)]

        assert [w.status_code for w in write] == [200] * 120 + [429]
        assert refused(write[-1])
        assert [int(w.headers["ratelimit-remaining"]) for w in write[:3]] == [119, 118, 117]
        assert (await ann.get("/auth/me")).headers["ratelimit-limit"] == "600"
        assert (await bob.post("/simulation/set-scenario", json=draft)).status_code == 200
        assert (await ann.post("/conversation/generate")).headers["ratelimit-limit"] == "20"


async def test_both_prefixes_draw_on_one_bucket(ports: Ports):
    async with caller(limited(ports, {})) as who:
        made = [await who.post(p) for p in ("/auth/test-login", "/v1/auth/test-login") * 3]

    assert [m.status_code for m in made] == [200] * 5 + [429]
    assert 3590 <= int(made[-1].headers["retry-after"]) <= 3600


async def test_one_address_does_not_use_up_what_another_has(ports: Ports):
    app = limited(ports, door(SHORT))
    async with caller(app) as one, caller(app, "192.0.2.8") as other:
        assert await statuses(one, "/door", 3) == [200, 200, 429]
        assert await statuses(other, "/door", 2) == [200, 200]


async def test_those_who_are_nobody_are_counted_by_their_address(ports: Ports):
    app = limited(ports, {("GET", "/agents"): Policy((SHORT,))})
    async with caller(app) as who:
        assert await statuses(who, "/agents", 3) == [403, 403, 429]
        async with caller(app, "192.0.2.8") as forger:
            forged = {"Authorization": "Bearer a.b.c"}
            assert await statuses(forger, "/agents", 3, headers=forged) == [401, 401, 429]


async def test_an_account_is_guarded_from_all_addresses_at_once(ports: Ports):
    """However its address is written, and even if the body does not fit otherwise."""
    app = limited(ports, door(LOGIN, LOGIN_ACCOUNT))
    spellings = ["ann@house.example", " Ann@House.example", "ANN@HOUSE.EXAMPLE "]
    found: list[int] = []
    for number in range(12):
        async with caller(app, f"192.0.2.{number}") as who:
            body = {"email": spellings[number % 3]}
            found.append((await who.post("/door", json=body)).status_code)
    async with caller(app, "192.0.2.99") as who:
        assert found == [200] * 10 + [429] * 2
        assert (await who.post("/door", json={"email": "bob@house.example"})).status_code == 200
        for odd in [{}, [], {"email": 7}, {"email": None}] * 4:
            assert (await who.post("/door", json=odd)).status_code == 422


async def test_a_page_of_an_allowed_origin_can_read_how_long_to_wait(ports: Ports):
    gate = Gate({**POLICIES, **door(SHORT)}, Limits())
    app = create_app(ports, cors_origins=["http://page.example"], gate=gate)
    rooms = room("/door", "door")
    rooms.get("")(answer)
    app.include_router(rooms, prefix="/api")
    async with caller(app) as who:
        told = [await who.get("/door", headers={"Origin": "http://page.example"}) for _ in "123"]

    assert refused(told[-1])
    exposed = told[-1].headers["access-control-expose-headers"].lower()
    assert "retry-after" in exposed
    assert "ratelimit-reset" in exposed
    assert told[-1].headers["access-control-allow-origin"] == "http://page.example"


async def test_without_limits_nobody_is_told_anything(nobody: AsyncClient):
    assert "ratelimit-limit" not in (await nobody.get("http://house/")).headers


async def test_a_flood_of_one_is_counted_exactly(ports: Ports):
    async with caller(limited(ports, door(WRITES))) as who:
        found = await asyncio.gather(*(who.get("/door") for _ in range(200)))

    assert sorted(f.status_code for f in found) == [200] * 120 + [429] * 80


TRUSTED = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("192.0.2.7", [], "192.0.2.7"),
        ("192.0.2.7", ["198.51.100.1"], "192.0.2.7"),
        (PROXY, [], PROXY),
        (PROXY, ["198.51.100.1"], "198.51.100.1"),
        (PROXY, ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        (PROXY, ["1.1.1.1, 198.51.100.1, 10.9.9.9"], "198.51.100.1"),
        (PROXY, ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
        (PROXY, ["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
        (PROXY, ["198.51.100.1, nonsense"], PROXY),
        (PROXY, ["nonsense, 10.2.2.2"], "10.2.2.2"),
        (PROXY, ["198.51.100.1:443"], PROXY),
        (PROXY, ["," * 5000], PROXY),
        ("fd00::1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        ("2001:db8:1:2:9::", [], "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("testclient", ["198.51.100.1"], "testclient"),
    ],
)
def test_a_forwarded_address_counts_as_far_as_proxies_are_trusted(
    peer: str, forwarded: list[str], found: str
):
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]

    assert peer_of({"client": (peer, 1), "headers": headers}, TRUSTED) == found


def test_without_a_peer_there_is_one_bucket():
    assert peer_of({"client": None, "headers": []}, TRUSTED) == ""


async def test_a_caller_cannot_choose_a_bucket_by_a_header(ports: Ports):
    app = limited(ports, door(SHORT), TRUSTED)
    async with caller(app, PROXY) as proxy, caller(app) as direct:
        found = [
            (await who.get("/door", headers={"X-Forwarded-For": f"1.1.1.{n}{rest}"})).status_code
            for who, rest in ((proxy, ", 198.51.100.1"), (direct, ""))
            for n in range(3)
        ]

    assert found == [200, 200, 429] * 2
