"""How fast a search is: ``python benchmarks/search.py [--agents 5000] [--rounds 200]``.

One user with so many agents of about 600 bytes in a store on disk, and the 240 of the library, in
one process without HTTP. Queries take turns: a name, a role, two words, a beginning that is found
often, and one that is found nowhere. The first search, and the first after a change, make the
index.
"""

import argparse
import asyncio
import random
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from symposion.adapters.store.sqlite import SqliteStore
from symposion.app import KINDS
from symposion.context import Context, Ports
from symposion.engine.persona import Archetype, Traits
from symposion.features.accounts.identity import AccountIdentity
from symposion.features.agents.models import AGENTS, Agent
from symposion.features.catalogue.searching import search
from symposion.features.catalogue.shelf import shelf
from symposion.main import SystemClock, language_model
from symposion.ports.identity import Actor

QUERIES = (
    "Adewale",
    "nurse",
    "night care",
    "s",
    "farmer who",
    "qqqq",
    "łódź",
    "union contract pay",
)


def somebody(ctx: Context, chance: random.Random) -> Agent:
    """Return an agent put together from people of the library."""
    people = list(shelf().agents.values())
    a, b, c = chance.sample(people, 3)
    return Agent(
        **ctx.owned,
        name=f"{a.name.split()[0]} {b.name.split()[-1]}",
        archetype=chance.choice(list(Archetype)),
        personality=Traits.of(a.archetype),
        role=c.role,
        goal=a.goal,
        expertise=b.expertise,
        background=c.background,
    )


async def timed(ctx: Context, query: str) -> tuple[float, float]:
    """Return the milliseconds that one search takes, by the clock and of this process's CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    await search(ctx, query)
    return (time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3


async def main(agents: int, rounds: int) -> None:
    """Print the table."""
    chance = random.Random(7)  # noqa: S311 - for made-up agents
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(str(Path(folder) / "bench.db"))
        await store.open(KINDS)
        clock = SystemClock()
        identity = AccountIdentity(store, clock, "x" * 32, timedelta(days=1))
        ctx = Context(Actor("u", "t"), Ports(store, language_model("offline"), identity, clock))
        began = time.perf_counter()
        shelf()
        loaded = (time.perf_counter() - began) * 1e3
        await asyncio.gather(
            *(ctx.own(AGENTS).insert(somebody(ctx, chance)) for _ in range(agents))
        )
        first, _ = await timed(ctx, "nurse")
        print(f"library read once {loaded:.0f} ms; first search over {agents} own {first:.0f} ms")
        print("| query | hits | p50 ms | p95 ms | CPU p50 ms | CPU p95 ms |")
        print("|---|---|---|---|---|---|")
        everything: list[tuple[float, float]] = []
        for query in QUERIES:
            hits = (await search(ctx, query)).total
            times = [await timed(ctx, query) for _ in range(rounds)]
            everything += times
            print(f"| `{query}` | {hits} | {told(times)} |")
        print(f"| all | | {told(everything)} |")
        await store.close()


def told(times: list[tuple[float, float]]) -> str:
    """Return median and 95th percentile, by the clock and of CPU."""
    figures: list[str] = []
    for kind in zip(*times, strict=True):
        ordered = sorted(kind)
        figures += [f"{ordered[int(len(ordered) * share)]:.1f}" for share in (0.5, 0.95)]
    return " | ".join(figures)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=200)
    asked = parser.parse_args()
    asyncio.run(main(asked.agents, asked.rounds))
