"""What signing in tells and costs, over HTTP: ``python benchmarks/login.py [--pairs 200]``.

Does the time of a refused sign-in tell whether an address is registered? Pairs of refusals, one
for a known address and one for an unknown one, in random order; the gap of their medians, and how
likely a gap as large is by chance (Wilcoxon's signed-rank test on the pairs). And how long do
others wait while people sign in four times a second: ``GET /auth/me``, every 50 ms.

The server is a process of its own, as ``symposion serve`` runs it, with passwords hashed at the
cost of production; the client shares its cores.
"""

import argparse
import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import httpx2

SERVE = "from symposion.cli import main; main()"
KNOWN = {"email": "known@example.com", "password": "correct horse battery"}
LOGINS_A_SECOND = 4
INTERVAL = 0.05
WARMING = 3
"""Pairs that are not counted: the first are slower, whoever asks."""


@contextmanager
def served() -> Generator[str]:
    """Run the server on a free port until the end of the block; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(  # noqa: S603 - our own server
            [sys.executable, "-c", SERVE, "serve", "--port", str(port)],
            cwd=folder,
            env=os.environ | {"HOST": "127.0.0.1", "MODEL": "offline", "RATE_LIMITS": "off"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _ready(f"http://127.0.0.1:{port}")
        finally:
            process.kill()
            process.wait()


def _ready(address: str) -> str:
    for _ in range(200):
        try:
            httpx2.get(f"{address}/health")
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return address
    raise SystemExit("the server does not start")


def refusals(who: httpx2.Client, pairs: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of refused sign-ins, known and unknown address in turns."""
    chance = random.Random(1)  # noqa: S311 - an order, no secret
    spent: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(pairs + WARMING):
        order = list(spent)
        chance.shuffle(order)
        for name in order:
            wrong = {"email": f"{name}@example.com", "password": "not this one"}
            began = time.perf_counter()
            answer = who.post("/api/auth/login", json=wrong)
            if number >= WARMING:
                spent[name].append((time.perf_counter() - began) * 1000)
            if answer.status_code != HTTPStatus.UNAUTHORIZED:
                raise SystemExit(answer.text)
    return spent["known"], spent["unknown"]


def signed_rank(one: Sequence[float], other: Sequence[float]) -> float:
    """Return Wilcoxon's two-sided p for pairs, by the normal approximation: 20 pairs or more."""
    gaps = sorted((a - b for a, b in zip(one, other, strict=True) if a != b), key=abs)
    n = len(gaps)
    ranks = sum(rank for rank, gap in enumerate(gaps, 1) if gap > 0)
    spread = (n * (n + 1) * (2 * n + 1) / 24) ** 0.5
    z = abs(ranks - n * (n + 1) / 4) / spread
    return 2 * (1 - statistics.NormalDist().cdf(z))


async def waits(
    address: str, token: str, seconds: float, logins: int
) -> tuple[list[float], list[int]]:
    """Return the milliseconds of ``GET /auth/me`` while others sign in ``logins`` times a second.

    And how those were answered: 503 is for whom the queue of the hasher was full.

    Everybody has a connection of their own, and nobody waits for an answer before asking again.
    """
    limits = httpx2.Limits(max_connections=100)
    async with (
        httpx2.AsyncClient(base_url=address, timeout=60, limits=limits) as crowd,
        httpx2.AsyncClient(base_url=address, timeout=60) as other,
    ):
        crowding = [
            asyncio.create_task(_later(crowd, number / logins))
            for number in range(int(seconds * logins))
        ]
        found: list[float] = []
        bearer = {"Authorization": f"Bearer {token}"}
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            (await other.get("/api/auth/me", headers=bearer)).raise_for_status()
            found.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(max(0.0, INTERVAL - (time.perf_counter() - began)))
        answers = [answer.status_code for answer in await asyncio.gather(*crowding)]
    return found, answers


async def _later(crowd: httpx2.AsyncClient, seconds: float) -> httpx2.Response:
    await asyncio.sleep(seconds)
    return await crowd.post("/api/auth/login", json=KNOWN)


def told(times: list[float]) -> str:
    """Return the median and the 99th of a hundred, in milliseconds."""
    ninety_ninth = statistics.quantiles(times, n=100)[98]
    return f"p50 {statistics.median(times):6.1f} ms   p99 {ninety_ninth:6.1f} ms   n {len(times)}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30)
    asked = parser.parse_args()
    with served() as address, httpx2.Client(base_url=address, timeout=60) as who:
        made: dict[str, Any] = who.post("/api/auth/register", json=KNOWN | {"name": "Known"}).json()
        known, unknown = refusals(who, asked.pairs)
        one, other = statistics.median(known), statistics.median(unknown)
        print(f"refused, known address    p50 {one:6.1f} ms   n {len(known)}")
        print(f"refused, unknown address  p50 {other:6.1f} ms   n {len(unknown)}")
        print(f"gap of the medians        {(one - other) / other:+.2%}", end="   ")
        print(f"signed-rank p {signed_rank(known, unknown):.3f}")
        for logins in (0, LOGINS_A_SECOND):
            found, answers = asyncio.run(
                waits(address, made["access_token"], asked.seconds, logins)
            )
            served_too = f"{answers.count(HTTPStatus.OK)} of {len(answers)} signed in"
            print(f"GET /auth/me beside {logins} sign-ins a second   {told(found)}   {served_too}")


if __name__ == "__main__":
    main()
