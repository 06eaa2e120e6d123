"""Saved agents over HTTP (HTTP contract, section 5 and rule 1.15)."""

from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from visitors import client

from symposion.context import Context, Ports
from symposion.core.documents import new_id
from symposion.features.accounts.models import ACCOUNTS
from symposion.features.conversations import keeping
from symposion.features.conversations.models import ROUNDS
from symposion.features.saved_agents import service
from symposion.features.saved_agents.models import USES
from symposion.ports.identity import Actor

ADA = {"name": "Ada", "archetype": "scientist", "goal": ""}
TRAITS = {"extroversion": 1, "optimism": 10, "curiosity": 5, "cooperativeness": 2, "energy": 9}
FULL = ADA | {
    "goal": "Find out.",
    "personality": TRAITS,
    "expertise": "steam engines, looms",
    "background": "Grew up on a ship.",
    "memory_summary": "Met Bo in Oslo.",
    "avatar_url": "https://pictures.example/ada.png",
    "avatar_prompt": "a portrait",
    "is_template": True,
    "is_favorite": True,
}
OWN = {"id", "user_id", "created_at", "usage_count"}
ALIASES = {"avatar", "memories", "knowledge", "title", "archetypeDisplay"}
LEAK = {"scenario": "A leak in the greenhouse.", "scenario_name": "Leak"}


async def saved(who: AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await who.post("/saved-agents", json=ADA | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def uses(who: AsyncClient) -> dict[str, int]:
    return {told["name"]: told["usage_count"] for told in (await who.get("/saved-agents")).json()}


async def test_what_was_saved_is_told_under_all_its_names(ann: AsyncClient):
    told = await saved(ann, **FULL)

    assert set(told) == OWN | ALIASES | set(FULL)
    assert {name: told[name] for name in FULL} == FULL
    assert told["avatar"] == told["avatar_url"]
    assert told["memories"] == told["memory_summary"]
    assert (told["knowledge"], told["usage_count"]) == ("", 0)
    assert (told["title"], told["archetypeDisplay"]) == ("steam engines", "The Scientist")
    assert (await ann.get("/saved-agents")).json() == [told]
    assert told["user_id"] == (await ann.get("/auth/me")).json()["id"]


async def test_little_need_be_said(ann: AsyncClient):
    told = await saved(ann)

    assert told["personality"]["curiosity"] == 9
    assert (told["is_template"], told["is_favorite"]) == (False, False)
    assert (told["title"], told["avatar"], told["memories"]) == ("The Scientist", "", "")


async def test_the_newest_comes_first(ann: AsyncClient):
    for name in ("Cy", "Ada", "Bo"):
        await saved(ann, name=name)

    assert list(await uses(ann)) == ["Bo", "Ada", "Cy"]


@pytest.mark.parametrize("lacking", ["name", "archetype", "goal"])
async def test_name_archetype_and_goal_must_be_there(ann: AsyncClient, lacking: str):
    body = {name: value for name, value in ADA.items() if name != lacking}

    assert (await ann.post("/saved-agents", json=body)).status_code == 422


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"goal": None},
        {"personality": {"energy": 5}},
        {"memory_summary": "x" * 4001},
        {"is_favorite": "yes"},
        {"is_template": 1},
        {"usage_count": 5},
        {"user_id": "somebody"},
        {"avatar": "x"},
    ],
)
async def test_a_field_that_does_not_fit_is_422(ann: AsyncClient, change: dict[str, object]):
    assert (await ann.post("/saved-agents", json=FULL | change)).status_code == 422
    assert (await ann.get("/saved-agents")).json() == []


async def test_an_unknown_archetype_is_400(ann: AsyncClient):
    told = await saved(ann)
    wizard = ADA | {"archetype": "wizard"}

    for refused in (
        await ann.post("/saved-agents", json=wizard),
        await ann.put(f"/saved-agents/{told['id']}", json=wizard),
    ):
        assert (refused.status_code, refused.json()["code"]) == (400, "unknown-archetype")
    assert (await ann.get("/saved-agents")).json() == [told]


async def test_a_memory_that_a_page_made_of_nothing_is_empty(ann: AsyncClient):
    nothing = "undefined Knowledge Sources: undefined"

    told = await saved(ann, memory_summary=nothing)

    assert (told["memory_summary"], told["memories"]) == ("", "")
    changed = await ann.put(f"/saved-agents/{told['id']}", json={"memory_summary": nothing})
    assert changed.json()["memories"] == ""


async def test_what_is_not_sent_stays(ann: AsyncClient):
    told = await saved(ann, **FULL)

    changed = await ann.put(
        f"/saved-agents/{told['id']}", json={"memory_summary": "", "is_favorite": False}
    )

    assert changed.json() == told | {"memory_summary": "", "memories": "", "is_favorite": False}
    assert (await ann.put(f"/saved-agents/{told['id']}", json={})).json() == changed.json()


async def test_a_favorite_is_toggled(ann: AsyncClient):
    told = await saved(ann)
    path = f"/saved-agents/{told['id']}/favorite"

    on, off = [(await ann.put(path, json={})).json() for _ in range(2)]

    assert on == {"success": True, "is_favorite": True, "agent": told | {"is_favorite": True}}
    assert off == {"success": True, "is_favorite": False, "agent": told}
    assert (await ann.get("/saved-agents")).json() == [told]


