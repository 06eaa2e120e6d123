"""CPU and memory of one turn of the engine, beside a minimal engine measured in the same run.

    python benchmarks/engine.py [rounds]

CPU is process time with the model's own taken off. Both engines get the same replies of 60 words:
half of them stop words, the rest drawn from 3,000 words by Zipf's law.
"""

import asyncio
import sys
import tracemalloc
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from statistics import median
from time import process_time

from floor_engine import FloorEngine

from symposion.engine import drive as driving
from symposion.engine.chance import Chance
from symposion.engine.lexicon import lexicon
from symposion.engine.memory_log import MemoryLog
from symposion.engine.persona import Agent, Archetype
from symposion.engine.room import Room
from symposion.engine.scenario import Scenario
from symposion.engine.settings import EngineSettings
from symposion.ports.language import ModelCard, Price, Reply, Request

WORDS = 60
AROUND = 20
"""Turns over which the CPU at one turn is averaged."""
POINTS = ((5, 10), (5, 100), (5, 1000), (3, 100), (10, 100), (50, 100))
_SYLLABLES = tuple(c + v for v in "aeiou" for c in "bdglmnprstvz")


def replies(count: int) -> list[str]:
    """Return ``count`` different replies of `WORDS` words in sentences of 12."""
    chance = Chance("replies")
    small = sorted(lexicon("en").stop)
    n = len(_SYLLABLES)
    rare = [_SYLLABLES[i % n] + _SYLLABLES[i // n % n] + _SYLLABLES[i * 7 % n] for i in range(3000)]
    found: list[str] = []
    for reply in range(count):
        words = [
            chance.pick(small, reply, w)
            if w % 2
            else rare[int(3000 ** chance.number("rank", reply, w)) - 1]
            for w in range(WORDS)
        ]
        parts = (" ".join(words[i : i + 12]).capitalize() for i in range(0, WORDS, 12))
        found.append(". ".join(parts) + ".")
    return found


class Stub:
    """A model that answers at once with ready replies and counts the CPU it used itself."""

    def __init__(self, ready: list[str]) -> None:
        self.card = ModelCard("stub", "stub", Price(100_000, 400_000), simulated=True)
        self.spent = 0.0
        self._ready = ready
        self._next = 0

    def write(self, _: str) -> str:
        """Return the next reply."""
        self._next += 1
        return self._ready[self._next % len(self._ready)]

    async def reply(self, request: Request) -> Reply:
        """Answer with the next reply."""
        began = process_time()
        found = Reply(self.write(request.key), 900, 80, "stop", "stub")
        self.spent += process_time() - began
        return found

    async def check(self) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""


class Clock:
    """A clock that stands still."""

    def now(self) -> datetime:
        """Return one moment."""
        return datetime(2030, 1, 1, tzinfo=UTC)


async def _no_sleep(_: float) -> None:
    return


def cast_of(size: int) -> list[Agent]:
    """Return ``size`` agents with goals, fields and memories."""
    tempers = tuple(Archetype)
    return [
        Agent(
            name=f"Speaker{chr(97 + i // 26)}{chr(97 + i % 26)}",
            archetype=tempers[i % len(tempers)],
            goal="keep the market square safe for children and open for deliveries",
            expertise="bus routes, road safety, planning law",
            background="Worked for ten years at the town hall. Lives beside the square.",
            memories=tuple(f"Counted {40 + m} lorries on market day {m}." for m in range(8)),
        )
        for i in range(size)
    ]


SCENARIO = Scenario(
    name="The market square",
    text="The town may close its market square to cars from 1 May. It costs 40000 euros.",
    issues=("Should the square be closed to cars?", "Who pays?", "When do deliveries come?"),
)


async def _turns(outside: driving.Outside, room: Room) -> AsyncGenerator[int]:
    """Drive ``room`` for good; yield the number of each turn once all that follows is in."""
    number = 0
    while not room.ended:
        async for event in driving.drive(outside, room):
            if event.type == "turn.planned" and number:
                yield number
            if event.type == "turn.committed":
                number = event.payload["number"]


async def ours(size: int, at: int, ready: list[str]) -> float:
    """Return CPU milliseconds per turn of our engine around turn ``at`` with ``size`` agents."""
    model = Stub(ready)
    outside = driving.Outside(MemoryLog(), model, Clock(), _no_sleep)
    settings = EngineSettings(turns=100_000)
    room = await driving.found(outside, "run", cast_of(size), SCENARIO, seed="s", settings=settings)
    first, began, turns = max(1, at - AROUND // 2), 0.0, 0
    async for number in _turns(outside, room):
        if number >= first and not turns:
            turns, began = number, process_time() - model.spent
        if number >= first + AROUND:
            return 1000 * (process_time() - model.spent - began) / (number - turns)
    raise RuntimeError(f"The run ended at turn {room.turns}: {room.ended}.")


def floor(size: int, at: int, ready: list[str]) -> float:
    """Return CPU milliseconds per turn of the floor engine around turn ``at``."""
    engine = FloorEngine([agent.name for agent in cast_of(size)], Stub(ready).write)
    for _ in range(max(0, at - AROUND // 2)):
        engine.turn()
    began = process_time()
    for _ in range(AROUND):
        engine.turn()
    return 1000 * (process_time() - began) / AROUND


async def memory_of_a_room(turns: int, ready: list[str]) -> float:
    """Return the MB that a room of 5 takes after ``turns`` turns, its log left out."""
    outside = driving.Outside(MemoryLog(), Stub(ready), Clock(), _no_sleep)
    settings = EngineSettings(turns=turns)
    room = await driving.found(outside, "run", cast_of(5), SCENARIO, seed="s", settings=settings)
    async for _ in driving.drive(outside, room):
        pass
    events = await outside.log.read()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    again = await driving.resume(
        driving.Outside(MemoryLog(events), Stub(ready), Clock(), _no_sleep)
    )
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert again is not None
    assert again.turns == turns
    return (after - before) / 1e6


def main(rounds: int) -> None:
    """Measure every point in every round, print the table of medians."""
    ready = replies(2500)
    found: dict[tuple[int, int], list[tuple[float, float]]] = {point: [] for point in POINTS}
    for _ in range(rounds):
        for size, at in POINTS:
            pair = (asyncio.run(ours(size, at, ready)), floor(size, at, ready))
            found[size, at].append(pair)
    print("| agents | turn | ours, CPU ms | floor, CPU ms | ratio |\n|---|---|---|---|---|")
    for (size, at), pairs in found.items():
        we, they = (median(column) for column in zip(*pairs, strict=True))
        print(f"| {size} | {at:,} | {we:.2f} | {they:.2f} | {we / they:.0f} |")
    print(f"\nroom of 5 after 1,000 turns: {asyncio.run(memory_of_a_room(1000, ready)):.2f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
