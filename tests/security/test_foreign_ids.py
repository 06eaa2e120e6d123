"""Nobody reaches, changes or notices what is somebody else's (reliability design T2, T3m)."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from fastapi import FastAPI
from matrix import NO_IDS, differences
from probe import PROBE, router
from schemas import Operation, operations

from symposion.app import create_app
from symposion.policy import POLICIES
from symposion.ports.store import ALL, Bounded, Tally, Where
from symposion.web.gate import Gate


@cache
def app() -> FastAPI:
    """Return the house with the probe in it."""
    built = create_app(gate=Gate({**POLICIES, **PROBE}))
    built.include_router(router, prefix="/api")
    return built


@cache
def every() -> list[Operation]:
    return operations(app().openapi())


@pytest.mark.parametrize("operation", every(), ids=repr)
async def test_what_is_somebody_elses_is_as_if_it_were_not_there(operation: Operation):
    assert await differences(app(), operation) == []


def test_an_operation_with_an_id_says_what_a_stranger_gets():
    table = {**POLICIES, **PROBE}
    for operation in every():
        row = table.get(operation.row)
        assert row, f"{operation} has no row in the policy table"
        ids = [s for s in operation.slots() if s.place == "path" or s.name not in NO_IDS]
        assert bool(row.foreign) == bool(ids), operation


class Boundless(Bounded[Any]):
    """The verbs of `Bounded` without its bounds."""

    async def get(self, id: str) -> Any:
        return await self.inner.get(id)

    async def find(
        self, where: Where = ALL, *, order: str = "-created_at", limit: int = 100, skip: int = 0
    ) -> list[Any]:
        return await self.inner.find(where, order=order, limit=limit, skip=skip)

    async def count(self, where: Where = ALL) -> int:
        return await self.inner.count(where)

    async def tally(
        self, where: Where = ALL, *, by: str, add: str | None = None
    ) -> dict[str, Tally]:
        return await self.inner.tally(where, by=by, add=add)

    async def insert(self, document: Any) -> Any:
        return await self.inner.insert(document)

    async def update(self, id: str, change: Callable[[Any], Any]) -> Any:
        return await self.inner.update(id, change)

    async def delete(self, where: Where) -> int:
        return await self.inner.delete(where)


VERBS = sorted(
    name for name in vars(Bounded) if callable(getattr(Bounded, name)) and name[0] != "_"
)


@pytest.mark.parametrize("verb", VERBS)
async def test_a_verb_that_forgets_the_owner_is_found(verb: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Bounded, verb, vars(Boundless)[verb])

    assert await first_difference() != []


@pytest.mark.parametrize("path", ["/api/agents", "/api/conversations", "/api/simulation/state"])
async def test_lists_of_everything_are_found(path: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Bounded, "find", vars(Boundless)["find"])
    (operation,) = [o for o in every() if (o.method, o.path) == ("GET", path)]

    assert await tried(operation) != []


async def tried(operation: Operation) -> list[str]:
    """Return the differences; a house too broken to live in is one."""
    try:
        return await differences(app(), operation)
    except AssertionError as broken:
        return [f"{operation}: {broken}"]


async def first_difference() -> list[str]:
    """Return what the first operation to notice says."""
    for operation in [o for o in every() if o.row in PROBE]:
        if found := await tried(operation):
            return found
    return []


async def test_an_id_that_nobody_classified_is_told():
    document = {
        "paths": {"/api/x": {"post": {"requestBody": {"content": {"application/json": {"schema": {
            "properties": {"a": {"properties": {"planet_id": {"type": "string"}}}}
        }}}}}}}
    }  # fmt: skip

    (told,) = await differences(app(), operations(document)[0])

    assert told == "POST /api/x: nobody said what planet_id names"
