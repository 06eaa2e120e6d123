"""How fast the stores are, beside bare sqlite3: ``python benchmarks/store.py [--rounds 5]``.

Bare is the ceiling: one connection with the same settings (WAL, synchronous FULL) and the same
table and indexes, the body written and read as a ready string: no models, no JSON, one commit for
each insert, one thread. All contestants take turns in each round; figures are medians over rounds.
CPU includes the kernel's part (fsync), and for MongoDB the client's side only.
"""

import argparse
import asyncio
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

import uuid_utils
from pydantic import Field

from symposion.adapters.store.mongo import MongoStore
from symposion.adapters.store.sqlite import SqliteStore
from symposion.adapters.store.sqlite.table import Table
from symposion.core.documents import Document, Owned
from symposion.ports.store import Bounded, Kind, Store

PORT = 27171
CALLERS = 50
PAGE = 20


class Agent(Owned):
    """A document of about 500 bytes."""

    name: str
    archetype: str = "innovator"
    about: str = "Grew up by the sea, mends clocks, distrusts round numbers. " * 4
    traits: dict[str, int] = Field(default={"extroversion": 7, "optimism": 4, "curiosity": 9})


class Event(Document):
    """An entry of a run's log."""

    run_id: str
    seq: int
    type: str = "turn.committed"
    text: str = "We should ask what it costs before we ask who pays for it. " * 4


AGENTS = Kind("agents", Agent)
LOG = Kind("log", Event, bounds=(), unique=(("run_id", "seq"),))
OWNER = {"tenant_id": "t", "user_id": "u7"}
NUMBERS = count(1)

Act = Callable[[], Awaitable[object]]
Figure = tuple[float, float]


def agent(number: int) -> Agent:
    """Return the next document; fifty owners share them."""
    return Agent(tenant_id="t", user_id=f"u{number % 50}", name=f"agent {number}")


