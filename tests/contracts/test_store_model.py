"""Whatever is asked of it, the SQLite store answers like a plain dict."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symposion.adapters.store.sqlite import SqliteStore
from symposion.core.documents import Document
from symposion.core.errors import Duplicate, NotFound
from symposion.ports.store import Has, Kind, Like, OneOf, Range, Tally


class Entry(Document):
    run_id: str = "r"
    seq: int = 0
    text: str = ""
    tags: tuple[str, ...] = ()
    note: str | None = None


LOG = Kind("log", Entry, bounds=(), unique=(("run_id", "seq"),))


KEYS = st.sampled_from(["a", "b", "c"])
TESTS = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "run_id": KEYS | st.builds(OneOf, st.lists(KEYS, max_size=2).map(tuple)),
            "seq": st.builds(Range, st.none() | st.integers(0, 4), st.none() | st.integers(0, 4)),
            "tags": st.builds(Has, KEYS),
            "text": st.builds(Like, st.sampled_from(["É", "x", "", "%"])),
            "note": st.none() | st.sampled_from(["n", ""]),
        },
    )
)
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("insert"),
            st.builds(
                Entry,
                id=st.sampled_from("123456789"),
                run_id=KEYS,
                seq=st.integers(0, 4),
                text=st.sampled_from(["é", "X%", "", "\0'\""]),
                tags=st.lists(KEYS, max_size=2).map(tuple),
                note=st.sampled_from([None, "n", ""]),
                created_at=st.just("2026-01-01T00:00:00Z"),
            ),
        ),
        st.tuples(st.just("update"), st.tuples(st.sampled_from("123456789"), st.integers(0, 4))),
        st.tuples(st.just("delete"), TESTS),
        st.tuples(st.just("ask"), st.tuples(TESTS, st.sampled_from(["seq", "-id", "-note"]))),
    ),
    max_size=25,
)


def holds(entry: Entry, where: Any) -> bool:
    def one(value: Any, test: Any) -> bool:
        match test:
            case OneOf(values):
                return value in values
            case Range(start, end):
                return (start is None or value >= start) and (end is None or value < end)
            case Has(member):
                return member in value
            case Like(text):
                return text.lower() in value.lower()
            case _:
                return value == test

    return all(one(getattr(entry, name), test) for name, test in where.items())


class Model:
    """What the store should do, with a dict."""

    def __init__(self) -> None:
        self.rows: dict[str, Entry] = {}

    def put(self, entry: Entry) -> str:
        others = [row for row in self.rows.values() if row.id != entry.id]
        if any((row.run_id, row.seq) == (entry.run_id, entry.seq) for row in others):
            return "duplicate"
        self.rows[entry.id] = entry
        return "kept"

    def insert(self, entry: Entry) -> str:
        return "duplicate" if entry.id in self.rows else self.put(entry)

    def update(self, id: str, seq: int) -> str:
        old = self.rows.get(id)
        return self.put(old.but(seq=seq, version=old.version + 1)) if old else "not-found"

    def delete(self, where: Any) -> int:
        gone = [entry.id for entry in self.rows.values() if holds(entry, where)]
        for one in gone:
            del self.rows[one]
        return len(gone)

    def ask(self, where: Any, order: str) -> list[Entry]:
        name = order.removeprefix("-")

        def key(entry: Entry) -> Any:
            value = getattr(entry, name)
            return (value is not None, value or ("" if name == "note" else 0), entry.id)

        found = [entry for entry in self.rows.values() if holds(entry, where)]
        return sorted(found, key=key, reverse=order.startswith("-"))


async def same(store: SqliteStore, steps: list[tuple[str, Any]]) -> None:
    log, model = store.collection(LOG), Model()
    for verb, what in steps:
        match verb:
            case "insert":
                assert await outcome(log.insert(what)) == model.insert(what)
            case "update":
                which, seq = what
                change = log.update(which, lambda old, seq=seq: old.but(seq=seq))
                assert await outcome(change) == model.update(which, seq)
            case "delete":
                assert await log.delete(what) == model.delete(what)
            case _:
                where, order = what
                expected = model.ask(where, order)
                assert await log.find(where, order=order) == expected
                assert await log.find(where, order=order, limit=2, skip=1) == expected[1:3]
                assert await log.count(where) == len(expected)
                groups = await log.tally(where, by="run_id", add="seq")
                assert groups == {run: tallied(run, expected) for run in groups}
                assert sum(group.count for group in groups.values()) == len(expected)
    assert await log.find(order="id", limit=50) == model.ask({}, "id")


def tallied(run: str, entries: list[Entry]) -> Tally:
    seqs = [entry.seq for entry in entries if entry.run_id == run]
    return Tally(len(seqs), float(sum(seqs)))


async def outcome(verb: Any) -> str:
    try:
        await verb
    except (Duplicate, NotFound) as error:
        return error.code
    return "kept"


@pytest.mark.parametrize("where", ["file", ":memory:"])
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_a_store_does_what_a_dict_does(where: str, tmp_path: Path, steps: list[tuple[str, Any]]):
    async def run() -> None:
        store = SqliteStore(tmp_path / "model.db" if where == "file" else where)
        await store.open((LOG,))
        await store.collection(LOG).delete({})
        try:
            await same(store, steps)
        finally:
            await store.close()

    asyncio.run(run())
