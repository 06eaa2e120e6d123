"""No body makes a fault of ours (reliability design T4); `benchmarks/shell.py` times them."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from matrix import SAMPLES
from raw_bodies import bodies
from schemas import Operation, operations
from visitors import client, register

from symposion.app import create_app

TAKE_JSON = [*{o.row: o for o in reversed(operations(create_app().openapi())) if o.body}.values()]
"""Both prefixes lead to the same routes; one is tried."""


@pytest.fixture
async def ann(app: FastAPI) -> AsyncGenerator[AsyncClient]:
    """Somebody with an account: guests are refused some routes before their body is read."""
    async with client(app) as registered:
        await register(registered, "ann@example.com")
        yield registered


def fields(operation: Operation) -> dict[str, Any]:
    """Return a body with all fields of ``operation`` that fits, as far as the schema tells."""
    told = operation.resolve(operation.body or {}).get("properties", {})
    return dict.fromkeys(told, "x") | (SAMPLES.get(operation.row) or operation.fitting_body() or {})


def test_the_corpus_is_large():
    made = [(body, tuple(headers.items())) for _, body, headers in bodies({})]

    assert len(set(made)) >= 700
    assert TAKE_JSON


@pytest.mark.parametrize("operation", TAKE_JSON, ids=repr)
async def test_no_body_is_a_fault_of_ours(operation: Operation, ann: AsyncClient):
    faults: list[str] = []
    url = "http://house" + operation.path.replace("{", "").replace("}", "")

    for name, body, headers in bodies(fields(operation)):
        raw = [(key.encode(), value.encode()) for key, value in headers.items()]
        answer = await ann.request(operation.method, url, content=body, headers=raw)
        if answer.status_code >= 500 or "Traceback" in answer.text:
            faults.append(f"{name}: {answer.status_code}")
        elif answer.status_code >= 400 and len(answer.content) > 8192:
            faults.append(f"{name}: a long answer")

    assert faults == []
