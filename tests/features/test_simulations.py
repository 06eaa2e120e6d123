"""The state of a simulation over HTTP (HTTP contract, section 6; rules 1.3 to 1.5)."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from visitors import Hands

from symposion.adapters.store.sqlite import SqliteStore
from symposion.app import KINDS
from symposion.context import Context, Ports
from symposion.features.simulations.service import open_simulation
from symposion.ports.identity import Actor

NOBODY: Any = None

STATE = {
    *("id", "user_id", "is_active", "scenario", "scenario_name", "current_day"),
    *("current_time_period", "daily_api_requests", "last_reset_date", "time_limit_hours"),
    *("time_limit_display", "simulation_start_time", "time_remaining_hours", "language"),
    *("auto_conversations", "auto_time", "conversation_interval", "time_interval"),
}
MARS = {"scenario": "A dust storm nears the Mars base.", "scenario_name": "Storm"}


async def test_a_new_account_gets_a_state_with_defaults(ann: AsyncClient):
    first = await ann.get("/simulation/state")
    again = await ann.get("/v1/simulation/state")

    state = first.json()
    assert first.status_code == 200
    assert again.json() == state
    assert set(state) == STATE
    assert state["is_active"] is False
    assert state["user_id"] == (await ann.get("/auth/me")).json()["id"]
    assert (state["current_day"], state["current_time_period"]) == (1, "morning")
    assert (state["scenario_name"], state["simulation_start_time"]) == (None, None)
    assert (state["language"], state["daily_api_requests"]) == ("en", 0)
    assert state["scenario"]


async def test_a_first_state_asked_for_many_times_at_once_is_one_state(ann: AsyncClient):
    replies = await asyncio.gather(*(ann.get("/simulation/state") for _ in range(8)))

    assert len({reply.json()["id"] for reply in replies}) == 1


async def test_setting_a_scenario_makes_a_complete_state(ann: AsyncClient):
    reply = (await ann.post("/simulation/set-scenario", json=MARS | {"extra": 1})).json()

    assert set(reply) == {"success", "message", "scenario", "scenario_name", "state"}
    assert reply["success"] is True
    assert set(reply["state"]) == STATE
    assert {name: reply["state"][name] for name in MARS} == MARS
    assert (await ann.get("/simulation/state")).json() == reply["state"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (MARS | {"scenario": " \n"}, 400),
        (MARS | {"scenario_name": ""}, 400),
        ({"scenario": "A storm."}, 400),
        ({"scenario_name": "Storm"}, 422),
        ({}, 422),
        (MARS | {"scenario": None}, 422),
        (MARS | {"scenario": "x" * 8001}, 422),
    ],
)
async def test_a_scenario_that_says_nothing_is_refused(
    ann: AsyncClient, body: dict[str, object], status: int
):
    before = (await ann.get("/simulation/state")).json()

    assert (await ann.post("/simulation/set-scenario", json=body)).status_code == status
    assert (await ann.get("/simulation/state")).json() == before


@pytest.mark.parametrize("body", [{}, None])
async def test_starting_keeps_the_scenario_and_its_name(ann: AsyncClient, body: object):
    await ann.post("/simulation/set-scenario", json=MARS)

    reply = (await ann.post("/simulation/start", json=body)).json()

    assert set(reply) == {
        "success", "message", "state", "time_limit_active", "time_limit_display"
    }  # fmt: skip
    assert (reply["success"], reply["time_limit_active"]) == (True, False)
    assert {name: reply["state"][name] for name in MARS} == MARS
    assert reply["state"]["is_active"] is True
    assert reply["state"]["simulation_start_time"].endswith("Z")


async def test_starting_with_a_scenario_replaces_it(ann: AsyncClient):
    await ann.post("/simulation/set-scenario", json=MARS)

    reply = await ann.post("/simulation/start", json={"scenario_name": "Calm"})
    refused = await ann.post("/simulation/start", json={"scenario": " "})

    state = reply.json()["state"]
    assert (state["scenario"], state["scenario_name"]) == (MARS["scenario"], "Calm")
    assert refused.status_code == 400


async def test_time_that_is_limited_runs_out(ann: AsyncClient, clock: Hands):
    limit = {"time_limit_hours": 2, "time_limit_display": "2 hours"}
    reply = (await ann.post("/simulation/start", json=limit)).json()
    assert (reply["time_limit_active"], reply["time_limit_display"]) == (True, "2 hours")

    clock.ahead = timedelta(minutes=90)
    state = (await ann.get("/simulation/state")).json()
    assert set(state) == STATE | {"time_elapsed_hours", "time_expired"}
    assert state["time_remaining_hours"] == pytest.approx(0.5, abs=0.01)
    assert (state["time_elapsed_hours"], state["time_expired"]) == (pytest.approx(1.5, 0.01), False)

    clock.ahead = timedelta(hours=3)
    state = (await ann.get("/simulation/state")).json()
    assert (state["time_remaining_hours"], state["time_expired"]) == (0, True)


@pytest.mark.parametrize(
    "body",
    [{"time_limit_hours": 0}, {"time_limit_hours": 2**60}, {"time_limit_hours": 1.5}, {"x": 1}, []],
)
async def test_a_start_that_makes_no_sense_is_422(ann: AsyncClient, body: object):
    assert (await ann.post("/simulation/start", json=body)).status_code == 422
    assert (await ann.get("/simulation/state")).json()["is_active"] is False


async def test_each_user_has_a_simulation_of_their_own(ann: AsyncClient, bob: AsyncClient):
    await ann.post("/simulation/set-scenario", json=MARS)
    await ann.post("/simulation/start")

    his = (await bob.get("/simulation/state")).json()

    assert his["scenario"] != MARS["scenario"]
    assert his["is_active"] is False


async def test_routes_that_are_not_built_yet_say_so(ann: AsyncClient):
    for method, path in [
        ("POST", "/simulation/pause"),
        ("POST", "/simulation/fast-forward"),
        ("GET", "/documents"),
        ("POST", "/observer/send-message"),
        ("GET", "/analytics/comprehensive"),
    ]:
        assert (await ann.request(method, path, json={})).status_code == 404


async def test_two_processes_that_make_a_first_state_at_once_agree(tmp_path: Path, clock: Hands):
    stores = [SqliteStore(tmp_path / "one.db") for _ in range(4)]
    for store in stores:
        await store.open(KINDS)
    houses = [
        Context(Actor("u1", "t1"), Ports(s, NOBODY, NOBODY, clock))  # neither is asked for anything
        for s in stores
    ]

    opened = await asyncio.gather(*(open_simulation(ctx) for ctx in houses))

    assert len({simulation.id for simulation in opened}) == 1
    for store in stores:
        await store.close()
