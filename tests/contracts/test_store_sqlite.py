"""What SQLite adds to the contract: group commit, locks, full disks, several processes."""

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from symposion.adapters.store.sqlite import SqliteStore
from symposion.core.documents import Document
from symposion.core.errors import Duplicate, Invalid, Refused
from symposion.ports.store import Kind
from symposion.ports.store_errors import (
    StorageFull,
    StoreBusy,
    StoreFailed,
)


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


async def opened(path: Path | str, kind: Kind[Any] = LOG, patience: float = 5.0) -> SqliteStore:
    store = SqliteStore(path, patience=patience)
    await store.open((kind,))
    return store


@contextmanager
def locked(path: Path) -> Generator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def commits(store: SqliteStore) -> list[str]:
    """Return a list that will hold every COMMIT from now on."""
    seen: list[str] = []
    store.writer._db.set_trace_callback(lambda sql: seen.append(sql) if sql == "COMMIT" else None)
    return seen


@pytest.mark.parametrize("where", ["file", ":memory:"])
async def test_waiting_writes_share_a_commit_and_one_failure_hurts_nobody_else(
    where: str, path: Path
):
    store = await opened(path if where == "file" else where)
    log = store.collection(LOG)
    first = await log.insert(Entry(seq=0))
    seen = commits(store)

    def refuse(_: Entry) -> Entry:
        raise StopIteration  # even what a future could not hold

    def half(db: sqlite3.Connection) -> None:
        db.execute("DELETE FROM log")
        raise Refused

    told = await asyncio.gather(
        *(log.insert(Entry(seq=i // 2)) for i in range(2, 100)),
        log.update(first.id, refuse),
        log.update(first.id, lambda old: old.but(text="new")),
        log.insert(Entry(seq=2**70)),
        store.writer.run(half),
        return_exceptions=True,
    )

    assert [type(t) for t in told[:98]] == [Entry, Duplicate] * 49
    assert [type(t) for t in told[98:]] == [RuntimeError, Entry, Invalid, Refused]
    assert await log.count() == 50
    assert len(seen) <= 3
    await store.close()


async def test_a_broken_transaction_is_done_again_one_by_one(path: Path):
    store = await opened(path)
    log = store.collection(LOG)
    await log.insert(Entry(seq=0))

    def whole(db: sqlite3.Connection) -> None:
        db.execute("ROLLBACK")  # as SQLite itself does on a full disk
        raise sqlite3.OperationalError("disk I/O error")

    told = await asyncio.gather(
        *(log.insert(Entry(seq=i)) for i in range(1, 20)),
        store.writer.run(whole),
        *(log.insert(Entry(seq=i)) for i in range(10, 30)),
        return_exceptions=True,
    )

    assert [type(t) for t in told] == (
        [Entry] * 19 + [StoreFailed] + [Duplicate] * 10 + [Entry] * 10
    )
    assert await log.count() == 30
    await store.close()


async def test_what_waits_is_written_before_the_store_closes(path: Path):
    store = await opened(path)
    log = store.collection(LOG)
    writes = [asyncio.create_task(log.insert(Entry(seq=i))) for i in range(100)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*writes)

    again = await opened(path)
    assert await again.collection(LOG).count() == 100
    await again.close()


async def test_a_caller_who_gave_up_harms_nobody(path: Path):
    store = await opened(path)
    log = store.collection(LOG)
    gone = asyncio.create_task(log.insert(Entry(seq=1)))
    await asyncio.sleep(0)
    gone.cancel()

    await log.insert(Entry(seq=2))

    assert await log.count({"seq": 2}) == 1
    await store.close()


async def test_a_lock_held_too_long_is_busy_and_reads_go_on(path: Path):
    store = await opened(path, patience=0.3)
    log = store.collection(LOG)
    kept = await log.insert(Entry(seq=1))

    with locked(path):
        start = time.monotonic()
        told = await asyncio.gather(
            *(log.insert(Entry(seq=i)) for i in range(2, 6)), return_exceptions=True
        )
        assert 0.25 < time.monotonic() - start < 1.5
        assert [type(t) for t in told] == [StoreBusy] * 4
        assert await log.get(kept.id) == kept
        assert await log.find() == [kept]
        with pytest.raises(StoreBusy):
            await opened(path, patience=0.1)

    await log.insert(Entry(seq=2))
    assert await log.count() == 2
    await store.close()


async def test_a_lock_held_shortly_is_waited_for(path: Path):
    store = await opened(path)
    with locked(path):
        write = asyncio.create_task(store.collection(LOG).insert(Entry(seq=1)))
        await asyncio.sleep(0.25)
        assert not write.done()
    await write
    await store.close()


async def test_a_read_that_would_wait_leaves_the_loop(path: Path):
    store = await opened(path, patience=5)
    log = store.collection(LOG)
    kept = await log.insert(Entry(seq=1))

    with store.readers._near.lock:
        start = time.monotonic()
        assert await log.get(kept.id) == kept
        assert await log.find() == [kept]
        assert time.monotonic() - start < 1
    await store.close()


async def test_a_full_disk_is_said_reads_go_on_and_space_cures_it(path: Path):
    store = await opened(path)
    log = store.collection(LOG)
    kept = await log.insert(Entry(seq=0, text="x"))
    db = store.writer._db
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages + 4}")

    told = await asyncio.gather(
        *(log.insert(Entry(seq=i, text="x" * 3000)) for i in range(1, 30)), return_exceptions=True
    )

    assert {type(t) for t in told} == {Entry, StorageFull}
    done = [t for t in told if isinstance(t, Entry)]
    assert await log.get(kept.id) == kept
    assert await log.count() == 1 + len(done)
    db.execute("PRAGMA max_page_count = 100000")
    await log.insert(Entry(seq=99))
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    await store.close()


async def test_a_file_that_may_not_be_written_is_full(path: Path):
    store = await opened(path)
    store.writer._db.execute("PRAGMA query_only = 1")
    with pytest.raises(StorageFull):
        await store.collection(LOG).insert(Entry(seq=1))
    assert await store.collection(LOG).count() == 0
    await store.close()


INSERTING = """
import asyncio, sys
from symposion.adapters.store.sqlite import SqliteStore
from symposion.core.documents import Document
from symposion.core.errors import Duplicate
from symposion.ports.store import Kind

class Entry(Document):
    run_id: str
    seq: int
    text: str = ""
    tags: tuple[str, ...] = ()
    note: str | None = None

LOG = Kind("log", Entry, bounds=(), unique=(("run_id", "seq"),))

async def main(path, name, upto):
    store = SqliteStore(path)
    await store.open((LOG,))
    log = store.collection(LOG)
    print("ready", flush=True)
    async def put(run, seq):
        try:
            await log.insert(Entry(run_id=run, seq=seq))
        except Duplicate:
            return
        print(run, seq, flush=True)
    for seq in range(int(upto)):
        await asyncio.gather(put("shared", seq), put(name, seq))
    await store.close()

asyncio.run(main(*sys.argv[1:]))
"""


def writer(path: Path, name: str, upto: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", INSERTING, str(path), name, str(upto)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


async def kept(path: Path) -> set[str]:
    store = await opened(path)
    entries = await store.collection(LOG).find(limit=100_000)
    await store.close()
    found = [f"{entry.run_id} {entry.seq}" for entry in entries]
    assert len(found) == len(set(found))
    return set(found)


async def test_two_processes_on_one_new_file_lose_nothing_and_keep_what_is_unique(path: Path):
    writers = [writer(path, name, 150) for name in ("a", "b")]
    told = [(await asyncio.to_thread(one.communicate))[0].split("\n")[1:-1] for one in writers]

    assert [one.returncode for one in writers] == [0, 0]
    acknowledged = told[0] + told[1]
    assert len(acknowledged) == len(set(acknowledged)) == 450
    assert await kept(path) == set(acknowledged)


async def test_a_killed_process_loses_nothing_that_it_acknowledged(path: Path):
    acknowledged: set[str] = set()
    for round_ in range(3):
        pair = [writer(path, f"{round_}{i}", 100_000) for i in range(2)]
        for one in pair:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        await asyncio.sleep(0.05 + 0.013 * round_)
        for one in pair:
            one.kill()
            rest, _ = one.communicate()
            acknowledged |= set(rest.split("\n")[:-1])

    assert len(acknowledged) > 20
    assert await kept(path) >= acknowledged
