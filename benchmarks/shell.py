"""What the shell holds: ``PYTHONPATH=tests:tests/security python benchmarks/shell.py``.

Each attack meets a ``symposion serve`` of its own, from a process of its own; meanwhile an honest
client of the same address asks for ``/health`` twenty times a second on one connection. At last
every body of the corpus (`tests/security/raw_bodies.py`) is sent to every operation that takes one
and hashes no password, which is slow on purpose; the slowest is told.
"""

import asyncio
import re
import resource
import sys
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from itertools import repeat
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
from raw_bodies import bodies
from serving import running
from sockets import End, talk
from test_bodies import TAKE_JSON, fields

from symposion.policy import POLICIES

GET = b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n"
POST = b"POST /api/auth/login HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
MEGABYTE = 2**20
WAIT = 60.0
HEALTH = "health p50 / p99 / max"
UNLIMITED = {
    "RATES": ", ".join(f"{p}=1000000/60" for p in ("login", "reads", "writes", "spending"))
}


async def flood(port: int, *, chunked: bool) -> list[End]:
    """Send 200 MB as fast as they are taken."""
    length = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % (200 * MEGABYTE)
    piece = b"x" * MEGABYTE
    pieces = repeat(b"100000\r\n" + piece + b"\r\n" if chunked else piece, 200)
    return [await talk(port, POST + length + b"\r\n\r\n", pieces, every=0, wait=WAIT)]


async def long_list(port: int, count: int = 1) -> list[End]:
    """Send lists of 200,000 numbers at once."""
    body = b"[" + b"1," * 199_999 + b"1]"
    raw = POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    return await asyncio.gather(*(talk(port, raw, wait=WAIT) for _ in range(count)))


async def many(port: int, count: int, first: bytes, piece: bytes = b"") -> list[End]:
    """Open ``count`` connections, send ``first`` on each, and a ``piece`` each second."""
    drip = repeat(piece) if piece else ()
    return await asyncio.gather(*(talk(port, first, drip, wait=WAIT) for _ in range(count)))


async def deaf(port: int, count: int) -> list[End]:
    """Ask for much on each of ``count`` connections and read nothing of it."""
    loop = asyncio.get_running_loop()

    async def one() -> End:
        began = loop.time()
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2)
        for _ in range(4):
            writer.write(GET.replace(b"/health", b"/docs/swagger-ui-bundle.js"))
        while not writer.transport.is_closing() and loop.time() < began + WAIT:
            await asyncio.sleep(0.25)
            writer.write(b"\r\n")  # only who writes learns that nobody is there any more
        del reader
        gone = loop.time() - began
        return End(b"", gone, gone)

    return await asyncio.gather(*(one() for _ in range(count)))


ATTACKS: dict[str, Callable[[int], Coroutine[Any, Any, list[End]]]] = {
    "200 MB with its length told": lambda port: flood(port, chunked=False),
    "200 MB in chunks": lambda port: flood(port, chunked=True),
    "a list of 200,000 items": long_list,
    "20 of them at once": lambda port: long_list(port, 20),
    "900 heads half open": lambda port: many(port, 900, GET[:20]),
    "2,000 heads half open": lambda port: many(port, 2000, GET[:20]),
    "200 silent connections": lambda port: many(port, 200, b""),
    "200 bodies of 1 B/s": lambda port: many(
        port, 200, POST + b"Content-Length: 500\r\n\r\n", b"x"
    ),
    "90 bodies of 1 B/s": lambda port: many(port, 90, POST + b"Content-Length: 500\r\n\r\n", b"x"),
    "90 clients that do not read": lambda port: deaf(port, 90),
}


def attack(name: str, port: int) -> list[End]:
    """Run one of `ATTACKS` in this process."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 20_000), most))
    return asyncio.run(ATTACKS[name](port))


async def honest(port: int, until: asyncio.Future[Any]) -> AsyncGenerator[float]:
    """Yield the seconds that ``/health`` takes, again and again; a lost connection is reopened."""
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        while not until.done():
            began = time.perf_counter()
            try:
                answer = await client.get("/health")
            except httpx2.TransportError:
                answer = await client.get("/health")  # as a browser does
            answer.raise_for_status()
            yield time.perf_counter() - began
            await asyncio.sleep(0.05)


def peak_of(pid: int) -> int:
    """Return the most MiB that the process ``pid`` ever held."""
    told = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", told)[0]) // 1024


async def measured(name: str, pool: ProcessPoolExecutor) -> str:
    """Return the row of one attack."""
    with TemporaryDirectory() as folder, running(Path(folder), UNLIMITED) as (port, pid):
        attacking = asyncio.get_running_loop().run_in_executor(pool, attack, name, port)
        took = [seconds async for seconds in honest(port, attacking)]
        ends = await attacking
        peak = peak_of(pid)
    told = ", ".join(str(status) for status in sorted({end.status for end in ends}))
    last = max(end.seconds for end in ends)
    first = max(end.told for end in ends)
    hundredths = quantiles([*took, *took], n=100, method="inclusive")
    health = " / ".join(f"{1000 * s:.0f}" for s in (hundredths[49], hundredths[98], max(took)))
    return f"| {name} | {told} | {first:.1f} s | {last:.1f} s | {peak} MiB | {health} ms |"


def slowest() -> tuple[float, str, int]:
    """Return seconds and name of the slowest body of the corpus, and how many were sent."""
    found, sent = (0.0, ""), 0
    with (
        TemporaryDirectory() as folder,
        running(Path(folder), UNLIMITED) as (port, _),
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        token = client.post("/api/auth/test-login").json()["access_token"]
        signed = (b"authorization", f"Bearer {token}".encode())
        for operation in (o for o in TAKE_JSON if POLICIES[o.row].spends != "bcrypt"):
            path = operation.path.replace("{", "").replace("}", "")
            for name, body, headers in bodies(fields(operation)):
                raw = [signed, *((k.encode(), v.encode()) for k, v in headers.items())]
                began = time.perf_counter()
                with suppress(httpx2.LocalProtocolError):  # this client refuses to send it
                    client.request(operation.method, path, content=body, headers=raw)
                found = max(found, (time.perf_counter() - began, f"{operation}: {name}"))
                sent += 1
    return *found, sent


async def main() -> None:
    """Print one row an attack, and the slowest body."""
    columns = ("attack", "answers", "told after", "closed after", "peak RSS", HEALTH)
    sys.stdout.write(f"| {' | '.join(columns)} |\n")
    sys.stdout.write("|---|---|---|---|---|---|\n")
    with ProcessPoolExecutor(1) as pool:
        for name in ATTACKS:
            sys.stdout.write(await measured(name, pool) + "\n")
            sys.stdout.flush()
    seconds, name, sent = slowest()
    sys.stdout.write(f"\nSlowest of {sent:,} bodies: {1000 * seconds:.0f} ms, {name}\n")


if __name__ == "__main__":
    asyncio.run(main())
