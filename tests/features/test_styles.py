"""How an agent speaks, over HTTP: what its traits command, and what it did."""

from typing import Any

from httpx2 import AsyncClient

from symposion.context import Ports
from symposion.core.documents import new_id
from symposion.engine.persona import Traits
from symposion.engine.style import style_of
from symposion.features.conversations.models import ROUNDS

MARS = {
    "scenario": "The crew of a Mars base must decide whether to ration water or to drill a new "
    "well before the dust storm arrives in nine days.",
    "scenario_name": "Storm",
}


async def cast(who: AsyncClient) -> dict[str, dict[str, Any]]:
    made = [
        (await who.post("/agents", json={"name": name, "archetype": archetype})).json()
        for name, archetype in (("Ada", "scientist"), ("Bo", "leader"))
    ]
    await who.post("/simulation/set-scenario", json=MARS)
    return {agent["name"]: agent for agent in made}


async def test_before_it_speaks_only_the_commands_are_there(ann: AsyncClient):
    ada = (await cast(ann))["Ada"]

    told = (await ann.get(f"/v1/agents/{ada['id']}/style")).json()

    assert (told["agent_id"], told["name"]) == (ada["id"], "Ada")
    assert (told["turns"], told["rounds"], told["personality"]) == (0, 0, ada["personality"])
    assert {(part["did"], part["n"]) for part in told["style"].values()} == {(None, 0)}
    style = style_of(Traits(**ada["personality"]))
    assert told["style"]["words_per_turn"] == {
        "commanded": round(style.median_words, 3), "did": None, "n": 0, "of": "turns"
    }  # fmt: skip
    assert told["style"]["question_rate"]["commanded"] == round(style.question_rate, 3)


async def test_what_it_said_is_counted_in_all_its_rounds(ann: AsyncClient):
    people = await cast(ann)
    rounds = [(await ann.post("/conversation/generate")).json() for _ in range(2)]
    await ann.post("/simulation/start")
    rounds.append((await ann.post("/conversation/generate")).json())

    for agent in people.values():
        told = (await ann.get(f"/v1/agents/{agent['id']}/style")).json()
        said = [
            line["message"]
            for one in rounds
            for line in one["messages"]
            if line["agent_id"] == agent["id"]
        ]
        assert (told["turns"], told["rounds"]) == (len(said), 3)
        asked = sum("?" in text for text in said)
        figure = told["style"]["question_rate"]
        assert (figure["did"], figure["n"]) == (round(asked / len(said), 3), len(said))
        assert told["style"]["words_per_turn"]["did"] > 3
        assert told["style"]["words_per_sentence"]["n"] >= len(said)


async def test_words_of_a_translation_are_not_its_own(ann: AsyncClient, ports: Ports):
    ada = (await cast(ann))["Ada"]
    told = (await ann.post("/conversation/generate")).json()
    await ports.store.collection(ROUNDS).update(
        told["id"], lambda old: old.but(translated_at=old.created_at, language="fr")
    )

    style = (await ann.get(f"/v1/agents/{ada['id']}/style")).json()

    assert (style["turns"], style["rounds"]) == (0, 0)


async def test_the_commands_follow_the_traits(ann: AsyncClient):
    ada = (await cast(ann))["Ada"]
    path = f"/v1/agents/{ada['id']}"
    quiet = ada["personality"] | {"extroversion": 1, "curiosity": 1}
    before = (await ann.get(f"{path}/style")).json()["style"]

    await ann.put(path, json={"personality": quiet})
    after = (await ann.get(f"{path}/style")).json()["style"]

    for name in ("words_per_turn", "question_rate"):
        assert after[name]["commanded"] < before[name]["commanded"]


async def test_nobody_sees_how_somebody_else_s_agent_speaks(ann: AsyncClient, bob: AsyncClient):
    ada = (await cast(ann))["Ada"]

    for agent_id in (ada["id"], new_id()):
        assert (await bob.get(f"/v1/agents/{agent_id}/style")).status_code == 404
    assert (await ann.get(f"/agents/{ada['id']}/style")).status_code == 404
