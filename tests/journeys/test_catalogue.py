"""From the library to a conversation: browse, search, add, generate; all offline."""

from httpx2 import AsyncClient

from symposion.context import Ports
from symposion.features.catalogue.shelf import shelf
from symposion.features.conversations.models import LOG


async def test_people_from_the_library_hold_a_conversation(ann: AsyncClient, ports: Ports):
    sectors = (await ann.get("/v1/library/sectors")).json()
    listed = await ann.get("/v1/library/agents", params={"sector": sectors[0]["id"], "limit": 1})
    first = listed.json()["agents"][0]
    asked = {"q": "tenant rent strike"}
    hit = (await ann.get("/v1/library/search", params=asked)).json()["hits"][0]
    panel = (await ann.get("/v1/library/panels/town-newspaper")).json()

    for library_id in (first["id"], hit["id"]):
        assert (await ann.post(f"/v1/library/agents/{library_id}/add")).status_code == 200
    added = await ann.post(f"/v1/library/panels/{panel['id']}/add")
    assert added.status_code == 200
    scene = {"scenario": panel["question"], "scenario_name": panel["name"]}
    await ann.post("/simulation/set-scenario", json=scene)
    told = (await ann.post("/conversation/generate")).json()

    expected = {first["name"], hit["name"], *(member["name"] for member in panel["members"])}
    assert {message["agent_name"] for message in told["messages"]} == expected
    await the_engine_knows_them(ports, expected)


async def the_engine_knows_them(ports: Ports, names: set[str]) -> None:
    """Check that the log of the run holds what makes them differ."""
    batches = await ports.store.collection(LOG).find(order="seq", limit=100)
    log = "".join(batch.body for batch in batches)
    for agent in shelf().agents.values():
        if agent.name in names:
            told = (agent.role, agent.blind_spot, agent.contradiction, *agent.memories)
            assert [text for text in told if text not in log] == []
