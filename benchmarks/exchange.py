"""What a file of agents costs, over HTTP: ``python benchmarks/exchange.py [--rounds 5]``.

A table of 5,000 rows in a dry run, and imports of as many as a roster holds, each by a new guest;
and how long others wait meanwhile: ``GET /auth/me``, every 20 ms. The house runs in this process,
on a store in a file, without a socket.
"""

import argparse
import asyncio
import logging
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import structlog
from httpx2 import ASGITransport, AsyncClient

from symposion.adapters.store.sqlite import SqliteStore
from symposion.app import KINDS, create_app
from symposion.context import Ports
from symposion.features.accounts.identity import AccountIdentity
from symposion.features.agents.models import ROSTER_LIMIT
from symposion.main import SystemClock, language_model

KEY = "a key for benchmarks that is long enough"
PATH = "/v1/agents/import"
HEAD = "name,archetype,goal,background,extroversion,optimism,curiosity,cooperativeness,energy"
GOAL = "Find out what the people of the island want, and why."
BACKGROUND = "Grew up on a ship, read whatever came aboard, and never lost the habit. " * 8
INTERVAL = 0.02


def table(rows: int) -> bytes:
    """Return a table of ``rows`` agents of about 700 bytes each."""
    lines = (f'Agent {n},scientist,"{GOAL}","{BACKGROUND}{n}",4,6,9,7,6' for n in range(rows))
    return "\r\n".join((HEAD, *lines)).encode()


async def guest(who: AsyncClient) -> None:
    """Make ``who`` somebody new."""
    reply = (await who.post("/auth/test-login")).json()
    who.headers["Authorization"] = f"Bearer {reply['access_token']}"


async def timed(who: AsyncClient, raw: bytes, query: dict[str, str]) -> tuple[float, float]:
    """Return the seconds of one import, and the longest that anybody else waited meanwhile."""
    waited: list[float] = []

    async def ask() -> None:
        while True:
            began = time.perf_counter()
            await who.get("/auth/me")
            waited.append(time.perf_counter() - began)
            await asyncio.sleep(INTERVAL)

    await guest(who)
    others = asyncio.create_task(ask())
    await asyncio.sleep(INTERVAL)
    began = time.perf_counter()
    answer = await who.post(PATH, content=raw, params=query, headers={"Content-Type": "text/csv"})
    took = time.perf_counter() - began
    others.cancel()
    answer.raise_for_status()
    return took, max(waited)


async def measure(rounds: int, folder: Path) -> None:
    """Print one line for each sort of import."""
    store, clock = SqliteStore(str(folder / "bench.db")), SystemClock()
    await store.open(KINDS)
    identity = AccountIdentity(store, clock, KEY, timedelta(days=1))
    app = create_app(Ports(store, language_model("offline"), identity, clock))
    transport = ASGITransport(app)
    print("rows   query            median s   worst s   others' longest wait, ms")
    async with AsyncClient(transport=transport, base_url="http://house/api") as who:
        for rows, query in ((5_000, {"dry_run": "true"}), (ROSTER_LIMIT, {})):
            raw = table(rows)
            found = [await timed(who, raw, query) for _ in range(rounds)]
            took = [one for one, _ in found]
            print(
                f"{rows:5}  {'dry run' if query else 'import':15}  {statistics.median(took):8.3f}"
                f"  {max(took):8.3f}  {max(wait for _, wait in found) * 1000:8.0f}"
            )
    await store.close()


def main() -> None:
    """Measure in a folder that is gone afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(parser.parse_args().rounds, Path(folder)))


if __name__ == "__main__":
    main()
