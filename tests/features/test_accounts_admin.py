"""Administrators and guests: who may be one, and where they come from."""

import asyncio

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from visitors import PASSWORD, client, register

from symposion.context import Ports
from symposion.features.accounts.admin import BadAdmin, ensure_admin
from symposion.features.accounts.models import ACCOUNTS

ROOT = {"email": "root@example.com", "password": PASSWORD}


async def test_the_administrator_of_the_settings_can_sign_in(nobody: AsyncClient, ports: Ports):
    await ensure_admin(ports, "Root@Example.com", PASSWORD)

    told = (await nobody.post("/auth/login", json=ROOT)).json()

    assert told["user"]["is_admin"] is True


async def test_a_second_start_changes_nothing(ports: Ports):
    await ensure_admin(ports, ROOT["email"], PASSWORD)
    (before,) = await ports.store.collection(ACCOUNTS).find()

    await ensure_admin(ports, ROOT["email"], "another good password")
    await ensure_admin(ports, "second@example.com", PASSWORD)

    assert await ports.store.collection(ACCOUNTS).find() == [before]


async def test_processes_that_start_at_once_make_one_administrator(ports: Ports):
    await asyncio.gather(*(ensure_admin(ports, ROOT["email"], PASSWORD) for _ in range(4)))

    assert await ports.store.collection(ACCOUNTS).count() == 1


async def test_an_ordinary_account_at_the_address_stops_the_start(app: FastAPI, ports: Ports):
    async with client(app) as first:
        user = await register(first, ROOT["email"])
        assert user["is_admin"] is False

        with pytest.raises(BadAdmin, match="ordinary account"):
            await ensure_admin(ports, ROOT["email"], PASSWORD)

        assert (await first.get("/auth/me")).json()["is_admin"] is False


async def test_the_address_of_the_administrator_cannot_be_registered(
    nobody: AsyncClient, ports: Ports
):
    await ensure_admin(ports, ROOT["email"], PASSWORD)

    refused = await nobody.post("/auth/register", json={**ROOT, "name": "Me"})

    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("email", "password"), [("root", PASSWORD), ("root@example.com", "admin123")]
)
async def test_a_bad_administrator_is_refused(ports: Ports, email: str, password: str):
    with pytest.raises(BadAdmin, match="ADMIN_"):
        await ensure_admin(ports, email, password)

    assert await ports.store.collection(ACCOUNTS).count() == 0


async def test_a_server_without_guests_says_so(app: FastAPI, ports: Ports, nobody: AsyncClient):
    app.state.ports = Ports(ports.store, ports.language, ports.identity, ports.clock, guests=False)

    refused = await nobody.post("/auth/test-login")

    assert refused.status_code == 403
    assert refused.json()["code"] == "guests-not-allowed"
    assert await ports.store.collection(ACCOUNTS).count() == 0
