"""Sessions: signing out, listing, revoking; over HTTP."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI
from httpx2 import AsyncClient
from visitors import PASSWORD, client, register

from symposion.context import Ports
from symposion.core.documents import now
from symposion.features.accounts.models import SESSIONS, Session

CREDENTIALS = {"email": "cleo@example.com", "password": PASSWORD}


@asynccontextmanager
async def sign_in_again(app: FastAPI) -> AsyncGenerator[AsyncClient]:
    async with client(app) as other:
        token = (await other.post("/auth/login", json=CREDENTIALS)).json()["access_token"]
        other.headers["Authorization"] = f"Bearer {token}"
        yield other


async def test_signing_out_ends_this_session_at_once_and_no_other(app: FastAPI):
    async with client(app) as here:
        await register(here, CREDENTIALS["email"])
        async with sign_in_again(app) as there:
            out = await here.post("/auth/logout")

            assert (out.status_code, out.json()) == (200, {"message": "You are signed out."})
            assert (await here.get("/auth/me")).status_code == 401
            assert (await here.post("/auth/logout")).status_code == 401
            assert (await there.get("/auth/me")).status_code == 200


async def test_sessions_are_listed_newest_first_and_one_is_this(app: FastAPI):
    async with client(app) as here:
        await register(here, CREDENTIALS["email"])
        async with sign_in_again(app) as there:
            told = (await here.get("/v1/auth/sessions")).json()
            mirrored = (await there.get("/v1/auth/sessions")).json()

    assert [set(one) for one in told] == [{"id", "created_at", "expires_at", "current"}] * 2
    assert [one["current"] for one in told] == [False, True]
    assert [one["current"] for one in mirrored] == [True, False]


async def test_an_expired_session_is_not_listed(ann: AsyncClient, ports: Ports):
    me = (await ann.get("/auth/me")).json()
    past = now() - timedelta(seconds=1)
    await ports.store.collection(SESSIONS).insert(
        Session(tenant_id="t", user_id=me["id"], expires_at=past)
    )

    assert len((await ann.get("/v1/auth/sessions")).json()) == 1


async def test_a_session_revoked_from_elsewhere_is_no_good_at_once(app: FastAPI):
    async with client(app) as here:
        await register(here, CREDENTIALS["email"])
        async with sign_in_again(app) as there:
            (other,) = [s for s in (await here.get("/v1/auth/sessions")).json() if not s["current"]]

            ended = await here.delete(f"/v1/auth/sessions/{other['id']}")

            assert ended.status_code == 200
            assert (await there.get("/auth/me")).status_code == 401
            assert (await here.get("/auth/me")).status_code == 200
            again = await here.delete(f"/v1/auth/sessions/{other['id']}")
            assert again.status_code == 404


async def test_a_session_of_another_user_does_not_exist(ann: AsyncClient, bob: AsyncClient):
    (hers,) = (await ann.get("/v1/auth/sessions")).json()

    foreign = await bob.delete(f"/v1/auth/sessions/{hers['id']}")
    missing = await bob.delete(f"/v1/auth/sessions/{hers['id'][::-1]}")

    bodies = [{k: v for k, v in a.json().items() if k != "request_id"} for a in (foreign, missing)]
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert bodies[0] == bodies[1]
    assert (await ann.get("/auth/me")).status_code == 200
    assert len((await bob.get("/v1/auth/sessions")).json()) == 1