async def timed(act: Act, times: int, callers: int = 1) -> Figure:
    """Return operations per second, and CPU microseconds of this process for each."""

    async def caller() -> None:
        for _ in range(times // callers):
            await act()

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(caller() for _ in range(callers)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return times / wall, cpu / times * 1e6


class Bare:
    """What sqlite3 does with nothing around it; callers queue up, as one connection must."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.table, self.log = Table(AGENTS), Table(LOG)
        for table in (self.table, self.log):
            self.db.execute(table.create)
            for index in table.indexes:
                self.db.execute(index.sql)
        self.agents = [self.table.row(agent(i)) for i in range(2000)]
        self.events = self.log.row(Event(run_id="r", seq=0))
        for row in self.agents:
            self.db.execute(self.table.insert, row)

    async def insert(self) -> None:
        """Insert a row that is ready, and commit it."""
        row = [str(uuid_utils.uuid7()), *self.agents[0][1:]]
        self.db.execute("BEGIN IMMEDIATE")
        self.db.execute(self.table.insert, row)
        self.db.execute("COMMIT")

    async def append(self) -> None:
        """Append to a log."""
        row = list(self.events)
        row[0], row[self.log.columns.index("seq")] = (
            str(uuid_utils.uuid7()),
            next(NUMBERS),
        )
        self.db.execute("BEGIN IMMEDIATE")
        self.db.execute(self.log.insert, row)
        self.db.execute("COMMIT")

    async def get(self) -> None:
        """Read one body."""
        number = next(NUMBERS) % 2000
        self.db.execute(self.table.get, [self.agents[number][0]]).fetchone()

    async def page(self) -> None:
        """Read an owner's newest bodies."""
        sql = (
            "SELECT body FROM agents WHERE tenant_id = ? AND user_id = ?"
            " ORDER BY created_at DESC, id DESC LIMIT ?"
        )
        self.db.execute(sql, [*OWNER.values(), PAGE]).fetchall()


class House:
    """One of our stores."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.agents, self.log = store.collection(AGENTS), store.collection(LOG)
        self.mine = Bounded(self.agents, OWNER)
        self.kept: list[Agent] = []

    async def fill(self, number: int) -> None:
        """Keep as many documents as `Bare` does."""
        self.kept = [agent(i) for i in range(number)]
        await asyncio.gather(*(self.agents.insert(one) for one in self.kept))

    async def insert(self) -> None:
        """Make a model and keep it."""
        await self.agents.insert(agent(next(NUMBERS)))

    async def append(self) -> None:
        """Append to a log."""
        await self.log.insert(Event(run_id="r", seq=next(NUMBERS)))

    async def get(self) -> None:
        """Read and validate one document."""
        await self.agents.get(self.kept[next(NUMBERS) % len(self.kept)].id)

    async def page(self) -> None:
        """Read and validate an owner's newest documents, within the owner's bounds."""
        assert len(await self.mine.find(limit=PAGE)) == PAGE


TRIALS = [
    ("insert", 1, 400),
    ("insert", CALLERS, 4000),
    ("append", 1, 400),
    ("append", CALLERS, 4000),
    ("get", 1, 4000),
    ("get", CALLERS, 4000),
    ("page", 1, 600),
    ("page", CALLERS, 600),
]

TARGETS = [
    ("get", 1, 0.35),
    ("insert", 1, 0.7),
    ("insert", CALLERS, 4.0),
    ("append", 1, 0.7),
    ("append", CALLERS, 4.0),
]


async def play(rounds: int, folder: Path, url: str) -> dict[tuple[str, str, int], list[Figure]]:
    """Let all contestants take turns and return what was measured."""
    bare, lite = Bare(folder / "bare.db"), SqliteStore(folder / "house.db")
    mongo = MongoStore(url, "benchmark", patience=60)
    houses: dict[str, Bare | House] = {"bare sqlite3": bare}
    for name, store, number in (("SqliteStore", lite, 2000), ("MongoStore", mongo, 1100)):
        await store.open((AGENTS, LOG))
        houses[name] = house = House(store)
        await house.fill(number)
    found: dict[tuple[str, str, int], list[Figure]] = {}
    for _ in range(rounds):
        for verb, callers, times in TRIALS:
            for name, house in houses.items():
                scale = 10 if name == "MongoStore" else 1
                one = callers if name != "bare sqlite3" else 1
                figure = await timed(getattr(house, verb), times // scale, one)
                found.setdefault((name, verb, callers), []).append(figure)
    await lite.close()
    await mongo.close()
    bare.db.close()
    return found


def table(found: dict[tuple[str, str, int], list[Figure]]) -> str:
    """Return the medians; a share is this store's throughput over bare sqlite3's, per round."""
    lines = [
        "| what | callers | store | ops/s | CPU us/op | share of bare ops/s | share by CPU |",
        "|---|---|---|---|---|---|---|",
    ]
    for verb, callers, _ in TRIALS:
        for name in ("bare sqlite3", "SqliteStore", "MongoStore"):
            mine, ceiling = found[name, verb, callers], found["bare sqlite3", verb, callers]
            speed, cpu = (statistics.median(part) for part in zip(*mine, strict=True))
            pairs = list(zip(mine, ceiling, strict=True))
            share = statistics.median(a[0] / b[0] for a, b in pairs)
            thrift = statistics.median(b[1] / a[1] for a, b in pairs)
            lines.append(
                f"| {verb} | {callers} | {name} | {speed:,.0f} | {cpu:,.0f}"
                f" | {share:.2f} | {thrift:.2f} |"
            )
    return "\n".join([*lines, "", *verdicts(found)])


def verdicts(found: dict[tuple[str, str, int], list[Figure]]) -> list[str]:
    """Return the targets, and whether they were met."""
    lines: list[str] = []
    for verb, callers, target in TARGETS:
        mine, bare = found["SqliteStore", verb, callers], found["bare sqlite3", verb, callers]
        share = statistics.median(a[0] / b[0] for a, b in zip(mine, bare, strict=True))
        word = "met" if share >= target else "MISSED"
        lines.append(f"- {verb}, {callers} callers: {share:.2f} of bare, target {target}: {word}")
    return lines


def main() -> None:
    """Run nx-27017 as MongoDB's stand-in, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        command = [str(Path(sys.executable).with_name("nx-27017")), "--data-dir", "memory"]
        command += ["--port", str(PORT), "--log-file", f"{name}/log", "--pid-file", f"{name}/pid"]
        with Path(name, "out").open("wb") as out:
            server = subprocess.Popen(command, stdout=out, stderr=out, cwd=name)  # noqa: S603 - ours
        try:
            url = f"mongodb://127.0.0.1:{PORT}"
            print(table(asyncio.run(play(rounds, Path(name), url))))
        finally:
            server.kill()
            server.wait()


if __name__ == "__main__":
    main()
