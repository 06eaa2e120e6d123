"""Rounds over HTTP (HTTP contract, section 7; rules 1.5 and 1.6)."""

import asyncio
from typing import Any

from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from visitors import ORIGIN, client

from symposion.app import create_app
from symposion.context import Context, Ports
from symposion.engine.log import first_break
from symposion.features.conversations import keeping
from symposion.features.conversations.models import LOG, ROUNDS
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


async def test_another_process_that_appends_first_costs_a_try_and_no_turn(
    ann: AsyncClient, ports: Ports
):
    """Two houses on one store, each with a queue of its own, as two processes would be."""
    await gather_cast(ann)

    async def generate() -> Response:
        house = Ports(ports.store, ports.language, ports.identity, ports.clock)
        async with client(create_app(house)) as who:
            who.headers["Authorization"] = ann.headers["Authorization"]
            return await who.post("/conversation/generate")

    answers = await asyncio.gather(generate(), generate())

    assert [a.status_code for a in answers].count(200) >= 1
    refused = [a.json()["code"] for a in answers if a.status_code != 200]
    assert set(refused) <= {"contended"}
    rounds = (await ann.get("/conversations")).json()
    assert [told["round_number"] for told in rounds] == list(range(1, len(rounds) + 1))
    assert all(len({m["agent_id"] for m in told["messages"]}) == 3 for told in rounds)


async def test_processes_that_take_turns_at_a_run_go_on_where_the_other_stopped(
    ann: AsyncClient, ports: Ports
):
    await gather_cast(ann)
    made: list[dict[str, Any]] = []
    houses = [Ports(ports.store, ports.language, ports.identity, ports.clock) for _ in range(2)]
    for house in houses * 2:
        async with client(create_app(house)) as who:
            who.headers["Authorization"] = ann.headers["Authorization"]
            made.append((await who.post("/conversation/generate")).json())

    assert [told["round_number"] for told in made] == [1, 2, 3, 4]
    assert (await ann.get("/conversations")).json() == made
    ctx = await context_of(ann, ports)
    (run_id,) = {told.run_id for told in await ctx.own(ROUNDS).find()}
    events = await keeping.log_of(ctx, run_id).read()
    assert first_break(events) == 0
    assert not [e for e in events if e.type == "call.in_doubt"]


class Faulty:
    """The model of a provider that answers some requests and then refuses."""

    def __init__(self, inner: LanguageModel, answers: int) -> None:
        self.inner = inner
        self.answers = answers

    @property
    def card(self) -> ModelCard:
        return self.inner.card

    async def reply(self, request: Request) -> Reply:
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
