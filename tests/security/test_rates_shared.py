"""Limits that several processes share in Redis, and what happens while it is away (R5, F10)."""

import asyncio
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest
import structlog
from redis_server import RedisServer
from serving import free_port, serving

from symposion.adapters.counters import DEADLINE, PAUSE, RedisCounters


@pytest.fixture
def redis(tmp_path: Path) -> Generator[RedisServer]:
    with RedisServer(tmp_path) as found:
        yield found


@pytest.fixture
async def counters(redis: RedisServer) -> AsyncGenerator[RedisCounters]:
    found = RedisCounters(redis.url)
    await found.open()
    yield found
    await found.close()


async def admitted(counters: RedisCounters, times: int, amount: int = 5, seconds: int = 60) -> int:
    return sum([(await counters.take("b", amount, seconds)).admitted for _ in range(times)])


async def until_shared(counters: RedisCounters) -> None:
    """Ask now and then until Redis is asked again."""
    async with asyncio.timeout(10):
        while counters._away:
            await counters.take("other", 1000, 60)
            await asyncio.sleep(PAUSE / 10)


async def test_two_processes_draw_on_one_bucket(redis: RedisServer, counters: RedisCounters):
    other = RedisCounters(redis.url)
    found = await asyncio.gather(*(c.take("b", 50, 60) for c in (counters, other) * 40))
    last = await other.take("b", 50, 60)
    await other.close()

    assert sum(taken.admitted for taken in found) == 50
    assert (last.admitted, last.remaining) == (False, 0)
    assert 58 < last.reset <= 60


async def test_after_the_time_that_was_told_one_may_ask_again(counters: RedisCounters):
    assert await admitted(counters, 3, amount=2, seconds=1) == 2
    refused = await counters.take("b", 2, 1)
    await asyncio.sleep(refused.reset + 0.01)

    assert (await counters.take("b", 2, 1)).admitted


async def test_without_redis_each_process_counts_as_many_and_says_so_once(
    redis: RedisServer, counters: RedisCounters
):
    assert await admitted(counters, 3) == 3
    with structlog.testing.capture_logs() as lines:
        redis.kill()
        assert await admitted(counters, 12) == 5
        await asyncio.sleep(PAUSE)
        assert await admitted(counters, 3) == 0
        redis.start()
        await until_shared(counters)
        assert await admitted(counters, 12) == 5

    assert [line["log_level"] for line in lines] == ["warning", "info"]
    assert redis.url not in str(lines)


async def test_a_redis_that_does_not_answer_holds_up_one_request_a_second(
    redis: RedisServer, counters: RedisCounters
):
    redis.freeze()
    began = time.monotonic()
    assert await admitted(counters, 50) == 5
    spent = time.monotonic() - began
    redis.thaw()
    await until_shared(counters)

    assert DEADLINE <= spent < PAUSE
    assert await admitted(counters, 12) == 5


async def test_a_wrong_password_is_an_outage(redis: RedisServer):
    counters = RedisCounters(redis.url.replace("//", "//user:secret@"))
    with structlog.testing.capture_logs() as lines:
        await counters.open()
        assert await admitted(counters, 12) == 5
    await counters.close()

    assert [line["log_level"] for line in lines] == ["warning"]
    assert "secret" not in str(lines)


def logins(ports: list[int], times: int) -> list[int]:
    """Sign in with nonsense at each of ``ports`` in turn, from an address that is made up."""
    found: list[int] = []
    with ExitStack() as stack:
        clients = [
            stack.enter_context(httpx2.Client(base_url=f"http://127.0.0.1:{port}/api", timeout=30))
            for port in ports
        ]
        for number in range(times):
            forged = {"X-Forwarded-For": f"198.51.100.{number}"}
            body = {"email": f"n{number}@house.example"}
            client = clients[number % len(clients)]
            found.append(client.post("/auth/login", json=body, headers=forged).status_code)
    return found


def test_two_servers_on_one_redis_let_in_as_many_as_one(redis: RedisServer, tmp_path: Path):
    with ExitStack() as stack:
        ports: list[int] = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            ports.append(
                stack.enter_context(
                    serving(tmp_path / name, {"REDIS_URL": redis.url, "RATES": "login=12/60"})
                )
            )
        shared = logins(ports, 30)
        redis.kill()
        alone = logins(ports, 60)

    assert shared.count(422) == 12
    assert shared.count(429) == 18
    assert alone.count(422) == 24
    assert alone.count(429) == 36


def test_a_server_starts_without_its_redis_and_says_so(tmp_path: Path):
    url = f"redis://:secret@127.0.0.1:{free_port()}/0"
    with serving(tmp_path, {"REDIS_URL": url, "RATES": "login=4/60"}) as port:
        assert logins([port], 8) == [422] * 4 + [429] * 4

    log = (tmp_path / "server.log").read_text()
    assert "limits are counted by each process: no Redis" in log
    assert "secret" not in log


def test_two_processes_without_redis_count_each_for_itself(tmp_path: Path):
    with ExitStack() as stack:
        ports: list[int] = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            ports.append(stack.enter_context(serving(tmp_path / name, {"RATES": "login=4/60"})))
        assert logins(ports, 20).count(422) == 8
