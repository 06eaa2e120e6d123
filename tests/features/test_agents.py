"""Agents over HTTP (HTTP contract, section 4)."""

import pytest
from httpx2 import AsyncClient

ADA = {"name": "Ada", "archetype": "scientist", "expertise": "engines"}
TRAITS = {"extroversion": 1, "optimism": 10, "curiosity": 5, "cooperativeness": 2, "energy": 9}
FULL = ADA | {
    "personality": TRAITS,
    "goal": "Find out.",
    "background": "Grew up on a ship.",
    "memory_summary": "Met Bo in Oslo.",
    "avatar_url": "https://pictures.example/ada.png",
    "avatar_prompt": "a portrait",
    "role": "engineer",
    "blind_spot": "takes a machine for an argument",
    "contradiction": "loves order, and loses every key",
    "pushback": "resists",
}
FIELDS = {
    *("id", "user_id", "created_at", "name", "archetype", "personality", "goal", "expertise"),
    *("background", "memory_summary", "avatar_url", "avatar_prompt"),
    *("role", "blind_spot", "contradiction", "pushback", "current_mood", "current_activity"),
}


async def test_a_trait_may_be_written_with_a_point_and_must_be_whole(ann: AsyncClient):
    traits = dict.fromkeys(
        ("extroversion", "optimism", "curiosity", "cooperativeness", "energy"), 7.0
    )
    draft = {"name": "Ada", "archetype": "scientist"}

    made = await ann.post("/agents", json=draft | {"personality": traits})

    assert made.json()["personality"]["energy"] == 7
    for odd in (7.5, "7", True, None, 0.0, 11.0):
        bad = {"personality": traits | {"energy": odd}}
        assert (await ann.post("/agents", json=draft | bad)).status_code == 422


async def test_an_agent_needs_no_goal_and_gets_the_traits_of_its_archetype(ann: AsyncClient):
    made = await ann.post("/agents", json=ADA)

    agent = made.json()
    assert made.status_code == 200
    assert set(agent) == FIELDS
    assert agent["goal"] == ""
    assert (agent["current_mood"], agent["current_activity"]) == ("neutral", "idle")
    assert agent["personality"] == {
        "extroversion": 4, "optimism": 6, "curiosity": 9, "cooperativeness": 7, "energy": 6
    }  # fmt: skip


async def test_every_field_that_was_given_is_echoed_and_kept(ann: AsyncClient):
    made = (await ann.post("/agents", json=FULL)).json()

    assert {name: made[name] for name in FULL} == FULL
    assert (await ann.get("/agents")).json() == [made]


async def test_agents_are_listed_in_order_of_creation(ann: AsyncClient):
    for name in ("Cy", "Ada", "Bo", "Ada"):
        await ann.post("/agents", json=ADA | {"name": name})

    listed = (await ann.get("/agents")).json()

    assert [agent["name"] for agent in listed] == ["Cy", "Ada", "Bo", "Ada"]
    assert len({agent["id"] for agent in listed}) == 4


async def test_both_prefixes_lead_to_the_same_agents(ann: AsyncClient):
    made = (await ann.post("/v1/agents", json=ADA)).json()

    assert (await ann.get("/agents")).json() == (await ann.get("/v1/agents")).json() == [made]


async def test_an_unknown_archetype_is_400(ann: AsyncClient):
    for archetype in ("wizard", "", "Scientist"):
        refused = await ann.post("/agents", json=ADA | {"archetype": archetype})
        assert refused.status_code == 400
        assert refused.json()["code"] == "unknown-archetype"
    assert (await ann.get("/agents")).json() == []


@pytest.mark.parametrize(
    "change",
    [
        {"personality": TRAITS | {"energy": 11}},
        {"personality": TRAITS | {"energy": 0}},
        {"personality": TRAITS | {"energy": "5"}},
        {"personality": TRAITS | {"energy": True}},
        {"personality": {"energy": 5}},
        {"personality": TRAITS | {"charm": 5}},
        {"name": ""},
        {"name": " \u202e "},
        {"name": "x" * 101},
        {"name": "two\nlines"},
        {"name": "\x1b[31mred"},
        {"goal": "x" * 1001},
        {"role": "x" * 201},
        {"pushback": "sometimes"},
        {"goal": 7},
        {"goal": None},
        {"archetype": 7},
        {"user_id": "somebody"},
        {"id": "mine"},
        {"planet": "Mars"},
    ],
)
async def test_a_field_that_does_not_fit_is_422(ann: AsyncClient, change: dict[str, object]):
    refused = await ann.post("/agents", json=FULL | change)

    assert refused.status_code == 422
    assert (await ann.get("/agents")).json() == []


async def test_names_are_kept_in_one_spelling(ann: AsyncClient):
    made = (await ann.post("/agents", json=ADA | {"name": " Zoe\u0308\u202e "})).json()

    assert made["name"] == "Zo\u00eb"


async def test_nobody_sees_the_agents_of_another_user(ann: AsyncClient, bob: AsyncClient):
    made = (await ann.post("/agents", json=ADA)).json()

    assert (await bob.get("/agents")).json() == []
    assert made["user_id"] == (await ann.get("/auth/me")).json()["id"]


async def test_a_roster_has_an_end(ann: AsyncClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("symposion.features.agents.service.ROSTER_LIMIT", 2)
    for _ in range(2):
        await ann.post("/agents", json=ADA)

    refused = await ann.post("/agents", json=ADA)

    assert (refused.status_code, refused.json()["code"]) == (429, "roster-full")


async def test_a_list_shows_the_newest_agents(ann: AsyncClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("symposion.features.agents.service.LIST_LIMIT", 2)
    for name in ("Cy", "Ada", "Bo"):
        await ann.post("/agents", json=ADA | {"name": name})

    assert [a["name"] for a in (await ann.get("/agents")).json()] == ["Ada", "Bo"]
