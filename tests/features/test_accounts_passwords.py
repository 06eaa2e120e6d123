"""Registering and signing in with e-mail and password, over HTTP."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import bcrypt
import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from visitors import PASSWORD, client, register

from symposion.context import Ports
from symposion.core.passwords import HashingBusy, Passwords, fault_of
from symposion.features.accounts.models import ACCOUNTS

R = TypeVar("R")

CLEO = {"email": "cleo@example.com", "password": PASSWORD, "name": " Cleo "}


async def test_who_registers_is_signed_in_to_an_account_of_their_own(nobody: AsyncClient):
    answer = await nobody.post("/auth/register", json=CLEO)

    told = answer.json()
    assert answer.status_code == 200
    assert set(told) == {"access_token", "token_type", "user"}
    assert (told["user"]["name"], told["user"]["email"]) == ("Cleo", "cleo@example.com")
    assert (told["user"]["auth_type"], told["user"]["is_admin"]) == ("email", False)
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    assert (await nobody.get("/auth/me", headers=bearer)).json() == told["user"]
    assert "password" not in answer.text


async def test_each_account_is_a_tenant_of_its_own(app: FastAPI, ports: Ports):
    async with client(app) as one, client(app) as other:
        await register(one, "one@example.com")
        await register(other, "other@example.com")

    accounts = await ports.store.collection(ACCOUNTS).find()
    assert len({account.tenant_id for account in accounts}) == 2


async def test_an_address_is_registered_once_whatever_its_case(nobody: AsyncClient):
    await nobody.post("/auth/register", json=CLEO)

    again = await nobody.post("/auth/register", json=CLEO | {"email": "Cleo@EXAMPLE.com"})

    assert again.status_code == 400
    assert again.json()["detail"] == "This e-mail address is already registered."


async def test_of_many_who_register_one_address_at_once_one_gets_it(nobody: AsyncClient):
    answers = await asyncio.gather(*(nobody.post("/auth/register", json=CLEO) for _ in range(8)))

    assert sorted(a.status_code for a in answers) == [200, *[400] * 7]
    assert {a.json()["code"] for a in answers if a.status_code == 400} == {"email-taken"}


BAD = {
    "no domain": {"email": "a@b"},
    "no at sign": {"email": "cleo"},
    "a number": {"email": 7},
    "a list": {"email": ["cleo@example.com"]},
    "a guest's address": {"email": "guest-1@guest.invalid"},
    "letters that look alike": {"email": "cl\u0435o@example.com"},
    "short": {"password": "seven77"},
    "long": {"password": "x1" * 65},
    "many bytes": {"password": "\U0001f40c" * 128 + "a"},
    "common": {"password": "Password1"},
    "no name": {"name": "  "},
    "an admin": {"is_admin": True},
    "a tenant": {"tenant_id": "t"},
}


@pytest.mark.parametrize("name", BAD)
async def test_what_cannot_register_is_told_in_one_sentence(nobody: AsyncClient, name: str):
    refused = await nobody.post("/auth/register", json=CLEO | BAD[name])

    told = refused.json()
    assert refused.status_code == 422
    assert isinstance(told["detail"], str)
    assert told["error"] == told["detail"]
    assert "Value error" not in told["detail"]


async def test_a_short_password_is_refused_in_words_for_people(nobody: AsyncClient):
    refused = await nobody.post("/auth/register", json=CLEO | {"password": "short"})

    assert refused.json()["detail"] == (
        "The request does not fit: password: must have at least 8 characters."
    )


async def test_signing_in_opens_the_account_and_notes_the_time(nobody: AsyncClient):
    made = (await nobody.post("/auth/register", json=CLEO)).json()["user"]
    await asyncio.sleep(0.002)  # times are kept in milliseconds

    answer = await nobody.post(
        "/auth/login", json={"email": " CLEO@example.com ", "password": PASSWORD}
    )

    told = answer.json()
    assert answer.status_code == 200
    assert told["user"]["id"] == made["id"]
    assert told["user"]["last_login"] > made["last_login"]
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    assert (await nobody.get("/auth/me", headers=bearer)).json() == told["user"]


@pytest.mark.parametrize(
    "password", [PASSWORD + " ", " " + PASSWORD, PASSWORD.upper(), "", "x" * 1000]
)
async def test_a_password_is_taken_exactly(nobody: AsyncClient, password: str):
    await nobody.post("/auth/register", json=CLEO)

    refused = await nobody.post("/auth/login", json={"email": CLEO["email"], "password": password})

    assert refused.status_code == 401


async def test_two_spellings_of_a_letter_are_two_passwords(nobody: AsyncClient):
    await nobody.post("/auth/register", json=CLEO | {"password": "caf\u00e9 caf\u00e9"})

    composed = {"email": CLEO["email"], "password": "caf\u00e9 caf\u00e9"}
    decomposed = {"email": CLEO["email"], "password": "cafe\u0301 cafe\u0301"}
    assert (await nobody.post("/auth/login", json=composed)).status_code == 200
    assert (await nobody.post("/auth/login", json=decomposed)).status_code == 401


async def test_characters_past_the_72nd_byte_count(nobody: AsyncClient):
    await nobody.post("/auth/register", json=CLEO | {"password": "long " * 20 + "a"})

    wrong = {"email": CLEO["email"], "password": "long " * 20 + "b"}
    assert (await nobody.post("/auth/login", json=wrong)).status_code == 401


async def test_whatever_is_wrong_is_told_alike(nobody: AsyncClient, ann: AsyncClient, ports: Ports):
    await nobody.post("/auth/register", json=CLEO)
    off = (await nobody.post("/auth/register", json=CLEO | {"email": "off@example.com"})).json()
    accounts = ports.store.collection(ACCOUNTS)
    await accounts.update(off["user"]["id"], lambda old: old.but(active=False))
    guest = (await ann.get("/auth/me")).json()["email"]
    tries = [
        *((CLEO["email"], "wrong password"), ("none@example.com", PASSWORD)),
        *(("off@example.com", PASSWORD), (guest, PASSWORD), (guest, ""), ("", ""), ("@", "x")),
    ]

    answers = [
        await nobody.post("/auth/login", json={"email": email, "password": password})
        for email, password in tries
    ]

    told = [{k: v for k, v in a.json().items() if k != "request_id"} for a in answers]
    assert {a.status_code for a in answers} == {401}
    assert told == [told[0]] * len(tries)
    assert told[0]["error"] == "The e-mail address or the password is wrong."


class Counting(Passwords):
    """Counts what its threads are given to do."""

    jobs = 0

    async def _run(self, work: Callable[[], R]) -> R:
        self.jobs += 1
        return await super()._run(work)


@pytest.mark.parametrize("who", ["known", "unknown", "no address", "without password", "inactive"])
async def test_whatever_is_wrong_takes_one_check_of_the_same_cost(
    app: FastAPI, ann: AsyncClient, ports: Ports, monkeypatch: pytest.MonkeyPatch, who: str
):
    passwords = Counting(cost=5)
    app.state.ports = replace(ports, passwords=passwords)
    addresses = {"known": CLEO["email"], "unknown": "none@example.com", "no address": "@"}
    async with client(app) as door:
        await door.post("/auth/register", json=CLEO)
        off = await register(door, "off@example.com")
        accounts = ports.store.collection(ACCOUNTS)
        await accounts.update(off["id"], lambda old: old.but(active=False))
        addresses["inactive"] = "off@example.com"
        addresses["without password"] = (await ann.get("/auth/me")).json()["email"]
        costs: list[bytes] = []
        check = bcrypt.checkpw

        def checkpw(password: bytes, hashed: bytes) -> bool:
            costs.append(hashed[:7])
            return check(password, hashed)

        monkeypatch.setattr(bcrypt, "checkpw", checkpw)
        passwords.jobs = 0
        wrong = {"email": addresses[who], "password": "not this"}
        assert (await door.post("/auth/login", json=wrong)).status_code == 401

    assert passwords.jobs == 1
    assert costs == [b"$2b$05$"]


async def test_a_password_changed_meanwhile_opens_nothing(
    app: FastAPI, nobody: AsyncClient, ports: Ports
):
    made = (await nobody.post("/auth/register", json=CLEO)).json()["user"]

    class Changing(Passwords):
        async def verify(self, password: str, kept: str) -> bool:
            good = await super().verify(password, kept)
            accounts = ports.store.collection(ACCOUNTS)
            await accounts.update(made["id"], lambda old: old.but(password_hash="new"))
            return good

    app.state.ports = Ports(
        ports.store, ports.language, ports.identity, ports.clock, passwords=Changing(cost=4)
    )
    answer = await nobody.post("/auth/login", json={"email": CLEO["email"], "password": PASSWORD})

    assert answer.status_code == 401


async def test_what_is_kept_names_its_scheme_and_holds_no_password():
    passwords = Passwords(cost=4)

    one, other = await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)

    assert one.startswith("hmac-sha256-bcrypt$2b$04$")
    assert one != other
    assert await passwords.verify(PASSWORD, one)
    assert not await passwords.verify("something else", one)
    assert not await passwords.verify(PASSWORD, "")
    assert not await passwords.verify(PASSWORD, one.removeprefix("hmac-sha256-bcrypt"))


async def test_the_cost_of_production_is_twelve():
    kept = await Passwords().hash(PASSWORD)

    assert "$2b$12$" in kept
    assert not bcrypt.checkpw(PASSWORD.encode(), kept.removeprefix("hmac-sha256-bcrypt").encode())


async def test_the_loop_goes_on_while_a_password_is_hashed():
    hashing = asyncio.create_task(Passwords(cost=10).hash(PASSWORD))
    ticks = 0
    while not hashing.done():
        await asyncio.sleep(0.001)
        ticks += 1

    assert ticks > 5


async def test_a_full_queue_is_503_and_says_when_to_come_back(app: FastAPI, ports: Ports):
    app.state.ports = Ports(
        ports.store, ports.language, ports.identity, ports.clock,
        passwords=Passwords(cost=8, queue_limit=3),
    )  # fmt: skip
    async with client(app) as who:
        wrong = {"email": CLEO["email"], "password": PASSWORD}
        answers = await asyncio.gather(*(who.post("/auth/login", json=wrong) for _ in range(12)))
        later = await who.post("/auth/login", json=wrong)

    refused = [a for a in answers if a.status_code == 503]
    assert {a.status_code for a in answers} == {401, 503}
    assert {a.headers["retry-after"] for a in refused} == {"5"}
    assert later.status_code == 401


async def test_who_goes_away_frees_the_queue():
    passwords = Passwords(cost=4, queue_limit=2)
    for _ in range(5):
        task = asyncio.create_task(passwords.hash(PASSWORD))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0.02)

    assert await passwords.hash(PASSWORD)


async def test_the_queue_counts_those_at_work():
    passwords = Passwords(cost=8, queue_limit=1)
    first = asyncio.create_task(passwords.hash(PASSWORD))
    await asyncio.sleep(0)

    with pytest.raises(HashingBusy):
        await passwords.hash(PASSWORD)
    await first


@pytest.mark.parametrize("password", ["password", "PASSWORD", "12345678", "qwertyuiop"])
def test_the_first_guesses_of_everybody_are_refused(password: str):
    assert "choose another" in fault_of(password)


def test_a_sentence_of_one_s_own_is_good():
    assert fault_of(PASSWORD) == ""
    assert fault_of("a" * 7) != ""
    assert fault_of("\U0001f40c" * 128) == ""
