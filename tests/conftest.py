"""What every test may lean on: a house of its own, with real routes, rules and store."""

from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest
import structlog
from fastapi import FastAPI
from httpx2 import AsyncClient
from mongo_peer import MONGO_URL, ON_MONGO, nx_url
from visitors import KEY, ORIGIN, Hands, client, sign_in

from symposion.adapters.images.drawn import DrawnImages
from symposion.adapters.store.mongo import MongoStore
from symposion.adapters.store.sqlite import SqliteStore
from symposion.app import KINDS, create_app
from symposion.context import Ports
from symposion.core.documents import new_id
from symposion.core.passwords import Passwords
from symposion.features.accounts.identity import AccountIdentity
from symposion.main import language_model
from symposion.ports.store import Store

__all__ = ["nx_url"]

structlog.configure(
    processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()]
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def ports(clock: Hands, request: pytest.FixtureRequest) -> AsyncGenerator[Ports]:
    store: Store = SqliteStore(":memory:")
    if ON_MONGO:
        url = MONGO_URL or request.getfixturevalue("nx_url")
        store = MongoStore(url, f"test{new_id()[-12:]}")
    await store.open(KINDS)
    identity = AccountIdentity(store, clock, KEY, timedelta(days=1))
    language = language_model("offline")
    yield Ports(
        store=store,
        language=language,
        identity=identity,
        clock=clock,
        passwords=Passwords(cost=4),
        images=DrawnImages(),
    )
    await store.close()


@pytest.fixture(scope="session")
def built() -> FastAPI:
    return create_app(cors_origins=[ORIGIN])  # a route costs a millisecond: once per process


@pytest.fixture
def app(built: FastAPI, ports: Ports) -> FastAPI:
    built.state.ports = ports
    return built


@pytest.fixture
async def nobody(app: FastAPI) -> AsyncGenerator[AsyncClient]:
    async with client(app) as signed_out:
        yield signed_out


@pytest.fixture
async def ann(app: FastAPI) -> AsyncGenerator[AsyncClient]:
    async with client(app) as signed_in:
        await sign_in(signed_in)
        yield signed_in


@pytest.fixture
async def bob(app: FastAPI) -> AsyncGenerator[AsyncClient]:
    async with client(app) as signed_in:
        await sign_in(signed_in)
        yield signed_in
