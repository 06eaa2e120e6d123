"""The OpenAPI document tells how operations refuse, and is true of it."""

from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from served import served

from symposion.policy import POLICIES

PAGES = ("/auth/google", "/auth/google/callback", "/auth/2fa/setup")
"""What browsers open, and where a refusal is a page."""


def told(app: FastAPI, method: str, path: str) -> dict[str, Any]:
    return app.openapi()["paths"][path][method.lower()]


def test_every_operation_tells_how_it_refuses(built: FastAPI):
    for operation, path, _ in served(built):
        policy = POLICIES[operation]
        answers = told(built, operation[0], path)["responses"]
        assert ("401" in answers) or policy.public, path
        assert ("429" in answers) == bool(policy.rates), path
        assert ("404" in answers) or "{" not in path, path
        for status, answer in answers.items():
            if int(status) >= 400:
                page = "text/html" in answer["content"]  # what browsers open themselves
                assert page or set(answer["content"]) == {"application/problem+json"}, path
                assert not page or path.endswith(PAGES), path
                assert answer["description"], (path, status)


def test_what_takes_a_key_says_so(built: FastAPI):
    for operation, path, _ in served(built):
        headers = {p["name"] for p in told(built, operation[0], path).get("parameters", ())}
        assert ("Idempotency-Key" in headers) == POLICIES[operation].key, path


async def test_a_problem_is_as_the_document_says(built: FastAPI, nobody: AsyncClient):
    schema = built.openapi()["components"]["schemas"]["Problem"]

    for answer in [await nobody.get("/agents"), await nobody.post("/auth/login", json={})]:
        assert set(schema["required"]) <= set(answer.json()) <= set(schema["properties"])
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "OPTIONS"])
async def test_a_method_that_is_not_taken_tells_all_that_are(ann: AsyncClient, method: str):
    refused = await ann.request(method, "/agents")

    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, POST")
    assert refused.json()["code"] == "method-not-allowed"


async def test_a_path_that_might_be_a_parameter_tells_its_own_methods(ann: AsyncClient):
    refused = await ann.request("PATCH", "/v1/organizations/join")

    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
