"""What leaves the MongoDB adapter, and what of nx-27017 is not ours to answer for."""

import asyncio
import gc
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import AsyncGenerator, Generator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient, monitoring

from symposion.adapters.store.mongo import MongoStore
from symposion.adapters.store.mongo.asking import filter_for, sort_for
from symposion.core.documents import Owned, Timestamp, now
from symposion.core.errors import Duplicate, Invalid
from symposion.ports.store import Has, Kind, Like, OneOf, Range
from symposion.ports.store_errors import StoreFailed, StoreUnreachable

COMMANDS = {
    "aggregate",
    "createIndexes",
    "delete",
    "endSessions",
    "find",
    "findAndModify",
    "getMore",
    "insert",
    "killCursors",
}
OPERATORS = {
    "$elemMatch",
    "$eq",
    "$group",
    "$gte",
    "$in",
    "$lt",
    "$match",
    "$options",
    "$regex",
    "$sum",
    "$type",
}
ENVELOPE = {"$clusterTime", "$db", "$readPreference"}


class Toy(Owned):
    tenant_id: str = "t"
    user_id: str = "ann"
    name: str = ""
    label: str | None = None
    tags: list[str] = []
    price: int = 0
    seen_at: Timestamp | None = None


TOYS = Kind("toys", Toy, indexes=(("user_id", "price"),), unique=(("user_id", "name"), ("label",)))


class Ear(monitoring.CommandListener):
    """Hears every command of every client made while it listens."""

    def __init__(self) -> None:
        self.commands: set[str] = set()
        self.operators: set[str] = set()
        self.concerns: list[Mapping[str, Any]] = []
        self.listening = True

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if not self.listening:
            return
        self.commands.add(event.command_name)
        # what is stored is data: a "$" in it is nobody's operator
        asked = {k: v for k, v in event.command.items() if k not in ("documents", "update")}
        self.operators |= _operators(asked) - ENVELOPE
        if event.command_name in ("insert", "delete", "findAndModify", "createIndexes"):
            self.concerns.append(event.command.get("writeConcern", {}))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Hear nothing."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Hear nothing."""


def _operators(value: object) -> set[str]:
    found: set[str] = set()
    if isinstance(value, Mapping):
        for key, inner in value.items():
            found |= ({key} if key.startswith("$") else set()) | _operators(inner)
    elif isinstance(value, list):
        for inner in value:
            found |= _operators(inner)
    return found


@pytest.fixture
def ear() -> Generator[Ear]:
    listener = Ear()
    monitoring.register(listener)
    yield listener
    listener.listening = False


