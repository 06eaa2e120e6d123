"""Every error is a problem (RFC 9457) that a page can show and that tells nothing it should not."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response
from structlog.testing import capture_logs
from visitors import ORIGIN

from symposion.app import create_app
from symposion.context import Ports
from symposion.web.errors import InvalidRequest
from symposion.web.problems import PROBLEM_LIMIT, problem
from symposion.web.routing import room

ADA = {"name": "Ada", "archetype": "scientist"}
JSON = {"Content-Type": "application/json"}


def is_problem(answer: Response) -> bool:
    """Check the form of a problem; its members are in reliability design R1.1."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "code", "detail", "error", "request_id"} <= set(body)
    assert body["status"] == answer.status_code
    assert body["type"] == f"/problems/{body['code']}"
    assert body["detail"] == body["error"]
    assert isinstance(body["detail"], str)
    assert body["detail"]
    assert "\n" not in body["detail"]
    assert body["request_id"] == answer.headers["x-request-id"]
    assert len(answer.content) <= PROBLEM_LIMIT
    return True


async def test_the_form_of_a_refused_body(ann: AsyncClient):
    refused = await ann.post("/agents", json={"archetype": 7, "x/y~": 1, "goal": "secret" * 500})

    assert is_problem(refused)
    assert refused.status_code == 422
    assert "secret" not in refused.text
    assert {e["pointer"] for e in refused.json()["errors"]} == {
        "#/name", "#/archetype", "#/goal", "#/x~1y~0"
    }  # fmt: skip
    assert refused.json()["detail"].startswith("The request does not fit: name: is required; ")


BODIES = {
    "nan": b'{"name": NaN}',
    "infinity": b'{"name": "a", "archetype": Infinity}',
    "past every float": b'{"name": 1e400}',
    "lone surrogate": b'{"name": "\\ud800", "archetype": "artist"}',
    "lone surrogate as a key": b'{"\\udfff": 1}',
    "surrogate in raw bytes": b'{"name": "\xed\xa0\x80"}',
    "bad utf-8": b'{"name": "\xff"}',
    "nul": b'{"name": "a\\u0000b", "archetype": "artist"}',
    "nul in a key": b'{"a\\u0000b": 1}',
    "integer past 2**53": b'{"personality": 9007199254740993}',
    "huge integer": b'{"personality": %s}' % (b"9" * 5000),
    "deep": b"[" * 40 + b"]" * 40,
    "very deep": b"[" * 100_000,
    "many keys": json.dumps({f"k{n}": 0 for n in range(1001)}).encode(),
    "many values": b"[" + b"0," * 20_000 + b"0]",
    "byte order mark": b"\xef\xbb\xbf{}",
    "utf-16": "{}".encode("utf-16"),
    "cut short": b'{"name": "a"',
    "two values": b"{}{}",
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "nothing": b"",
    "blanks": b"   ",
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_no_client_of_ours_sends_is_422(ann: AsyncClient, name: str):
    refused = await ann.post("/agents", content=BODIES[name], headers=JSON)

    assert refused.status_code == 422
    assert is_problem(refused)
    is_json = name in {"a list", "a number", "null", "nothing"}
    assert refused.json()["code"] == ("invalid-request" if is_json else "invalid-json")
    assert (await ann.get("/agents")).json() == []


async def test_a_body_at_the_limits_is_read(ann: AsyncClient):
    """Each is refused for its fields alone."""
    for body in (
        "[" * 31 + "9007199254740992" + "]" * 31,
        json.dumps({f"k{n}": 0 for n in range(1000)}),
        "[" + "0," * 19_998 + "0]",
        '{"name": "' + "x" * 1_048_564 + '"}',
    ):
        refused = await ann.post("/agents", content=body, headers=JSON)
        assert refused.json()["code"] == "invalid-request", body[:40]


async def test_of_many_faults_twenty_are_told(ann: AsyncClient):
    refused = await ann.post("/agents", json={f"{n}-{'水' * 300}": n for n in range(900)})

    assert is_problem(refused)
    assert 0 < len(refused.json()["errors"]) <= 20


def test_a_problem_that_would_be_too_long_tells_fewer_faults():
    faults = [{"pointer": "#/" + "水" * 150, "detail": "水" * 150}] * 20

    body = problem(InvalidRequest("It does not fit.", errors=faults)).body

    assert len(body) <= PROBLEM_LIMIT
    assert 5 < len(json.loads(bytes(body))["errors"]) < 20


async def test_a_body_that_is_not_json_by_its_own_word_is_422(ann: AsyncClient):
    text = json.dumps(ADA)
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        refused = await ann.post("/agents", content=text, headers={"Content-Type": kind})
        assert (refused.status_code, is_problem(refused)) == (422, True)


async def test_json_is_known_by_its_media_type_however_it_is_written(ann: AsyncClient):
    for kind in ("Application/JSON; charset=utf-8", "application/vnd.api+json"):
        made = await ann.post("/agents", json=ADA, headers={"Content-Type": kind})
        assert made.status_code == 200


async def test_a_body_past_the_limit_is_413_without_being_read(ann: AsyncClient):
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'{"name": "'
        while sent < 64:
            sent += 1
            yield b"x" * 65_536

    streamed = await ann.post("/agents", content=endless(), headers=JSON)
    announced = await ann.post("/agents", content=b"x" * (1024 * 1024 + 1), headers=JSON)

    for refused in (streamed, announced):
        assert (refused.status_code, is_problem(refused)) == (413, True)


async def test_a_stranger_learns_nothing_of_what_a_body_should_be(nobody: AsyncClient):
    for body in BODIES.values():
        refused = await nobody.post("/agents", content=body, headers=JSON)
        assert (refused.status_code, refused.json()["detail"]) == (403, "Not authenticated")


async def test_paths_and_methods_that_do_not_exist_are_problems(ann: AsyncClient):
    nowhere = await ann.get("/nowhere/%00%0a<script>")
    wrong = await ann.put("/agents", json=ADA)

    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "no-such-address")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method-not-allowed")
    assert "GET" in wrong.headers["allow"]
    assert is_problem(nowhere)
    assert is_problem(wrong)
    assert "script" not in nowhere.text


