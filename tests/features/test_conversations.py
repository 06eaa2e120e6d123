"""Rounds over HTTP (HTTP contract, section 7; rules 1.5 and 1.6)."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from visitors import ORIGIN, client

from symposion.app import create_app
from symposion.context import Context, Ports
from symposion.engine.log import first_break
from symposion.features.conversations import keeping
from symposion.features.conversations.models import LOG, ROUNDS
from symposion.features.simulations.models import SIMULATIONS
from symposion.lease import LEASES, Lease
from symposion.ports.language import LanguageModel, ModelCard, ModelFailed, Reply, Request
from symposion.ports.store import Range

CAST = (("Ada", "scientist"), ("Bo", "skeptic"), ("Cy", "mediator"))
MARS = {
    "scenario": "The crew of a Mars base must decide whether to ration water or to drill a new "
    "well before the dust storm arrives in nine days.",
    "scenario_name": "Storm",
}
ROUND = {
    *("id", "user_id", "round_number", "time_period", "scenario", "scenario_name", "messages"),
    *("created_at", "language", "original_language", "translated_at", "force_translated"),
    *("title", "agents", "duration"),
}
MESSAGE = {"id", "agent_id", "agent_name", "message", "mood", "timestamp", "source", "model"}


async def gather_cast(who: AsyncClient) -> dict[str, str]:
    """Give ``who`` the cast and the scenario; return names by agent id."""
    made = [
        (await who.post("/agents", json={"name": name, "archetype": archetype})).json()
        for name, archetype in CAST
    ]
    await who.post("/simulation/set-scenario", json=MARS)
    return {agent["id"]: agent["name"] for agent in made}


async def test_a_round_lets_every_agent_speak(ann: AsyncClient):
    names = await gather_cast(ann)

    answer = await ann.post("/conversation/generate")

    told = answer.json()
    assert answer.status_code == 200
    assert set(told) == ROUND
    assert {m["agent_id"]: m["agent_name"] for m in told["messages"]} == names
    assert len(told["messages"]) >= 3
    assert all(set(m) == MESSAGE for m in told["messages"])
    assert {m["agent_name"]: m["mood"] for m in told["messages"]} == {
        "Ada": "analytical", "Bo": "cautious", "Cy": "engaged"
    }  # fmt: skip
    assert {m["source"] for m in told["messages"]} == {"simulated"}
    assert {name: told[name] for name in MARS} == MARS
    assert (told["round_number"], told["time_period"]) == (1, "Day 1 - morning")
    assert (told["language"], told["original_language"], told["force_translated"]) == (
        "en", None, False
    )  # fmt: skip
    assert sorted(told["agents"]) == ["Ada", "Bo", "Cy"]
    assert (await ann.get("/conversations")).json() == [told]


async def test_rounds_are_listed_oldest_first_and_go_on(ann: AsyncClient):
    await gather_cast(ann)

    made = [(await ann.post("/conversation/generate", json={})).json() for _ in range(3)]

    assert (await ann.get("/v1/conversations")).json() == made
    assert [told["round_number"] for told in made] == [1, 2, 3]
    assert (await ann.get("/simulation/state")).json()["daily_api_requests"] >= 9
    said = [m["message"] for told in made for m in told["messages"]]
    assert len(set(said)) == len(said)


async def test_rounds_asked_for_at_once_come_one_after_the_other(ann: AsyncClient, ports: Ports):
    await gather_cast(ann)

    answers = await asyncio.gather(*(ann.post("/conversation/generate") for _ in range(4)))

    assert [answer.status_code for answer in answers] == [200] * 4
    numbers = sorted(answer.json()["round_number"] for answer in answers)
    assert numbers == [1, 2, 3, 4]
    ctx = await context_of(ann, ports)
    (told,) = {r.run_id for r in await ctx.own(ROUNDS).find()}
    assert first_break(await keeping.log_of(ctx, told).read()) == 0


async def test_too_many_waiting_rounds_are_429(ann: AsyncClient):
    await gather_cast(ann)

    answers = await asyncio.gather(*(ann.post("/conversation/generate") for _ in range(12)))

    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 4
    assert refused[0].headers["retry-after"] == "5"
    assert len((await ann.get("/conversations")).json()) == 8


async def test_fewer_than_two_agents_are_400(ann: AsyncClient):
    first = await ann.post("/conversation/generate")
    await ann.post("/agents", json={"name": "Ada", "archetype": "artist"})
    second = await ann.post("/conversation/generate")

    for refused in (first, second):
        assert refused.status_code == 400
        assert "Need at least 2 agents" in refused.json()["detail"]


async def test_without_a_state_there_is_no_round(ann: AsyncClient):
    for name in ("Ada", "Bo"):
        await ann.post("/agents", json={"name": name, "archetype": "artist"})

    refused = await ann.post("/conversation/generate")

    assert (refused.status_code, refused.json()["code"]) == (400, "no-simulation")
    assert (await ann.get("/conversations")).json() == []


async def test_the_default_scenario_can_be_talked_about(ann: AsyncClient):
    for name in ("Ada", "Bo"):
        await ann.post("/agents", json={"name": name, "archetype": "artist"})
    await ann.get("/simulation/state")

    assert (await ann.post("/conversation/generate")).status_code == 200


async def test_starting_again_archives_the_rounds(ann: AsyncClient, ports: Ports):
    names = await gather_cast(ann)
    old = (await ann.post("/conversation/generate")).json()

    await ann.post("/simulation/start")

    assert (await ann.get("/conversations")).json() == []
    assert len((await ann.get("/agents")).json()) == len(names)
    new = (await ann.post("/conversation/generate")).json()
    assert (await ann.get("/conversations")).json() == [new]
    assert new["round_number"] == 1
    ctx = await context_of(ann, ports)
    assert {r.id for r in await ctx.own(ROUNDS).find()} == {old["id"], new["id"]}


async def test_a_new_scenario_and_a_new_agent_reach_the_next_round(ann: AsyncClient):
    await gather_cast(ann)
    await ann.post("/conversation/generate")
    await ann.post("/agents", json={"name": "Di", "archetype": "leader"})
    town = {"scenario": "A town must choose between a bridge and a ferry.", "scenario_name": "Town"}
    await ann.post("/simulation/set-scenario", json=town)

    told = (await ann.post("/conversation/generate")).json()

    assert "Di" in told["agents"]
    assert {name: told[name] for name in town} == town
    first = (await ann.get("/conversations")).json()[0]
    assert {name: first[name] for name in MARS} == MARS


async def test_two_agents_of_one_name_can_talk(ann: AsyncClient):
    for _ in range(3):
        await ann.post("/agents", json={"name": "Ada", "archetype": "artist"})
    await ann.get("/simulation/state")

    told = (await ann.post("/conversation/generate")).json()

    assert sorted(told["agents"]) == ["Ada", "Ada (2)", "Ada (3)"]


async def test_what_is_said_stays_with_the_user(ann: AsyncClient, bob: AsyncClient):
    await gather_cast(ann)
    await gather_cast(bob)
    hers = (await ann.post("/conversation/generate")).json()
    his = (await bob.post("/conversation/generate")).json()

    assert (await bob.get("/conversations")).json() == [his]
    assert (await ann.get("/conversations")).json() == [hers]
    assert hers["user_id"] != his["user_id"]
    assert {m["agent_id"] for m in hers["messages"]}.isdisjoint(
        m["agent_id"] for m in his["messages"]
    )


async def test_a_round_that_was_closed_and_not_stored_is_stored_when_read(
    ann: AsyncClient, ports: Ports
):
    await gather_cast(ann)
    made = [(await ann.post("/conversation/generate")).json() for _ in range(2)]
    ctx = await context_of(ann, ports)
    await ctx.own(ROUNDS).delete({"round_number": 2})

    (first, second) = (await ann.get("/conversations")).json()

    assert first == made[0]
    assert texts(second) == texts(made[1])


async def test_a_round_cut_short_is_not_shown_and_goes_on_at_the_next_speaker(
    ann: AsyncClient, ports: Ports, app: FastAPI
):
    await gather_cast(ann)
    faulty = Faulty(ports.language, answers=2)
    app.state.ports = Ports(ports.store, faulty, ports.identity, ports.clock)

    refused = await ann.post("/conversation/generate", headers={"Origin": ORIGIN})

    assert (refused.status_code, refused.json()["code"]) == (503, "room-waits")
    assert "quota" in refused.json()["detail"]
    assert refused.headers["retry-after"] == "10"
    assert (await ann.get("/conversations")).json() == []
    spoken = await said(await context_of(ann, ports))
    assert len(spoken) == 2

    app.state.ports = ports
    told = (await ann.post("/conversation/generate")).json()

    assert told["round_number"] == 1
    assert [m["message"] for m in told["messages"]][:2] == spoken
    assert len(told["messages"]) >= 3


def another_house(ports: Ports) -> Ports:
    """Return what another process on the same store would have: a queue and rooms of its own."""
    return Ports(ports.store, ports.language, ports.identity, ports.clock)


async def generate_in(house: Ports, who: AsyncClient) -> Response:
    async with client(create_app(house)) as again:
        again.headers["Authorization"] = who.headers["Authorization"]
        return await again.post("/conversation/generate")


async def test_processes_that_are_asked_at_once_wait_for_each_other(ann: AsyncClient, ports: Ports):
    await gather_cast(ann)

    houses = [another_house(ports) for _ in range(3)]
    answers = await asyncio.gather(*(generate_in(house, ann) for house in houses))

    made = sorted((a.json() for a in answers), key=lambda told: told["round_number"])
    assert [told["round_number"] for told in made] == [1, 2, 3]
    assert (await ann.get("/conversations")).json() == made
    assert await strays(ann, ports) == []
    assert await (await context_of(ann, ports)).own(LEASES).count() == 0


async def test_a_process_that_died_in_a_round_holds_nobody_up_for_long(
    ann: AsyncClient, ports: Ports, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("symposion.lease.TTL", 0.3)
    await gather_cast(ann)
    ctx = await context_of(ann, ports)
    (simulation,) = await ctx.own(SIMULATIONS).find()
    dead = Lease(**ctx.owned, name=simulation.run_id, holder="gone")
    await ctx.own(LEASES).insert(dead)

    assert (await ann.post("/conversation/generate")).status_code == 200
    assert await ctx.own(LEASES).count() == 0


async def test_a_process_at_work_keeps_its_run_however_slow_its_model(
    ann: AsyncClient, ports: Ports, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("symposion.lease.TTL", 0.3)
    await gather_cast(ann)
    slow = Ports(ports.store, Faulty(ports.language, delay=0.2), ports.identity, ports.clock)

    first, second = await asyncio.gather(
        generate_in(slow, ann), generate_in(another_house(slow), ann)
    )

    assert sorted(a.json()["round_number"] for a in (first, second)) == [1, 2]
    assert await strays(ann, ports) == []


async def test_who_waits_too_long_is_told_to_come_back(
    ann: AsyncClient, ports: Ports, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("symposion.lease.PATIENCE", 0.2)
    await gather_cast(ann)
    ctx = await context_of(ann, ports)
    (simulation,) = await ctx.own(SIMULATIONS).find()
    await ctx.own(LEASES).insert(Lease(**ctx.owned, name=simulation.run_id, holder="busy"))

    refused = await ann.post("/conversation/generate")

    assert (refused.status_code, refused.json()["code"]) == (429, "busy")


async def test_should_two_drive_one_run_after_all_no_turn_is_lost(
    ann: AsyncClient, ports: Ports, monkeypatch: pytest.MonkeyPatch
):
    @asynccontextmanager
    async def no_lease(ctx: Context, name: str) -> AsyncGenerator[None]:
        del ctx, name
        yield

    monkeypatch.setattr("symposion.features.conversations.service.sole_holder", no_lease)
    await gather_cast(ann)

    houses = [another_house(ports) for _ in range(2)]
    answers = await asyncio.gather(*(generate_in(house, ann) for house in houses))

    assert [a.status_code for a in answers].count(200) >= 1
    assert {a.json()["code"] for a in answers if a.status_code != 200} <= {"contended"}
    rounds = (await ann.get("/conversations")).json()
    assert [told["round_number"] for told in rounds] == list(range(1, len(rounds) + 1))
    assert all(len({m["agent_id"] for m in told["messages"]}) == 3 for told in rounds)


async def strays(who: AsyncClient, ports: Ports) -> list[str]:
    """Return the types of events that only a quarrel between processes leaves; check the chain."""
    ctx = await context_of(who, ports)
    (run_id,) = {told.run_id for told in await ctx.own(ROUNDS).find()}
    events = await keeping.log_of(ctx, run_id).read()
    assert first_break(events) == 0
    return [e.type for e in events if e.type in ("call.in_doubt", "turn.discarded")]


async def test_processes_that_take_turns_at_a_run_go_on_where_the_other_stopped(
    ann: AsyncClient, ports: Ports
):
    await gather_cast(ann)
    houses = [another_house(ports) for _ in range(2)]

    made = [(await generate_in(house, ann)).json() for house in houses * 2]

    assert [told["round_number"] for told in made] == [1, 2, 3, 4]
    assert (await ann.get("/conversations")).json() == made
    assert await strays(ann, ports) == []


async def test_a_room_that_said_all_it_can_is_told_as_it_is(
    ann: AsyncClient, app: FastAPI, ports: Ports
):
    await gather_cast(ann)
    spoken = (await ann.post("/conversation/generate")).json()
    app.state.ports = replace(ports, language=Mute(ports.language))

    refused = await ann.post("/conversation/generate")

    assert (refused.status_code, refused.json()["code"]) == (409, "nobody-spoke")
    assert (await ann.get("/conversations")).json() == [spoken]
    app.state.ports = ports
    assert (await ann.post("/conversation/generate")).status_code == 200


class Mute:
    """A model of rules that has said all it can."""

    def __init__(self, inner: LanguageModel) -> None:
        self.inner = inner

    @property
    def card(self) -> ModelCard:
        return self.inner.card

    async def reply(self, request: Request) -> Reply:
        return replace(await self.inner.reply(request), text="", finish="empty", tokens_out=0)

    async def check(self) -> None:
        await self.inner.check()

    async def close(self) -> None:
        await self.inner.close()


class Faulty:
    """The model of a provider that takes its time, answers some requests and then refuses."""

    def __init__(self, inner: LanguageModel, answers: int = 999, delay: float = 0.0) -> None:
        self.inner = inner
        self.answers = answers
        self.delay = delay

    @property
    def card(self) -> ModelCard:
        return self.inner.card

    async def reply(self, request: Request) -> Reply:
        await asyncio.sleep(self.delay)
        if not self.answers:
            raise ModelFailed("The quota is used up.", reason="refused", permanent=True)
        self.answers -= 1
        return await self.inner.reply(request)

    async def check(self) -> None:
        await self.inner.check()

    async def close(self) -> None:
        await self.inner.close()


async def context_of(who: AsyncClient, ports: Ports) -> Context:
    token = who.headers["Authorization"].removeprefix("Bearer ")
    return Context(await ports.identity.identify(token), ports)


async def said(ctx: Context) -> list[str]:
    (batch, *_) = await ctx.own(LOG).find({"seq": Range(start=1)}, limit=1)
    events = await keeping.log_of(ctx, batch.run_id).read()
    return [e.payload["text"] for e in events if e.type == "turn.committed"]


def texts(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(m["agent_name"], m["message"]) for m in told["messages"]]
