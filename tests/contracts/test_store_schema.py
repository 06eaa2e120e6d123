"""A file written by one version of the program and opened by another."""

import asyncio
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from symposion.adapters.store.sqlite import SqliteStore, schema
from symposion.core.documents import Document
from symposion.core.errors import Duplicate
from symposion.ports.store import Kind
from symposion.ports.store_errors import SchemaChanged, SchemaTooNew, StoreFailed


class Entry(Document):
    run_id: str = "r"
    seq: int = 0
    text: str = ""
    tags: tuple[str, ...] = ()
    note: str | None = None


LOG = Kind("log", Entry, bounds=(), unique=(("run_id", "seq"),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "house.db"


async def opened(path: Path, kind: Kind[Any]) -> SqliteStore:
    store = SqliteStore(path)
    await store.open((kind,))
    return store


async def test_a_newer_layout_is_refused_and_left_alone(path: Path):
    await (await opened(path, LOG)).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE schema SET format = ?", [schema.FORMAT + 1])
        db.commit()
    before = path.read_bytes()  # noqa: ASYNC240 - nothing else runs on this loop

    with pytest.raises(SchemaTooNew, match="newer version"):
        await opened(path, LOG)
    assert path.read_bytes() == before  # noqa: ASYNC240 - as above


class Later(Entry):
    mood: str = "calm"


PLAIN = Kind("log", Entry, bounds=())
LATER = Kind("log", Later, bounds=(), indexes=(("mood", "seq"),), unique=(("run_id", "seq"),))


async def test_an_index_added_later_knows_the_old_documents(path: Path):
    store = await opened(path, PLAIN)
    old = store.collection(PLAIN)
    await asyncio.gather(*(old.insert(Entry(seq=i)) for i in range(1200)))
    await store.close()

    store = await opened(path, LATER)
    log = store.collection(LATER)
    assert await log.count({"mood": "calm"}) == 1200
    assert len(await log.find({"mood": "calm"}, order="seq", limit=5000)) == 1200
    with pytest.raises(Duplicate):
        await log.insert(Later(seq=7))
    plan = store.writer._db.execute(
        "EXPLAIN QUERY PLAN " + log._table.ask("SELECT body", {"mood": "x"}, order="seq").sql,
        ["x", 1, 0],
    ).fetchall()
    assert "USING INDEX" in plan[0][3]
    assert len(plan) == 1
    await store.close()


async def test_a_change_of_schema_cut_short_anywhere_goes_on_at_the_next_start(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    store = await opened(path, PLAIN)
    old = store.collection(PLAIN)
    await asyncio.gather(*(old.insert(Entry(seq=i)) for i in range(1200)))
    await store.close()

    cuts = 0
    while await cut_short(path, step=cuts + 1, monkeypatch=monkeypatch):
        cuts += 1
    assert cuts > 5

    store = await opened(path, LATER)
    assert await store.collection(LATER).count({"mood": "calm"}) == 1200
    await store.close()


class PowerCut(Exception):
    """The program ends here."""


async def cut_short(path: Path, *, step: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Change the schema, but stop before the commit of the given step; say if it came to that."""
    real, steps = schema._step, iter(range(1, 1000))

    @contextmanager
    def counted(db: sqlite3.Connection) -> Generator[None]:
        with real(db):
            yield
            if next(steps) == step:
                raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(schema, "_step", counted)
        try:
            await (await opened(path, LATER)).close()
        except PowerCut:
            return True
    return False


async def test_an_older_program_cannot_leave_new_columns_empty(path: Path):
    old = await opened(path, PLAIN)
    await old.collection(PLAIN).insert(Entry(seq=1))

    new = await opened(path, LATER)
    with pytest.raises(SchemaChanged):
        await old.collection(PLAIN).insert(Entry(seq=2))
    await old.close()

    older = await opened(path, PLAIN)
    await older.collection(PLAIN).insert(Entry(seq=3))
    with pytest.raises(SchemaChanged):
        await new.collection(LATER).insert(Later(seq=4))
    await new.close()

    again = await opened(path, LATER)
    with pytest.raises(SchemaChanged):
        await older.collection(PLAIN).insert(Entry(seq=5))
    await older.close()
    found = await again.collection(LATER).find({"mood": "calm"}, order="seq")
    assert [entry.seq for entry in found] == [1, 3]
    await again.close()


async def test_documents_that_are_not_unique_stop_the_start_and_stay(path: Path):
    store = await opened(path, PLAIN)
    for _ in range(2):
        await store.collection(PLAIN).insert(Entry(seq=1))
    await store.close()

    with pytest.raises(Duplicate, match="run_id,seq"):
        await opened(path, LOG)
    store = await opened(path, PLAIN)
    assert await store.collection(PLAIN).count() == 2
    await store.close()


async def test_a_damaged_document_stops_neither_start_nor_lists(path: Path):
    store = await opened(path, PLAIN)
    for i in range(3):
        await store.collection(PLAIN).insert(Entry(seq=i))
    await store.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE log SET body = substr(body, 4) WHERE rowid = 2")
        db.commit()

    store = await opened(path, LATER)
    assert [e.seq for e in await store.collection(LATER).find(order="seq")] == [0, 2]
    await store.close()


@pytest.mark.parametrize("content", [None, b"no database at all" * 100])
async def test_a_file_that_cannot_be_used_is_said_to_be_so(content: bytes | None, path: Path):
    where = path / "missing" / "house.db"
    if content is not None:
        where = path
        path.write_bytes(content)  # noqa: ASYNC240 - nothing else runs on this loop
    with pytest.raises(StoreFailed):
        await opened(where, LOG)
    if content is not None:
        assert path.read_bytes() == content  # noqa: ASYNC240 - as above
