"""The existing web client's way with agents: its own calls, in its own order (contract 2.5, 4, 5).

It compares statuses exactly, reads what is asserted here, and sends what its forms send.
"""

from typing import Any

import pytest
from httpx2 import AsyncClient
from visitors import ORIGIN

TRAITS = dict.fromkeys(
    ("extroversion", "optimism", "curiosity", "cooperativeness", "energy"), 5
)  # fmt: skip
FORM = {
    "name": "Dr. Ada Stone",
    "archetype": "scientist",
    "personality": TRAITS,
    "goal": "Find the leak.",
    "expertise": "hydrology",
    "background": "Ten years in water works.",
    "memory_summary": "",
    "avatar_prompt": "",
    "avatar_url": "",
}
"""What the dialog for a new agent sends; it starts with all traits at 5."""

SAVED = FORM | {"is_template": False, "is_favorite": False}

CARD = {
    "name": "Lena Roth",
    "archetype": "leader",
    "goal": "Build a fund.",
    "expertise": "venture capital",
    "background": "Three funds.",
    "memory_summary": "Led a round in 2021. Knowledge Sources: https://a.example, https://b.example",
    "avatar_url": "https://v3.fal.media/files/lena.png",
    "avatar_prompt": "",
}
"""What adding a card of the client's own library sends: no traits."""


def told(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    return answer.json()


async def sign_up(page: AsyncClient) -> None:
    """Register, come back, and log in, as the sign-in screen does."""
    page.headers["Origin"] = ORIGIN
    person = {"email": "cleo@example.com", "password": "correct horse battery"}
    told(await page.post("/auth/register", json=person | {"name": "Cleo"}))
    reply = told(await page.post("/auth/login", json=person))
    assert reply["user"]["name"] == "Cleo"
    page.headers["Authorization"] = f"Bearer {reply['access_token']}"
    told(await page.get("/auth/me"))


async def add_from_library(page: AsyncClient, saved: dict[str, Any]) -> dict[str, Any]:
    """Add a saved agent as the client's code for library cards does: it reads a card's keys."""
    knowledge = saved.get("knowledge")
    memory = saved.get("memories", "undefined")
    if knowledge is None:
        memory = f"{memory} Knowledge Sources: undefined"
    draft = {
        "name": saved["name"],
        "archetype": saved["archetype"],
        "goal": saved["goal"],
        "expertise": saved["expertise"],
        "background": saved["background"],
        "memory_summary": memory,
        "avatar_url": saved["avatar"],
        "personality": saved["personality"],
    }
    return told(await page.post("/agents", json=draft))


@pytest.mark.parametrize("version", ["", "/v1"])
async def test_the_client_goes_its_way_with_agents(nobody: AsyncClient, version: str):
    page = nobody
    page.base_url = f"http://house/api{version}"
    await sign_up(page)

    # The first screen of a new account.
    assert (told(await page.get("/simulation/state")))["is_active"] is False
    assert told(await page.get("/agents")) == []
    assert told(await page.get("/saved-agents")) == []

    # A new agent: two calls, and the second reply is appended to the list.
    agent = told(await page.post("/agents", json=FORM))
    saved = told(await page.post("/saved-agents", json=SAVED))
    assert {name: agent[name] for name in FORM} == FORM
    assert {name: saved[name] for name in SAVED} == SAVED
    assert agent["id"] != saved["id"]
    for reply in (agent, saved):
        assert all(isinstance(reply[name], str) for name in ("id", "name", "goal", "avatar_url"))

    # A card of the client's own library.
    card = told(await page.post("/agents", json=CARD))
    assert {name: card[name] for name in CARD} == CARD
    assert card["personality"]["extroversion"] == 9

    # Editing sends the full set, and expertise and memory stick.
    edit = FORM | {"expertise": "pumps", "memory_summary": "Found one leak."}
    edited = told(await page.put(f"/agents/{agent['id']}", json=edit))
    assert told(await page.get("/agents")) == [edited, card]
    assert (edited["expertise"], edited["memory_summary"]) == ("pumps", "Found one leak.")

    # The heart on a saved agent.
    heart = told(await page.put(f"/saved-agents/{saved['id']}/favorite", json={}))
    assert heart["is_favorite"] is heart["agent"]["is_favorite"] is True
    (listed,) = told(await page.get("/saved-agents"))
    assert listed == saved | {"is_favorite": True}
    assert (listed["title"], listed["archetypeDisplay"]) == ("hydrology", "The Scientist")

    # A saved agent joins the simulation with its face and its traits, and nobody's "undefined".
    again = await add_from_library(page, listed)
    assert (again["memory_summary"], again["personality"]) == ("", TRAITS)
    assert (told(await page.get("/saved-agents")))[0]["usage_count"] == 1

    # The whole roster goes at once, then the saved one.
    ids = [one["id"] for one in told(await page.get("/agents"))]
    assert (told(await page.post("/agents/bulk-delete", json=ids)))["deleted_count"] == 3
    assert told(await page.get("/agents")) == []
    told(await page.delete(f"/saved-agents/{saved['id']}"))
    assert told(await page.get("/saved-agents")) == []

    # One agent, removed by itself.
    last = told(await page.post("/agents", json=FORM))
    told(await page.delete(f"/agents/{last['id']}"))
    assert told(await page.get("/agents")) == []


async def test_a_page_of_another_origin_may_ask_by_version(nobody: AsyncClient):
    asked = await nobody.options(
        "/agents/x",
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization,content-type,if-match",
        },
    )

    assert asked.status_code == 200
    answer = await nobody.get("/agents", headers={"Origin": ORIGIN})
    assert "ETag" in answer.headers["access-control-expose-headers"]
