"""What every log of a run promises, wherever it is kept."""

# ruff: noqa: ASYNC220, ASYNC221, ASYNC240 - files and processes are what is tested here

import asyncio
import errno
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from symposion.adapters.log_file import FileLog, LogDamaged, LogInUse, LogUnwritable
from symposion.adapters.store.sqlite import SqliteStore
from symposion.core.errors import Conflict, Unavailable
from symposion.engine.memory_log import MemoryLog
from symposion.features.conversations.models import LOG
from symposion.features.conversations.store_log import StoreLog
from symposion.ports.log import Audience, Event, RunLog, StaleHead
from symposion.ports.store_errors import StorageFull

MakeLog = Callable[[Path], RunLog]

LOGS: dict[str, MakeLog] = {
    "memory": lambda _: MemoryLog(),
    "file": lambda folder: FileLog(folder / "run.jsonl"),
}
"""One way to make an empty log for each place a log can be kept in."""


@pytest.fixture(params=[*LOGS, "store"])
async def log(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param == "store":
        store = SqliteStore(tmp_path / "runs.db")
        await store.open((LOG,))
        yield StoreLog(store.collection(LOG), {"tenant_id": "t1", "user_id": "u1"}, "r1")
        await store.close()
        return
    made = LOGS[request.param](tmp_path)
    yield made
    if isinstance(made, FileLog):
        made.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


def event(seq: int, payload: Any = None, visible_to: Audience = "all") -> Event:
    return Event(
        seq=seq,
        type="turn.committed",
        version=1,
        run_id="r1",
        actor_id="a1",
        sim_time=1_920 + seq,
        wall_time="2026-01-02T03:04:05.678Z",
        visible_to=visible_to,
        causation=seq - 1,
        payload={"text": f"Words {seq}"} if payload is None else payload,
        hash=f"{seq:064x}",
    )


def events(first: int, last: int) -> list[Event]:
    return [event(seq) for seq in range(first, last + 1)]


# ---- every log


async def test_a_new_log_is_empty(log: RunLog):
    assert await log.read() == []


async def test_what_was_appended_is_read_in_order(log: RunLog):
    await log.append(events(1, 3))
    await log.append(events(4, 4))
    assert await log.read() == events(1, 4)


async def test_reading_starts_after_a_number(log: RunLog):
    await log.append(events(1, 5))
    assert await log.read(after=3) == events(4, 5)
    assert await log.read(after=5) == []
    assert await log.read(after=99) == []
    assert await log.read(after=-1) == events(1, 5)


async def test_every_field_comes_back_as_it_was(log: RunLog):
    rich = event(
        1,
        {
            "text": "“Ünï”\n\u2028 \\ 🜁",
            "n": [1, -2.5, 1e-7, 2**53, None, True],
            "deep": {"a": {"b": []}},
        },
        ("a1", "a2"),
    )
    await log.append([rich])
    assert await log.read() == [rich]


async def test_a_payload_may_be_any_mapping(log: RunLog):
    await log.append([event(1, MappingProxyType({"inner": MappingProxyType({"a": 1})}))])
    (found,) = await log.read()
    assert found.payload["inner"]["a"] == 1


async def test_nothing_is_nothing(log: RunLog):
    await log.append([])
    assert await log.read() == []


@pytest.mark.parametrize("first", [1, 2, 4, 9])
async def test_who_decided_on_another_head_keeps_nothing(log: RunLog, first: int):
    await log.append(events(1, 2))
    with pytest.raises(StaleHead):
        await log.append(events(first, first + 1))
    assert await log.read() == events(1, 2)


async def test_a_gap_within_a_batch_keeps_nothing(log: RunLog):
    with pytest.raises(ValueError, match="consecutive"):
        await log.append([event(1), event(3)])
    assert await log.read() == []


async def test_of_many_who_saw_the_same_head_one_wins(log: RunLog):
    async def attempt() -> bool:
        try:
            await log.append(events(1, 3))
        except StaleHead:
            return False
        return True

    assert sum(await asyncio.gather(*(attempt() for _ in range(20)))) == 1
    assert await log.read() == events(1, 3)


async def test_what_was_read_is_the_readers_own(log: RunLog):
    await log.append(events(1, 2))
    (await log.read()).clear()
    assert await log.read() == events(1, 2)


# ---- the log in a file


async def test_a_file_is_continued_where_it_ended(path: Path):
    with FileLog(path) as log:
        await log.append(events(1, 3))
    with FileLog(path) as log:
        assert log.cut == 0
        with pytest.raises(StaleHead):
            await log.append(events(1, 3))
        await log.append(events(4, 4))
    with FileLog(path) as log:
        assert await log.read() == events(1, 4)
    assert path.read_bytes().count(b"\n") == 2


async def test_a_run_is_played_once_at_a_time(path: Path):
    with FileLog(path) as log:
        with pytest.raises(LogInUse) as caught:
            FileLog(path)
        assert isinstance(caught.value, Conflict)
        child = subprocess.run(
            [
                sys.executable,
                "-c",
                "import sys; from pathlib import Path\n"
                "from symposion.adapters.log_file import FileLog\n"
                "FileLog(Path(sys.argv[1]))",
                str(path),
            ],
            check=False,
            capture_output=True,
        )
        assert b"LogInUse" in child.stderr
        await log.append(events(1, 1))
    with FileLog(path) as log:
        assert await log.read() == events(1, 1)


async def test_a_batch_cut_at_any_byte_is_gone_and_the_rest_is_there(path: Path):
    with FileLog(path) as log:
        await log.append(events(1, 2))
        kept = path.stat().st_size
        await log.append(events(3, 4))
    whole = path.read_bytes()
    for size in (kept + 1, kept + 5, kept + 100, len(whole) - 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with FileLog(path) as log:
            assert log.cut == size - kept
            assert await log.read() == events(1, 2)
            await log.append(events(3, 3))
        with FileLog(path) as log:
            assert log.cut == 0
            assert await log.read() == events(1, 3)


@pytest.mark.parametrize("torn", [b"\0" * 50, b"\0\0{}\n", b'[{"seq":3,"ty\0\0\0"}]\n'])
async def test_a_last_line_of_garbage_is_cut_off(path: Path, torn: bytes):
    with FileLog(path) as log:
        await log.append(events(1, 2))
    with path.open("ab") as file:
        file.write(torn)
    with FileLog(path) as log:
        assert log.cut == len(torn)
        assert await log.read() == events(1, 2)


@pytest.mark.parametrize(
    "content", [b"My diary", b"My diary\n", b"# A\n\nplan\n", b"{}\n", b"[1]\n"]
)
def test_a_file_that_is_no_log_is_left_alone(path: Path, content: bytes):
    path.write_bytes(content)
    with pytest.raises(LogDamaged):
        FileLog(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("harm", ["lost line", "doubled line", "broken line"])
async def test_harm_in_the_middle_is_told_and_left_alone(path: Path, harm: str):
    with FileLog(path) as log:
        for seq in range(1, 5):
            await log.append(events(seq, seq))
        lines = path.read_bytes().splitlines(keepends=True)
        if harm == "lost line":
            del lines[1]
        elif harm == "doubled line":
            lines.insert(1, lines[1])
        else:
            lines[1] = lines[1].replace(b'"seq":', b'"sq":')
        harmed = b"".join(lines)
        path.write_bytes(harmed)
        if harm != "doubled line":
            with pytest.raises(LogDamaged):
                await log.read()
    with pytest.raises(LogDamaged, match="line"):
        FileLog(path)
    assert path.read_bytes() == harmed


async def test_a_payload_that_json_cannot_hold_keeps_nothing(path: Path):
    with FileLog(path) as log:
        for payload in ({"a": object()}, {"a": "\ud800"}, {"a": 2**70}):
            with pytest.raises(TypeError):
                await log.append([event(1, payload)])
        assert await log.read() == []
    assert path.read_bytes() == b""


async def test_a_full_disk_keeps_nothing_of_the_batch_and_room_lets_it_go_on(path: Path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with FileLog(path) as log:
        await log.append(events(1, 2))
        kept = path.read_bytes()
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(kept) + 100, hard))
        try:
            with pytest.raises(StorageFull) as caught:
                await log.append(events(3, 9))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert isinstance(caught.value, Unavailable)
        assert caught.value.code == "storage-full"
        assert path.read_bytes() == kept
        assert await log.read() == events(1, 2)
        await log.append(events(3, 9))
    with FileLog(path) as log:
        assert await log.read() == events(1, 9)


async def test_what_did_not_reach_the_disk_is_not_kept(path: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(fd: int) -> None:
        raise OSError(errno.EIO, f"Input/output error on {fd}")

    with FileLog(path) as log:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", broken)
            with pytest.raises(LogUnwritable, match="Input/output"):
                await log.append(events(1, 2))
        assert path.read_bytes() == b""
        await log.append(events(1, 2))
        assert await log.read() == events(1, 2)


async def test_a_closed_log_says_so(path: Path):
    log = FileLog(path)
    log.close()
    log.close()
    with pytest.raises(LogUnwritable):
        await log.append(events(1, 1))
    with pytest.raises(LogUnwritable):
        await log.read()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(LogUnwritable, match="No such file"):
        FileLog(tmp_path / "nowhere" / "run.jsonl")


ENDLESS = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_log import events
from symposion.adapters.log_file import FileLog

async def main():
    with FileLog(Path(sys.argv[1])) as log:
        at = len(await log.read())
        while True:
            await log.append(events(at + 1, at + 3))
            at += 3
            print(at, flush=True)

asyncio.run(main())
"""


async def test_a_killed_process_loses_nothing_it_acknowledged(path: Path):
    for round_ in range(1, 4):
        child = subprocess.Popen(
            [sys.executable, "-c", ENDLESS, str(path), str(Path(__file__).parent)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout
        acknowledged = [int(child.stdout.readline()) for _ in range(10 + 7 * round_)]
        os.kill(child.pid, signal.SIGKILL)
        acknowledged += [int(line) for line in child.stdout.read().split()]
        child.wait()
        child.stdout.close()
        with FileLog(path) as log:
            found = await log.read()
        assert found == events(1, len(found))
        assert len(found) % 3 == 0
        assert acknowledged[-1] <= len(found) <= acknowledged[-1] + 3
