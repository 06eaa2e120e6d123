"""What every `Store` must do. A new adapter is one more line in `STORES`.

Where nx-27017 itself is wrong, the test says so; `test_store_mongo.py` shows with plain PyMongo
that the fault is the server's.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError
from pymongo import AsyncMongoClient

from symposion.adapters.store.mongo import MongoStore
from symposion.adapters.store.sqlite import SqliteStore
from symposion.core.documents import Document, Owned, Timestamp, iso_ms, now
from symposion.core.errors import Contended, Duplicate, Forbidden, NotFound
from symposion.ports.store import Bounded, Has, Kind, Like, OneOf, Range, Store, Tally, Where
from symposion.ports.store_errors import StoreFailed, Unreadable


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Toy(Owned):
    tenant_id: str = "t"
    user_id: str = "ann"
    name: str = ""
    colour: Colour = Colour.RED
    tags: list[str] = []
    price: float = 0.0
    sold: bool = False
    seen_at: Timestamp | None = None
    label: str | None = None
    parts: dict[str, list[int]] = {}


class Entry(Document):
    run_id: str
    seq: int
    text: str = ""


TOYS = Kind("toys", Toy, indexes=(("user_id", "price"),), unique=(("user_id", "name"), ("label",)))
LOG = Kind("log", Entry, bounds=(), unique=(("run_id", "seq"),))

MONGO = os.environ.get("SYMPOSION_TEST_MONGO_URL", "")
NX = "nx-27017"


def _mongo(url: str) -> MongoStore:
    return MongoStore(url, f"test_{uuid4().hex[:8]}")


STORES: dict[str, Callable[[Path, pytest.FixtureRequest], Store]] = {
    "sqlite-memory": lambda _folder, _request: SqliteStore(),
    "sqlite-file": lambda folder, _request: SqliteStore(folder / "house.db"),
    NX: lambda _folder, request: _mongo(request.getfixturevalue("nx_url")),
    "mongod": lambda _folder, _request: _mongo(MONGO),
}
needs_mongod = [pytest.mark.mongo, pytest.mark.skipif(not MONGO, reason="no mongod is named")]


@pytest.fixture(
    params=[pytest.param(n, marks=needs_mongod if n == "mongod" else []) for n in STORES]
)
def backend(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def store(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncGenerator[Store]:
    made = STORES[backend](tmp_path, request)
    await made.open((TOYS, LOG))
    yield made
    await made.close()
    if backend == "mongod":
        async with AsyncMongoClient[dict[str, Any]](MONGO) as client:
            await client.drop_database(made._database)  # pyright: ignore[reportAttributeAccessIssue] - only a MongoStore comes here


async def test_a_document_comes_back_as_it_was(store: Store):
    toys = store.collection(TOYS)
    toy = await toys.insert(
        Toy(
            name="Zoë 象 \x01",
            colour=Colour.BLUE,
            tags=["a"],
            price=1.5,
            sold=True,
            seen_at=now(),
            parts={"w": [1, 2], "a.b": []},
        )
    )

    assert await toys.get(toy.id) == toy
    assert await toys.find() == [toy]


async def test_what_is_not_there_is_not_found(store: Store):
    with pytest.raises(NotFound):
        await store.collection(TOYS).get("nowhere")
    with pytest.raises(NotFound):
        await store.collection(TOYS).update("nowhere", lambda toy: toy)


async def test_an_id_occurs_once(store: Store):
    toys = store.collection(TOYS)
    toy = await toys.insert(Toy(name="car"))

    with pytest.raises(Duplicate):
        await toys.insert(Toy(id=toy.id, name="bus"))


async def test_unique_fields_occur_once(store: Store, backend: str):
    toys = store.collection(TOYS)
    await toys.insert(Toy(name="car"))
    other = await toys.insert(Toy(name="bus"))
    await toys.insert(Toy(name="car", user_id="bob"))

    with pytest.raises(Duplicate):
        await toys.insert(Toy(name="car"))
    # nx-27017 answers a replacement that breaks a unique index like one that found nothing
    with pytest.raises(Contended if backend == NX else Duplicate):
        await toys.update(other.id, lambda toy: toy.but(name="car"))
    assert await toys.get(other.id) == other


async def test_none_is_never_a_duplicate(store: Store):
    toys = store.collection(TOYS)
    await toys.insert(Toy(name="a"))
    await toys.insert(Toy(name="b"))
    await toys.insert(Toy(name="c", label="x"))

    with pytest.raises(Duplicate):
        await toys.insert(Toy(name="d", label="x"))
    assert await toys.count({"label": None}) == 2


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ({}, "abc"),
        ({"name": "a"}, "a"),
        ({"colour": Colour.BLUE}, "c"),
        ({"sold": False}, "ab"),
        ({"sold": True}, "c"),
        ({"seen_at": None}, "ab"),
        ({"name": OneOf(("a", "c", "x"))}, "ac"),
        ({"name": OneOf(())}, ""),
        ({"label": OneOf((None, "l"))}, "abc"),
        ({"label": OneOf(("l",))}, "b"),
        ({"price": Range(2, 3)}, "b"),
        ({"price": Range(start=2)}, "bc"),
        ({"price": Range(end=2)}, "a"),
        ({"price": Range()}, "abc"),
        ({"label": Range(start="a")}, "b"),
        ({"tags": Has("x")}, "ab"),
        ({"colour": Colour.RED, "tags": Has("y")}, "b"),
        ({"user_id": "ann", "price": Range(1, 3)}, "ab"),
        ({"user_id": "ann", "name": "b"}, "b"),
    ],
)
async def test_ways_to_ask(store: Store, where: Where, names: str):
    toys = store.collection(TOYS)
    await toys.insert(Toy(name="a", price=1, tags=["x"]))
    await toys.insert(Toy(name="b", price=2, tags=["x", "y"], label="l"))
    await toys.insert(Toy(name="c", price=3, sold=True, colour=Colour.BLUE, seen_at=now()))

    for order in ("name", "price"):
        assert [toy.name for toy in await toys.find(where, order=order)] == list(names)
    assert await toys.count(where) == len(names)
    assert sum(group.count for group in (await toys.tally(where, by="name")).values()) == len(names)
    assert await toys.delete(where) == len(names)
    assert await toys.count() == 3 - len(names)


async def test_a_typo_or_a_list_asked_like_a_value_fails_at_once(store: Store):
    toys = store.collection(TOYS)
    with pytest.raises(KeyError):
        await toys.find({"nmae": "a"})
    with pytest.raises(KeyError):
        await toys.find(order="nmae")
    with pytest.raises(KeyError):
        await toys.tally(by="nmae")
    with pytest.raises(TypeError, match="Has"):
        await toys.count({"tags": "x"})


async def test_moments_are_asked_to_the_millisecond(store: Store, backend: str):
    toys, start = store.collection(TOYS), now()
    # nx-27017 looks at whole seconds only when it compares moments in a find
    step = timedelta(seconds=1) if backend == NX else timedelta(milliseconds=1)
    for i in range(4):
        await toys.insert(Toy(name=str(i), seen_at=start + i * step))
    third = start + 2 * step

    async def names(test: object) -> list[str]:
        where: Any = {"seen_at": test}
        return [toy.name for toy in await toys.find(where, order="seen_at")]

    assert await names(third) == ["2"]
    assert await names(OneOf((start, third))) == ["0", "2"]
    assert await names(Range(start, third)) == ["0", "1"]
    assert await names(Range(start=third)) == ["2", "3"]
    if backend == NX:  # it groups moments as text of its own
        return
    assert set(await toys.tally(by="seen_at")) == {iso_ms(start + i * step) for i in range(4)}


async def test_like_ignores_case_in_any_alphabet(store: Store):
    toys = store.collection(TOYS)
    await toys.insert(Toy(name="Grande École (50%)"))

    assert await toys.count({"name": Like("éCOLE (50%")}) == 1
    assert await toys.count({"name": Like("e.ole")}) == 0
    assert await toys.count({"label": Like("a")}) == 0


async def test_order_limit_skip(store: Store):
    toys, start = store.collection(TOYS), now()
    for i in range(5):
        await toys.insert(Toy(name=str(i), created_at=start + timedelta(milliseconds=i)))

    assert [toy.name for toy in await toys.find(limit=2)] == ["4", "3"]
    assert [toy.name for toy in await toys.find(limit=2, skip=2)] == ["2", "1"]
    assert await toys.find(limit=0) == []
    assert [toy.name for toy in await toys.find(order="id", limit=1)] == ["0"]
    assert [toy.name for toy in await toys.find(order="-name", limit=1)] == ["4"]


async def test_ties_are_ordered_by_id_so_pages_never_overlap(store: Store):
    toys, moment = store.collection(TOYS), now()
    mine = {"tenant_id": "t", "user_id": "ann"}
    for name in "hbgacfed":
        await toys.insert(Toy(id=name, name=name, created_at=moment))

    for order, sign in (("created_at", 1), ("-created_at", -1), ("-price", -1), ("colour", 1)):
        for where in ({}, mine):
            pages = [
                await toys.find(where, order=order, limit=3, skip=skip) for skip in (0, 3, 6, 9)
            ]
            assert [toy.id for page in pages for toy in page] == list("abcdefgh")[::sign]


async def test_tally(store: Store):
    toys = store.collection(TOYS)
    for i, colour in enumerate([Colour.RED, Colour.RED, Colour.BLUE]):
        await toys.insert(Toy(name=str(i), colour=colour, price=i, sold=i == 0))

    assert await toys.tally(by="colour", add="price") == {
        "red": Tally(2, 1.0),
        "blue": Tally(1, 2.0),
    }
    assert await toys.tally(by="sold") == {"True": Tally(1), "False": Tally(2)}
    assert await toys.tally({"colour": Colour.BLUE}, by="label") == {"None": Tally(1)}


async def test_updates_at_once_lose_nothing(store: Store):
    toys = store.collection(TOYS)
    toy = await toys.insert(Toy(name="counter"))

    await asyncio.gather(
        *(toys.update(toy.id, lambda t: t.but(price=t.price + 1)) for _ in range(10))
    )

    found = await toys.get(toy.id)
    assert (found.price, found.version) == (10, 11)


async def test_a_change_that_raises_changes_nothing(store: Store):
    toys = store.collection(TOYS)
    toy = await toys.insert(Toy(name="kept"))

    def refuse(_: Toy) -> Toy:
        raise Contended

    with pytest.raises(Contended):
        await toys.update(toy.id, refuse)
    assert await toys.get(toy.id) == toy


async def test_a_change_cannot_rename_a_document(store: Store):
    toys = store.collection(TOYS)
    toy = await toys.insert(Toy(name="kept"))

    new = await toys.update(toy.id, lambda old: old.but(id="other", version=70))

    assert (new.id, new.version) == (toy.id, 2)
    assert await toys.get(toy.id) == new


async def test_inserting_at_a_head_is_a_compare_and_set(store: Store):
    log = store.collection(LOG)

    async def append(i: int) -> bool:
        try:
            await log.insert(Entry(run_id="r", seq=1, text=str(i)))
        except Duplicate:
            return False
        return True

    wins = await asyncio.gather(*map(append, range(20)))

    assert sum(wins) == 1
    (kept,) = await log.find({"run_id": "r"}, order="seq")
    assert kept.text == str(wins.index(True))


async def test_a_long_log_is_read_in_order(store: Store):
    log = store.collection(LOG)
    await asyncio.gather(*(log.insert(Entry(run_id="r", seq=i)) for i in range(120, 0, -1)))
    await log.insert(Entry(run_id="s", seq=1))

    read = await log.find({"run_id": "r", "seq": Range(start=3)}, order="seq", limit=200)

    assert [entry.seq for entry in read] == list(range(3, 121))


async def test_what_no_longer_fits_its_model_is_left_out_of_lists(store: Store):
    class Elsewhere(Owned):
        name: str
        price: str

    toys = store.collection(TOYS)
    good = await toys.insert(Toy(name="good"))
    strange = Kind("toys", Elsewhere, unique=TOYS.unique[:1])
    bad = Elsewhere(tenant_id="t", user_id="ann", name="bad", price="much")
    await store.collection(strange).insert(bad)

    assert await toys.find() == [good]
    with pytest.raises(Unreadable):
        await toys.get(bad.id)
    with pytest.raises(Unreadable):
        await toys.update(bad.id, lambda toy: toy)


def test_what_is_no_json_number_never_reaches_a_store():
    with pytest.raises(ValidationError):
        Toy(price=float("nan"))


async def test_a_closed_store_says_so(store: Store):
    toys = store.collection(TOYS)
    await toys.insert(Toy(name="a"))
    await store.close()

    for verb in (toys.get("x"), toys.find(), toys.count(), toys.insert(Toy()), toys.delete({})):
        with pytest.raises(StoreFailed):
            await verb


async def test_bounds_hold_for_every_verb(store: Store):
    toys = store.collection(TOYS)
    hers = await toys.insert(Toy(name="hers", user_id="ann"))
    bobs = Bounded(toys, {"tenant_id": "t", "user_id": "bob"})

    with pytest.raises(NotFound):
        await bobs.get(hers.id)
    with pytest.raises(NotFound):
        await bobs.update(hers.id, lambda toy: toy.but(name="mine"))
    with pytest.raises(Forbidden):
        await bobs.insert(Toy(name="x", user_id="ann"))
    assert await bobs.find({"user_id": "ann"}) == []
    assert await bobs.count() == 0
    assert await bobs.tally(by="user_id") == {}
    assert await bobs.delete({}) == 0
    his = await bobs.insert(Toy(name="his", user_id="bob"))
    assert await bobs.get(his.id) == his
    assert await bobs.find() == [his]
    with pytest.raises(Forbidden):
        await bobs.update(his.id, lambda toy: toy.but(user_id="ann"))
    assert await toys.get(hers.id) == hers