async def test_a_deleted_one_is_gone(ann: AsyncClient, ports: Ports):
    told, other = await saved(ann), await saved(ann, name="Bo")
    path = f"/saved-agents/{told['id']}"
    await ann.post("/agents", json=ADA)

    gone = await ann.delete(path)

    assert (gone.status_code, set(gone.json())) == (200, {"message"})
    assert (await ann.get("/saved-agents")).json() == [other]
    assert await ports.store.collection(USES).count() == 0
    for again in (
        await ann.delete(path),
        await ann.put(path, json={}),
        await ann.put(f"{path}/favorite", json={}),
    ):
        assert again.status_code == 404


async def test_nobody_reaches_what_another_saved(ann: AsyncClient, bob: AsyncClient):
    told = await saved(ann)

    for path in (told["id"], new_id()):
        for refused in (
            await bob.delete(f"/saved-agents/{path}"),
            await bob.put(f"/saved-agents/{path}", json={"goal": "Mine."}),
            await bob.put(f"/saved-agents/{path}/favorite", json={}),
        ):
            assert refused.status_code == 404
    assert (await bob.get("/saved-agents")).json() == []
    assert (await ann.get("/saved-agents")).json() == [told]


async def test_a_library_has_an_end(ann: AsyncClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "LIBRARY_LIMIT", 2)
    for _ in range(2):
        await saved(ann)

    refused = await ann.post("/saved-agents", json=ADA)

    assert (refused.status_code, refused.json()["code"]) == (429, "library-full")


async def test_a_list_shows_the_newest(ann: AsyncClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "LIST_LIMIT", 2)
    for name in ("Cy", "Ada", "Bo"):
        await saved(ann, name=name)

    assert list(await uses(ann)) == ["Bo", "Ada"]


async def test_whoever_is_added_or_speaks_is_counted(ann: AsyncClient, bob: AsyncClient):
    for name in ("Ada", "Bo", "Cy"):
        await saved(ann, name=name)
    await saved(bob, name="Ada")

    for name in ("Ada", "Bo", "Bo"):
        await ann.post("/agents", json=ADA | {"name": name})
    assert await uses(ann) == {"Cy": 0, "Bo": 2, "Ada": 1}

    await ann.post("/simulation/set-scenario", json=LEAK)
    for _ in range(2):
        assert (await ann.post("/conversation/generate")).status_code == 200
    assert await uses(ann) == {"Cy": 0, "Bo": 4, "Ada": 3}

    for agent in (await ann.get("/agents")).json():
        await ann.delete(f"/agents/{agent['id']}")
    await ann.post("/simulation/start")
    assert await uses(ann) == {"Cy": 0, "Bo": 4, "Ada": 3}
    assert await uses(bob) == {"Ada": 0}


async def test_what_was_before_it_was_saved_is_not_counted(ann: AsyncClient):
    await ann.post("/agents", json=ADA)

    assert (await saved(ann))["usage_count"] == 0


async def test_a_request_that_is_sent_again_counts_once(ann: AsyncClient):
    await saved(ann)
    key = {"Idempotency-Key": "add"}

    for _ in range(2):
        await ann.post("/agents", json=ADA, headers=key)

    assert await uses(ann) == {"Ada": 1}


async def own(ann: AsyncClient, ports: Ports) -> Context:
    account = await ports.store.collection(ACCOUNTS).get((await ann.get("/auth/me")).json()["id"])
    return Context(Actor(account.id, account.tenant_id), ports)


class Killed(Exception):
    pass


@pytest.mark.parametrize("crash", ["before", "after"])
async def test_a_round_that_was_cut_short_counts_once(
    ann: AsyncClient, ports: Ports, monkeypatch: pytest.MonkeyPatch, crash: str
):
    """The process ends before or after the uses are noted, and the round is kept later."""
    for name in ("Ada", "Bo"):
        await saved(ann, name=name)
        await ann.post("/agents", json=ADA | {"name": name})
    await ann.post("/simulation/set-scenario", json=LEAK)

    async def killed(ctx: Context, names: Any, source: str) -> None:
        if crash == "after":
            await service.note_uses(ctx, names, source)
        raise Killed

    with monkeypatch.context() as end:
        end.setattr(keeping, "note_uses", killed)
        assert (await ann.post("/conversation/generate")).status_code == 500
    assert await ports.store.collection(ROUNDS).count() == 0

    assert len((await ann.get("/conversations")).json()) == 1
    assert await uses(ann) == {"Bo": 2, "Ada": 2}


async def test_a_round_told_again_is_not_counted_again(ann: AsyncClient, ports: Ports):
    told = await saved(ann)
    ctx = await own(ann, ports)

    for source in ("round 1", "round 1", "round 2"):
        await service.note_uses(ctx, ["Ada", "Ada"], source)

    assert (await ann.put(f"/saved-agents/{told['id']}", json={})).json()["usage_count"] == 2


async def test_saved_agents_are_taken_along_and_go_with_their_account(
    app: FastAPI, ports: Ports, ann: AsyncClient
):
    await saved(ann, **FULL)
    await ann.post("/agents", json=ADA)

    taken = (await ann.get("/auth/export-data")).json()["saved_agents"]

    assert [kept["memory_summary"] for kept in taken] == ["Met Bo in Oslo."]
    async with client(app) as nobody:
        nobody.headers["Authorization"] = ann.headers["Authorization"]
        left = await nobody.request("DELETE", "/v1/auth/account", json={"current_password": ""})
    assert left.status_code == 200, left.text
    assert await ports.store.collection(USES).count() == 0