@pytest.fixture
async def leaking_driver() -> AsyncGenerator[None]:
    """Closing PyMongo's client in the middle of a connect leaves its socket to the collector."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        await asyncio.sleep(0.05)
        gc.collect()


@pytest.fixture
def peer(nx_url: str) -> Generator[MongoClient[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](nx_url, tz_aware=True) as client:
        yield client


async def test_only_commands_and_operators_that_both_servers_know_leave_the_adapter(
    nx_url: str, ear: Ear
):
    store = MongoStore(nx_url, f"test_{uuid4().hex[:8]}")
    await store.open((TOYS,))
    toys = store.collection(TOYS)
    toy = await toys.insert(Toy(name="$where", tags=["$ne"], seen_at=now()))
    await toys.get(toy.id)
    await toys.find({"name": "a", "price": Range(1, 5), "tags": Has("x")}, order="-price")
    await toys.find({"name": OneOf(("a",)), "label": Like("a.b")}, limit=5, skip=1)
    await toys.count({"label": None})
    await toys.tally({"user_id": "ann"}, by="name", add="price")
    await toys.tally(by="name")
    await toys.update(toy.id, lambda old: old.but(price=2))
    for i in range(120):
        await toys.insert(Toy(name=str(i)))
    assert len(await toys.find(limit=121)) == 121
    await toys.delete({"name": Like("1")})
    await store.close()

    assert ear.commands <= COMMANDS
    assert ear.operators == OPERATORS
    assert all(concern == {"w": "majority", "j": True} for concern in ear.concerns)
    assert ear.concerns


def test_a_value_is_never_read_as_an_operator():
    sly: Any = {"$ne": "b"}

    assert filter_for(TOYS, {"name": sly}) == {"name": {"$eq": sly}}


def test_a_range_without_ends_asks_nothing():
    assert filter_for(TOYS, {"price": Range()}) == {}


def test_the_id_breaks_ties_only_where_there_can_be_any():
    assert sort_for(TOYS, {}, "-price") == [("price", -1), ("_id", -1)]
    assert sort_for(TOYS, {"user_id": "ann"}, "name") == [("name", 1)]
    assert sort_for(TOYS, {"user_id": Like("a")}, "name") == [("name", 1), ("_id", 1)]
    assert sort_for(TOYS, {}, "label") == [("label", 1), ("_id", 1)]
    assert sort_for(TOYS, {}, "-id") == [("_id", -1)]


async def test_a_number_beyond_64_bits_is_refused(nx_url: str):
    store = MongoStore(nx_url, f"test_{uuid4().hex[:8]}")
    await store.open((TOYS,))

    with pytest.raises(Invalid, match="8-byte"):
        await store.collection(TOYS).insert(Toy(price=2**70))
    await store.close()


@pytest.mark.usefixtures("leaking_driver")
async def test_a_server_that_is_not_there_is_unreachable_soon():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        store = MongoStore(f"mongodb://127.0.0.1:{nobody.getsockname()[1]}", patience=0.2)
        start = time.monotonic()
        with pytest.raises(StoreUnreachable):
            await store.open((TOYS,))
        assert time.monotonic() - start < 2
        await store.close()


@pytest.mark.usefixtures("leaking_driver")
async def test_a_server_that_never_answers_is_unreachable_soon():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        store = MongoStore(f"mongodb://127.0.0.1:{mute.getsockname()[1]}", patience=0.2)
        with pytest.raises(StoreUnreachable):
            await store.open((TOYS,))
        await store.close()


@pytest.mark.parametrize("url", ["mongodb://u:secret@:::", "sqlite:secret", ""])
async def test_a_bad_url_is_said_to_be_one_and_keeps_its_password(url: str):
    with pytest.raises(StoreFailed) as told:
        await MongoStore(url).open((TOYS,))
    assert "secret" not in str(told.value)


async def test_documents_that_are_not_unique_are_named_at_open(nx_url: str):
    name = f"test_{uuid4().hex[:8]}"
    loose = MongoStore(nx_url, name)
    await loose.open((Kind("toys", Toy),))
    for _ in range(2):
        await loose.collection(Kind("toys", Toy)).insert(Toy(name="same"))
    await loose.close()

    strict = MongoStore(nx_url, name)
    with pytest.raises((Duplicate, StoreFailed)):  # nx-27017 gives no code to tell them apart
        await strict.open((TOYS,))
    await strict.close()


def test_the_sqlite_store_does_not_import_pymongo():
    code = (
        "import sys, symposion.adapters.store, symposion.adapters.store.sqlite;"
        "sys.exit('pymongo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_nx_27017_itself_hides_a_duplicate_made_by_replacing(peer: MongoClient[dict[str, Any]]):
    rows = peer[f"test_{uuid4().hex[:8]}"]["rows"]
    rows.create_index([("name", 1)], unique=True)
    rows.insert_one({"_id": "1", "name": "a"})
    rows.insert_one({"_id": "2", "name": "b"})

    # a mongod raises DuplicateKeyError here
    assert rows.find_one_and_replace({"_id": "2"}, {"name": "a"}) is None
    assert rows.find_one({"_id": "2"}) == {"_id": "2", "name": "b"}


def test_nx_27017_itself_compares_moments_by_whole_seconds(peer: MongoClient[dict[str, Any]]):
    rows = peer[f"test_{uuid4().hex[:8]}"]["rows"]
    moment = datetime(2026, 1, 1, 12, 0, 0, 250_000, UTC)
    rows.insert_one({"_id": "1", "at": moment})
    rows.insert_one({"_id": "2", "at": moment + timedelta(milliseconds=500)})

    # a mongod finds one in each case
    assert len(list(rows.find({"at": {"$eq": moment}}))) == 2
    assert list(rows.find({"at": {"$lt": moment + timedelta(milliseconds=1)}})) == []


def test_nx_27017_itself_groups_moments_as_text(peer: MongoClient[dict[str, Any]]):
    rows = peer[f"test_{uuid4().hex[:8]}"]["rows"]
    rows.insert_one({"_id": "1", "at": datetime(2026, 1, 1, tzinfo=UTC)})

    # a mongod gives back the moment
    (group,) = rows.aggregate([{"$group": {"_id": "$at", "count": {"$sum": 1}}}])
    assert isinstance(group["_id"], str)


def test_nx_27017_itself_cannot_index_the_id_behind_other_fields(
    peer: MongoClient[dict[str, Any]],
):
    rows = peer[f"test_{uuid4().hex[:8]}"]["rows"]
    rows.create_index([("name", 1), ("_id", 1)])

    # a mongod can; for this the adapter's indexes end before the id (docs/decisions/0006-store.md)
    with pytest.raises(Exception, match="JSON path error"):
        rows.insert_one({"_id": "1", "name": "a"})
