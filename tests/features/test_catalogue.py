"""The library over HTTP: look, search, add."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from symposion.answers import ANSWERS
from symposion.context import Ports
from symposion.features.agents.models import AGENTS
from symposion.features.catalogue.models import LibraryAgent
from symposion.features.catalogue.shelf import shelf

LIBRARY = "/v1/library"
ADEWALE = "care-adewale-oyeniran"


async def get(who: AsyncClient, path: str, **asked: Any) -> Any:
    answer = await who.get(f"{LIBRARY}{path}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def whole_list(who: AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    """Follow the cursors to the end."""
    agents: list[dict[str, Any]] = []
    page = await get(who, "/agents", **asked)
    while True:
        agents += page["agents"]
        if not page["next_cursor"]:
            assert page["total"] == len(agents)
            return agents
        page = await get(who, "/agents", **asked, cursor=page["next_cursor"])


async def test_all_agents_are_listed_page_by_page(ann: AsyncClient):
    agents = await whole_list(ann, limit=50)

    assert [agent["id"] for agent in agents] == list(shelf().agents)
    assert (await get(ann, "/agents"))["agents"] == agents[:20]


async def test_the_last_page_may_be_full(ann: AsyncClient):
    agents = await whole_list(ann, sector="science", limit=10)

    assert len(agents) == 20


FILTERS: list[tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = [
    ({"sector": "law"}, lambda a: a["sector"] == "law"),
    ({"archetype": "mediator"}, lambda a: a["archetype"] == "mediator"),
    ({"tag": "Staffing"}, lambda a: "staffing" in a["tags"]),
    ({"min_age": 70}, lambda a: a["age"] >= 70),
    ({"min_age": 30, "max_age": 31}, lambda a: a["age"] in {30, 31}),
    (
        {"sector": "science", "archetype": "artist", "max_age": 80},
        lambda a: (a["sector"], a["archetype"]) == ("science", "artist"),
    ),
]


@pytest.mark.parametrize(("asked", "fits"), FILTERS)
async def test_a_list_can_be_narrowed(
    ann: AsyncClient, asked: dict[str, Any], fits: Callable[[dict[str, Any]], bool]
):
    expected = [agent for agent in await whole_list(ann, limit=60) if fits(agent)]

    assert await whole_list(ann, **asked, limit=2) == expected != []


async def test_a_list_can_be_narrowed_by_words(ann: AsyncClient):
    narrowed = await whole_list(ann, sector="social-care", text="visa wor")

    assert [agent["id"] for agent in narrowed] == [ADEWALE]
    assert await whole_list(ann, text="zzz") == []


@pytest.mark.parametrize(
    "asked",
    [
        {"archetype": "wizard"},
        {"limit": 0},
        {"limit": 61},
        {"min_age": "old"},
        {"max_age": -1},
        {"text": "x" * 101},
        {"cursor": "x" * 61},
    ],
)
async def test_a_filter_that_makes_no_sense_is_422(ann: AsyncClient, asked: dict[str, Any]):
    assert (await ann.get(f"{LIBRARY}/agents", params=asked)).status_code == 422


async def test_one_agent_is_told_whole(ann: AsyncClient):
    told = await get(ann, f"/agents/{ADEWALE}")

    kept = shelf().agents[ADEWALE].model_dump(mode="json")
    assert set(told) == {*LibraryAgent.model_fields, "avatar_url"}
    assert {name: told[name] for name in kept} == kept
    assert told["avatar_url"] == ""


@pytest.mark.parametrize("path", ["/agents/nobody", "/panels/nothing"])
async def test_what_the_library_does_not_have_is_404(ann: AsyncClient, path: str):
    assert (await ann.get(LIBRARY + path)).status_code == 404
    assert (await ann.post(f"{LIBRARY}{path}/add")).status_code == 404
    assert (await ann.get("/agents")).json() == []


async def test_sectors_are_listed_with_their_numbers(ann: AsyncClient):
    sectors = await get(ann, "/sectors")

    assert len(sectors) == 12
    assert {sector["agents"] for sector in sectors} == {20}
    assert [s["name"] for s in sectors] == sorted(s["name"] for s in sectors)


async def test_an_added_agent_has_all_that_it_is(ann: AsyncClient):
    made = (await ann.post(f"{LIBRARY}/agents/{ADEWALE}/add")).json()

    kept = shelf().agents[ADEWALE]
    same = (
        *("name", "archetype", "goal", "expertise", "background", "role"),
        *("blind_spot", "contradiction", "pushback"),
    )
    assert {name: made[name] for name in same} == {name: getattr(kept, name) for name in same}
    assert made["personality"] == kept.personality.model_dump()
    assert made["memory_summary"] == "\n".join(kept.memories)
    assert (await ann.get("/agents")).json() == [made]


async def test_an_agent_is_added_once_under_one_key(ann: AsyncClient):
    path, key = f"{LIBRARY}/agents/{ADEWALE}/add", {"Idempotency-Key": "k"}
    first, second = [await ann.post(path, headers=key) for _ in range(2)]
    third = await ann.post(path)

    assert first.json() == second.json() != third.json()
    assert len((await ann.get("/agents")).json()) == 2


async def test_a_panel_is_told_with_its_members(ann: AsyncClient):
    panels = await get(ann, "/panels")

    assert len(panels) >= 20
    assert await get(ann, f"/panels/{panels[0]['id']}") == panels[0]
    member = panels[0]["members"][0]
    agent = await get(ann, f"/agents/{member['library_id']}")
    assert {n: member[n] for n in ("name", "role", "sector")} == {
        n: agent[n] for n in ("name", "role", "sector")
    }


async def add_panel(who: AsyncClient, key: str = "k") -> Response:
    path = f"{LIBRARY}/panels/rent-control/add"
    return await who.post(path, headers={"Idempotency-Key": key})


async def test_a_panel_is_added_whole_and_once_under_one_key(ann: AsyncClient):
    first, again = [await add_panel(ann) for _ in range(2)]

    names = [shelf().agents[m.agent_id].name for m in shelf().panels["rent-control"].members]
    assert [agent["name"] for agent in first.json()] == names
    assert first.json() == again.json()
    listed = (await ann.get("/agents")).json()
    assert sorted(agent["name"] for agent in listed) == sorted(names)


async def test_a_panel_that_finds_no_place_is_not_added_at_all(
    ann: AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("symposion.features.agents.service.ROSTER_LIMIT", 8)
    for _ in range(3):
        await ann.post(f"{LIBRARY}/agents/{ADEWALE}/add")

    refused = await add_panel(ann)

    assert (refused.status_code, refused.json()["code"]) == (429, "roster-full")
    assert len((await ann.get("/agents")).json()) == 3
    monkeypatch.setattr("symposion.features.agents.service.ROSTER_LIMIT", 9)
    assert (await add_panel(ann)).status_code == 200
    one_more = await ann.post(f"{LIBRARY}/agents/{ADEWALE}/add")
    assert one_more.status_code == 429


async def test_a_panel_that_was_cut_short_is_completed_under_its_key(
    ann: AsyncClient, ports: Ports, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("symposion.features.agents.service.ROSTER_LIMIT", 6)
    made = (await add_panel(ann)).json()
    answers = ports.store.collection(ANSWERS)
    (kept,) = await answers.find({"user_id": made[0]["user_id"]})
    await answers.update(kept.id, lambda old: old.but(status=0, body="", media=""))
    await ports.store.collection(AGENTS).delete({"id": made[-1]["id"]})

    again = (await add_panel(ann)).json()

    assert [agent["id"] for agent in again] == [agent["id"] for agent in made]
    assert len((await ann.get("/agents")).json()) == 6


async def test_a_search_finds_the_library_and_what_is_ones_own(ann: AsyncClient):
    own = {"name": "Visa Oyelaran", "archetype": "artist", "expertise": "old maps"}
    made = (await ann.post("/agents", json=own)).json()

    found = await get(ann, "/search", q="VISA oye")

    assert [(hit["source"], hit["id"]) for hit in found["hits"]] == [
        ("own", made["id"]),
        ("library", ADEWALE),
    ]
    assert found["total"] == 2
    assert found["hits"][1]["sector"] == "social-care"
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)


async def test_a_search_sees_every_change_of_ones_own_agents(ann: AsyncClient, ports: Ports):
    agents = ports.store.collection(AGENTS)

    async def found(query: str) -> list[str]:
        return [hit["name"] for hit in (await get(ann, "/search", q=query))["hits"]]

    assert await found("quetzal") == []
    made = (await ann.post("/agents", json={"name": "Quetzal", "archetype": "artist"})).json()
    assert await found("quetz") == ["Quetzal"]
    await agents.update(made["id"], lambda old: old.but(name="Zopilote"))
    assert (await found("quetzal"), await found("zopilote")) == ([], ["Zopilote"])
    await agents.delete({"id": made["id"]})
    assert await found("zopilote") == []


async def test_a_search_finds_nobody_elses_agents(ann: AsyncClient, bob: AsyncClient):
    await ann.post("/agents", json={"name": "Quetzal", "archetype": "artist"})
    await get(ann, "/search", q="quetzal")

    assert (await get(bob, "/search", q="quetzal"))["hits"] == []
    await bob.post("/agents", json={"name": "Quetzalcoatl", "archetype": "artist"})
    assert [h["name"] for h in (await get(bob, "/search", q="quetz"))["hits"]] == ["Quetzalcoatl"]
    assert [h["name"] for h in (await get(ann, "/search", q="quetz"))["hits"]] == ["Quetzal"]


async def test_a_search_tells_how_much_it_does_not_show(ann: AsyncClient):
    some = await get(ann, "/search", q="a", limit=3)

    assert len(some["hits"]) == 3 < some["total"]


@pytest.mark.parametrize("asked", [{}, {"q": ""}, {"q": "x" * 101}, {"q": "a", "limit": 61}])
async def test_a_search_for_nothing_is_422(ann: AsyncClient, asked: dict[str, Any]):
    assert (await ann.get(f"{LIBRARY}/search", params=asked)).status_code == 422
