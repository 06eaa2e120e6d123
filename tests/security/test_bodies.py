"""No body makes a fault of ours, or keeps us busy (reliability design T4)."""

import time
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from matrix import SAMPLES
from raw_bodies import VALUES, WHOLE, bodies
from schemas import Operation, operations
from visitors import client, register

from symposion.app import create_app

BUSY = 0.25
"""Most seconds of computing for one body (reliability design T4)."""

JSON = {"Content-Type": "application/json"}

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
    assert len(VALUES) + len(WHOLE) >= 100
    assert len(set(WHOLE.values()) | set(VALUES.values())) == len(VALUES) + len(WHOLE)
    assert TAKE_JSON


@pytest.mark.parametrize("operation", TAKE_JSON, ids=repr)
async def test_no_body_is_a_fault_of_ours(operation: Operation, ann: AsyncClient):
    faults: list[str] = []
    slow: dict[str, float] = {}
    url = "http://house" + operation.path.replace("{", "").replace("}", "")

    for name, body in bodies(fields(operation)):
        began = time.process_time()
        answer = await ann.request(operation.method, url, content=body, headers=JSON)
        slow[name] = time.process_time() - began
        if answer.status_code >= 500 or "Traceback" in answer.text:
            faults.append(f"{name}: {answer.status_code}")
        elif answer.status_code >= 400 and len(answer.content) > 8192:
            faults.append(f"{name}: a long answer")

    assert faults == []
    assert {name: spent for name, spent in slow.items() if spent > BUSY} == {}