async def test_errors_can_be_read_by_a_page_of_an_allowed_origin(ann: AsyncClient):
    from_page = {"Origin": ORIGIN}
    for answer in (
        await ann.get("/agents", headers=from_page),
        await ann.get("/nowhere", headers=from_page),
        await ann.get("/agents", headers=from_page | {"Authorization": "Bearer x"}),
        await ann.post("/agents", content=b"[", headers=from_page | JSON),
    ):
        assert answer.headers["access-control-allow-origin"] == ORIGIN
    other = await ann.get("/agents", headers={"Origin": "http://evil.example"})
    assert "access-control-allow-origin" not in other.headers


async def test_a_page_may_ask_first_and_another_origin_is_refused(nobody: AsyncClient):
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    allowed = await nobody.options("/agents", headers=asked | {"Origin": ORIGIN})
    refused = await nobody.options("/agents", headers=asked | {"Origin": "http://evil.example"})

    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    assert (refused.status_code, refused.json()["code"]) == (400, "origin-not-allowed")
    assert "access-control-allow-origin" not in refused.headers
    assert is_problem(refused)


@pytest.fixture
def broken(ports: Ports) -> FastAPI:
    """A house with two rooms that fail: before they answer, and in the middle."""
    app = create_app(ports, cors_origins=[ORIGIN])
    rooms = room("/api/v1/broken", "broken")

    @rooms.get("")
    async def fail() -> None:
        raise RuntimeError("the secret cause in /home/somebody")

    app.include_router(rooms)
    return app


async def test_a_fault_of_ours_says_nothing_about_its_cause(broken: FastAPI):
    house = AsyncClient(transport=ASGITransport(broken), base_url="http://house")
    with capture_logs() as lines:
        answer = await house.get("/api/v1/broken", headers={"Origin": ORIGIN})

    assert answer.status_code == 500
    assert is_problem(answer)
    assert answer.json()["code"] == "internal"
    assert "secret" not in answer.text
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert [line["event"] for line in lines] == ["unhandled error", "request"]
    assert lines[-1]["status"] == 500


@pytest.mark.parametrize("given", ["a1b2c3d4", "0190-aa_bb.CC-" + "x" * 40])
async def test_a_sane_request_id_is_kept(nobody: AsyncClient, given: str):
    answer = await nobody.get("/agents", headers={"X-Request-ID": given})

    assert answer.headers["x-request-id"] == answer.json()["request_id"] == given


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "a b c d e f", '"><script>', "a\tbcdefgh"]
)
async def test_an_odd_request_id_is_replaced(nobody: AsyncClient, given: str):
    answer = await nobody.get("/agents", headers={"X-Request-ID": given})

    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 36


async def test_requests_are_logged_with_their_own_id_and_without_what_was_said(ann: AsyncClient):
    with capture_logs() as lines:
        answers = await asyncio.gather(
            *(ann.post("/agents?q=private", json=ADA | {"goal": "private"}) for _ in range(5))
        )

    assert [line["event"] for line in lines] == ["request"] * 5
    assert "private" not in repr(lines)
    assert len({a.headers["x-request-id"] for a in answers}) == 5


async def test_answers_are_nobody_elses_to_keep(ann: AsyncClient):
    answer = await ann.get("/agents")

    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
