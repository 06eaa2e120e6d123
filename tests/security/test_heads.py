"""What every answer says to browsers, and what no request may be: heads, queries, ids."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from matrix import house
from probe import PROBE, router
from visitors import ORIGIN, client

from symposion.app import create_app
from symposion.core.documents import new_id
from symposion.policy import POLICIES
from symposion.web.gate import Gate
from symposion.web.middleware import HEADERS_LIMIT, QUERY_LIMIT
from symposion.web.policy import Policy
from symposion.web.rates import READS
from symposion.web.routing import room

SAFE = {
    "cache-control": "private, no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def is_safe(answer: Response) -> bool:
    return {name: answer.headers.get(name) for name in SAFE} == SAFE


async def test_every_answer_has_the_headers_that_keep_browsers_out_of_trouble(
    ann: AsyncClient, nobody: AsyncClient
):
    preflight = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    answers = {
        200: await ann.get("/agents"),
        403: await nobody.get("/agents"),
        401: await nobody.get("/agents", headers={"Authorization": "Bearer x"}),
        404: await nobody.get("/nowhere"),
        405: await nobody.put("/agents"),
        413: await ann.post("/agents", content=b"x" * 1_048_577),
        414: await nobody.get("/agents?q=" + "x" * QUERY_LIMIT),
        422: await ann.post("/agents", json={}),
        431: await nobody.get("/agents", headers={"X-Long": "x" * HEADERS_LIMIT}),
    }

    assert {status: answer.status_code for status, answer in answers.items()} == {
        status: status for status in answers
    }
    assert [status for status, answer in answers.items() if not is_safe(answer)] == []
    assert is_safe(await nobody.options("/agents", headers=preflight))
    assert is_safe(await nobody.options("/agents", headers=preflight | {"Origin": "http://e.x"}))
    assert is_safe(await nobody.get("http://house/openapi.json"))


async def test_a_fault_of_ours_is_as_safe(app: FastAPI, nobody: AsyncClient):
    gate = app.state.gate
    try:
        app.state.gate = None
        assert is_safe(broken := await nobody.get("/agents"))
    finally:
        app.state.gate = gate
    assert broken.status_code == 500


async def test_the_documentation_may_run_its_own_scripts_and_no_others(nobody: AsyncClient):
    page = await nobody.get("http://house/docs")

    policy = page.headers["content-security-policy"]
    (inline,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    (loaded,) = re.findall(r'<script src="(.*?)">', page.text)
    digest = b64encode(sha256(inline.encode()).digest()).decode()
    scripts = re.findall(r"script-src ([^;]*)", policy)[0].split()
    assert f"'sha256-{digest}'" in scripts
    assert "'unsafe-inline'" not in scripts
    assert scripts[0] == "'self'"
    assert "//" not in policy
    assert "//" not in loaded
    assert "frame-ancestors 'none'" in policy
    assert "url: 'openapi.json'" in inline
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("tag", [r'<script src="(.*?)">', r'<link type="text/css".* href="(.*?)">'])
async def test_the_documentation_needs_no_network(nobody: AsyncClient, tag: str):
    page = await nobody.get("http://house/docs")
    (place,) = re.findall(tag, page.text)

    file = await nobody.get(f"http://house/{place}")

    assert file.status_code == 200
    assert len(file.content) > 100_000
    assert file.headers["content-type"].startswith(("text/javascript", "text/css"))


async def test_a_house_without_documentation_has_nothing_there():
    async with client(create_app(docs=False)) as nobody:
        missing = await nobody.get("http://house/nowhere")
        for path in ("docs", "docs/swagger-ui.css", "openapi.json", "redoc"):
            answer = await nobody.get(f"http://house/{path}")
            assert answer.status_code == 404
            assert answer.json()["code"] == missing.json()["code"] == "no-such-address"


async def test_queries_and_headers_at_the_limit_are_read(nobody: AsyncClient):
    asked = nobody.build_request("GET", "http://house/health?" + "q" * QUERY_LIMIT)
    room = HEADERS_LIMIT - sum(len(k) + len(v) for k, v in asked.headers.raw)
    asked.headers["x"] = "y" * (room - 1)

    assert (await nobody.send(asked)).status_code == 200
    asked.headers["x"] += "y"
    assert (await nobody.send(asked)).status_code == 431
    longer = await nobody.get("http://house/health?" + "q" * (QUERY_LIMIT + 1))
    assert (longer.status_code, longer.json()["code"]) == (414, "query-too-long")


@pytest.fixture
def probed() -> FastAPI:
    app = create_app(gate=Gate({**POLICIES, **PROBE}))
    app.include_router(router, prefix="/api")
    return app


async def test_an_id_that_is_too_long_is_one_that_does_not_exist(probed: FastAPI):
    async with house(probed) as home:
        odd = ["x" * 64, "x" * 65, "x" * 4000, "%00", "..%2e", "%F0%9F%92%A9", "'; DROP TABLE--"]
        missing = await home.owner.get(f"/notes/{new_id()}")
        for name in odd:
            for method in ("GET", "DELETE"):
                answer = await home.owner.request(method, f"/notes/{name}")
                assert answer.status_code == 404, name
                assert answer.json()["detail"] == missing.json()["detail"], name
        assert (await home.strangers["nobody"].get("/notes/" + "x" * 65)).status_code == 403


async def echo(name: str) -> str:
    return name


async def test_an_id_has_an_end_even_where_nobody_looks_it_up():
    app = create_app(gate=Gate({("GET", "/echo/{name}"): Policy((READS,), public=True)}))
    rooms = room("/echo", "echo")
    rooms.get("/{name}")(echo)
    app.include_router(rooms, prefix="/api")
    async with client(app) as nobody:
        assert (await nobody.get("/echo/" + "x" * 64)).status_code == 200
        assert (await nobody.get("/echo/" + "x" * 65)).status_code == 404
