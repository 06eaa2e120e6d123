"""Nobody holds a connection by being slow, and nobody needs many (reliability design T10)."""

import asyncio
from collections.abc import Generator
from itertools import repeat
from pathlib import Path

import httpx2
import pytest
from serving import serving
from sockets import End, talk

from symposion.web.protocol import AHEAD_LIMIT

GET = b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n"
LOGIN = b"POST /api/auth/login HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
GREET = b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Generator[int]:
    with serving(tmp_path_factory.mktemp("slow"), {"CONNECTIONS_PER_ADDRESS": "20"}) as found:
        yield found


async def test_whoever_is_slow_is_not_waited_for(port: int):
    """All at once, for each takes ten seconds; the expected answer stands beside each."""
    slow = {
        "says nothing": (b"", repeat(b"", 0), 0),
        "stops in the head": (b"GET /health HTTP/1.1\r\nHost", (), 408),
        "one byte of a head a second": (b"GET / HTTP/1.1\r\nX: ", repeat(b"x"), 408),
        "empty lines for ever": (b"", repeat(b"\r\n"), 0),
        "a second head after an answer": (GET + b"GET /", repeat(b"x"), 200),
        "empty lines after an answer": (GET, repeat(b"\r\n"), 200),
        "a body that does not come": (LOGIN + b"Content-Length: 50\r\n\r\n", (), 408),
        "one byte of a body a second": (
            LOGIN + b"Content-Length: 50\r\n\r\n",
            repeat(b"x"),
            408,
        ),
        "chunks of one byte": (
            LOGIN + b"Transfer-Encoding: chunked\r\n\r\n",
            repeat(b"1\r\nx\r\n"),
            408,
        ),
        "a body that nobody reads": (GREET, repeat(b"x"), 200),
    }
    ends = dict(
        zip(
            slow,
            await asyncio.gather(*(talk(port, first, drip) for first, drip, _ in slow.values())),
            strict=True,
        )
    )

    assert {name: end.status for name, end in ends.items()} == {
        name: status for name, (_, _, status) in slow.items()
    }
    assert {name: end.seconds for name, end in ends.items() if not 4 < end.seconds < 13} == {}
    for end in (ends["stops in the head"], ends["a body that does not come"]):
        assert b"\r\nconnection: close\r\n" in end.said.lower()
        assert b"application/problem+json" in end.said


async def test_a_body_may_take_its_time_if_it_comes(port: int):
    body = b'{"email": "ann@house.example", "password": "' + b"x" * 100 + b'"}'
    head = LOGIN + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)

    end = await talk(port, head, [body[n : n + 20] for n in range(0, len(body), 20)], every=0.3)

    assert end.status == 401


@pytest.mark.parametrize(
    ("first", "piece"),
    [
        (b"GET /health HTTP/1.1\r\nX: ", b"x" * 8192),
        (b"GET /", b"x" * 8192),
        (b"GET /health HTTP/1.1\r\n", b"X: y\r\n" * 1000),
    ],
    ids=["one header", "the address", "many headers"],
)
async def test_a_head_that_does_not_end_is_refused(port: int, first: bytes, piece: bytes):
    end = await talk(port, first, repeat(piece, 12), every=0.02)

    assert end.status == 431
    assert end.seconds < 5


@pytest.mark.parametrize(
    "piece", [b"X: " + b"y" * 8000 + b"\r\n", b"x" * 8192], ids=["headers", "one header"]
)
async def test_what_follows_a_chunked_body_does_not_fill_the_memory(port: int, piece: bytes):
    first = LOGIN + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: "

    end = await talk(port, first, repeat(piece, 100), every=0.01)

    assert end.seconds < 5


async def test_a_flood_of_requests_written_ahead_is_cut(port: int):
    few = await talk(
        port, GET * AHEAD_LIMIT + GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    )
    many = await talk(port, GET * 5000)

    assert few.said.count(b"HTTP/1.1 200") == AHEAD_LIMIT + 1
    assert many.said.count(b"HTTP/1.1 200") <= 2 * AHEAD_LIMIT


async def test_those_who_wait_longest_make_room(port: int):
    silent = [asyncio.create_task(talk(port, b"GET / HT")) for _ in range(60)]
    await asyncio.sleep(1)
    gone = sum(task.done() for task in silent)
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as honest:
        answers = [await honest.get("/health") for _ in range(5)]

    assert gone == 40
    assert [a.status_code for a in answers] == [200] * 5
    await leave(silent)


async def test_those_whose_bodies_do_not_come_make_room(port: int):
    head = LOGIN + b"Content-Length: 50\r\n\r\n{"
    slow = [asyncio.create_task(talk(port, head)) for _ in range(30)]
    await asyncio.sleep(1)
    gone = sum(task.done() for task in slow)
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as honest:
        answers = [await honest.get("/health") for _ in range(5)]

    assert gone == 10
    assert [a.status_code for a in answers] == [200] * 5
    await leave(slow)


async def test_an_address_whose_connections_are_all_served_gets_no_more(port: int):
    """Until those who do not read what they asked for are given up."""
    writers: list[asyncio.StreamWriter] = []
    for _ in range(20):
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=2)
        writer.write(GET.replace(b"/health", b"/docs/swagger-ui-bundle.js") * 8)
        writers.append(writer)
    await asyncio.sleep(1)
    refused = await talk(port, GET)
    await asyncio.sleep(12)
    again = await talk(port, GET)
    for writer in writers:
        writer.transport.abort()

    assert refused.status in {0, 429}
    assert refused.seconds < 3
    assert again.status == 200


async def test_proxies_that_are_trusted_may_have_many(tmp_path: Path):
    settings = {"CONNECTIONS_PER_ADDRESS": "5", "TRUSTED_PROXIES": "127.0.0.1"}
    with serving(tmp_path, settings) as port:
        silent = [asyncio.create_task(talk(port, b"GET / HT")) for _ in range(20)]
        await asyncio.sleep(1)
        assert not any(task.done() for task in silent)
        await leave(silent)


async def leave(tasks: list[asyncio.Task[End]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "gunicorn", "-k", "symposion.web.worker.Worker", "-b", "127.0.0.1:PORT"],
        ["-m", "uvicorn", "--http", "symposion.web.protocol:HardProtocol", "--port", "PORT"],
    ],
    ids=["gunicorn", "uvicorn"],
)
async def test_other_ways_to_start_the_server_have_the_same_shell(
    tmp_path: Path, command: list[str]
):
    """The limit of connections shows that the protocol is ours and knows the settings."""
    root = str(Path(__file__).parents[2])
    settings = {"CONNECTIONS_PER_ADDRESS": "5", "PYTHONPATH": root}
    with serving(tmp_path, settings, [*command, "server:app"]) as port:
        assert (await talk(port, GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))).status
        silent = [asyncio.create_task(talk(port, b"GET / HT")) for _ in range(9)]
        await asyncio.sleep(1)
        assert sum(task.done() for task in silent) == 4
        await leave(silent)
