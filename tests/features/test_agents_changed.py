"""Agents changed, remembered for and deleted over HTTP (HTTP contract, section 4)."""

from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from visitors import client

from symposion.core.documents import new_id
from symposion.engine.persona import Archetype, Traits

ADA = {"name": "Ada", "archetype": "scientist", "expertise": "engines", "goal": "Find out."}


async def made(who: AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await who.post("/agents", json=ADA | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_agent_can_be_read(ann: AsyncClient):
    agent = await made(ann)

    assert (await ann.get(f"/agents/{agent['id']}")).json() == agent


async def test_what_is_not_sent_stays(ann: AsyncClient):
    agent = await made(ann, memory_summary="Met Bo.")

    answer = await ann.put(f"/agents/{agent['id']}", json={"goal": "Win.", "memory_summary": ""})

    assert answer.status_code == 200
    assert answer.json() == agent | {"goal": "Win.", "memory_summary": ""}
    assert (await ann.get("/agents")).json() == [answer.json()]


async def test_nothing_or_null_changes_nothing(ann: AsyncClient):
    agent = await made(ann)

    for body in ({}, {"goal": None, "personality": None, "name": None}):
        assert (await ann.put(f"/agents/{agent['id']}", json=body)).json() == agent


async def test_traits_stay_when_the_archetype_changes(ann: AsyncClient):
    agent = await made(ann)

    changed = await ann.put(f"/agents/{agent['id']}", json={"archetype": "artist"})

    assert changed.json() == agent | {"archetype": "artist"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"archetype": "wizard"}, 400),
        ({"name": ""}, 422),
        ({"name": " "}, 422),
        ({"personality": {"energy": 5}}, 422),
        ({"goal": "x" * 1001}, 422),
        ({"user_id": "somebody"}, 422),
        ({"id": "mine"}, 422),
        ({"version": 7}, 422),
        ([], 422),
    ],
)
async def test_a_change_that_does_not_fit_changes_nothing(
    ann: AsyncClient, change: object, status: int
):
    agent = await made(ann)

    refused = await ann.put(f"/agents/{agent['id']}", json=change)

    assert refused.status_code == status
    assert isinstance(refused.json()["detail"], str)
    assert (await ann.get(f"/agents/{agent['id']}")).json() == agent


async def test_expertise_has_an_address_of_its_own(ann: AsyncClient):
    agent = await made(ann)
    path = f"/agents/{agent['id']}/expertise"

    told = await ann.put(path, json={"expertise": "bridges"})

    assert told.json() == agent | {"expertise": "bridges"}
    for bad in ({}, {"expertise": " "}, {"expertise": "x" * 1001}, {"expertise": 7}):
        assert (await ann.put(path, json=bad)).status_code == 400
    assert (await ann.get("/agents")).json() == [told.json()]


async def test_memories_are_added_and_the_oldest_forgotten(ann: AsyncClient):
    agent = await made(ann, memory_summary="oldest " * 100)
    path = f"/agents/{agent['id']}/add-memory"

    for number in range(4):
        await ann.post(path, json={"memory": f"memory number {number} " + "x" * 180})
    told = await ann.post(path, json={"memory": "memory number 4 " + "x" * 180})

    memory = told.json()["updated_memory"]
    assert told.json() == {
        "message": "The memory is added.",
        "agent_id": agent["id"],
        "updated_memory": memory,
        "urls_processed": 0,
    }
    assert 900 <= len(memory) <= 1000
    assert memory.split()[0] in {"oldest", "memory", "number", "0"}
    assert memory.endswith("memory number 4 " + "x" * 180)
    assert (await ann.get(f"/agents/{agent['id']}")).json()["memory_summary"] == memory


@pytest.mark.parametrize(
    ("memory", "kept"),
    [
        ("x" * 1000, "x" * 1000),
        ("yes " + "x" * 1000, "x" * 1000),
        ("yes no " + "x" * 998, "x" * 998),
        ("yes " + "x" * 999, "x" * 999),
        ("x" * 4000, "x" * 1000),
    ],
)
async def test_one_long_memory_keeps_its_end_from_a_whole_word_on(
    ann: AsyncClient, memory: str, kept: str
):
    agent = await made(ann)

    told = await ann.post(f"/agents/{agent['id']}/add-memory", json={"memory": memory})

    assert told.json()["updated_memory"] == kept


async def test_an_address_in_a_memory_is_text(ann: AsyncClient):
    agent = await made(ann)
    memory = "Read http://169.254.169.254/latest/meta-data and http://127.0.0.1:1/"

    told = await ann.post(f"/agents/{agent['id']}/add-memory", json={"memory": memory})

    assert (told.json()["updated_memory"], told.json()["urls_processed"]) == (memory, 0)


async def test_a_memory_that_says_nothing_is_400(ann: AsyncClient):
    agent = await made(ann, memory_summary="Met Bo.")

    for bad in ({}, {"memory": ""}, {"memory": "\n "}, {"memory": "x" * 4001}, {"memory": None}):
        refused = await ann.post(f"/agents/{agent['id']}/add-memory", json=bad)
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid-request")
    assert (await ann.get("/agents")).json() == [agent]


async def test_a_memory_can_be_cleared(ann: AsyncClient):
    agent = await made(ann, memory_summary="Met Bo.")

    told = await ann.post(f"/agents/{agent['id']}/clear-memory")

    assert told.json() == {"message": "The memory is cleared.", "agent_id": agent["id"]}
    assert (await ann.get("/agents")).json() == [agent | {"memory_summary": ""}]


@pytest.mark.parametrize(
    "nothing",
    [
        "undefined Knowledge Sources: undefined",
        "undefined",
        " Knowledge Sources: ",
        "undefined Knowledge Sources: ",
    ],
)
async def test_a_memory_that_a_page_made_of_nothing_is_empty(ann: AsyncClient, nothing: str):
    agent = await made(ann, memory_summary=nothing)
    assert agent["memory_summary"] == ""

    changed = await ann.put(f"/agents/{agent['id']}", json={"memory_summary": nothing})
    assert changed.json()["memory_summary"] == ""


async def test_a_memory_with_something_in_it_is_kept_whole(ann: AsyncClient):
    for real in (
        "Met Bo. Knowledge Sources: undefined",
        "undefined Knowledge Sources: https://example.org/a",
        "The undefined behaviour of C.",
    ):
        assert (await made(ann, memory_summary=real))["memory_summary"] == real


async def test_a_deleted_agent_is_gone(ann: AsyncClient):
    agent, other = await made(ann), await made(ann)
    path = f"/agents/{agent['id']}"

    gone = await ann.delete(path)

    assert gone.status_code == 200
    assert set(gone.json()) == {"message"}
    assert (await ann.get("/agents")).json() == [other]
    for again in (await ann.get(path), await ann.delete(path), await ann.put(path, json={})):
        assert again.status_code == 404
    for rest in ("/expertise", "/add-memory", "/clear-memory"):
        body = {"expertise": "x"} if rest == "/expertise" else {"memory": "x"}
        method = "PUT" if rest == "/expertise" else "POST"
        assert (await ann.request(method, path + rest, json=body)).status_code == 404


WAYS = [("POST", "/agents/bulk-delete"), ("DELETE", "/agents/bulk")]


@pytest.mark.parametrize(("method", "path"), WAYS)
@pytest.mark.parametrize("wrapped", [False, True])
async def test_several_agents_are_deleted_at_once(
    ann: AsyncClient, method: str, path: str, wrapped: bool
):
    first, second, third = [(await made(ann))["id"] for _ in range(3)]

    def body(*ids: str) -> object:
        return {"agent_ids": ids} if wrapped else ids

    told = await ann.request(method, path, json=body(first, third, first))
    none = await ann.request(method, path, json=body())

    assert (told.status_code, told.json()["deleted_count"]) == (200, 2)
    assert set(told.json()) == {"message", "deleted_count"}
    assert (none.status_code, none.json()["deleted_count"]) == (200, 0)
    assert [agent["id"] for agent in (await ann.get("/agents")).json()] == [second]


@pytest.mark.parametrize(("method", "path"), WAYS)
async def test_one_id_that_is_not_mine_and_nothing_is_deleted(
    ann: AsyncClient, bob: AsyncClient, method: str, path: str
):
    mine, theirs = await made(ann), await made(bob)

    for odd in (theirs["id"], new_id(), "nonsense"):
        refused = await ann.request(method, path, json=[mine["id"], odd])
        assert refused.status_code == 404
    assert (await ann.get("/agents")).json() == [mine]
    assert (await bob.get("/agents")).json() == [theirs]


@pytest.mark.parametrize(("method", "path"), WAYS)
@pytest.mark.parametrize(
    "body",
    [
        ["x" * 65],
        [""],
        [7],
        [None],
        [{"$ne": None}],
        ["x"] * 101,
        "x",
        {},
        {"agent_ids": "x"},
        {"agent_ids": None},
        {"agent_ids": [], "ids": []},
        {"ids": []},
        None,
    ],
)
async def test_a_list_of_ids_that_is_none_is_422(
    ann: AsyncClient, method: str, path: str, body: object
):
    refused = await ann.request(method, path, json=body)

    assert refused.status_code == 422
    assert isinstance(refused.json()["detail"], str)


async def test_a_hundred_ids_fit(ann: AsyncClient):
    agent = await made(ann)

    told = await ann.post("/agents/bulk-delete", json=[agent["id"]] * 100)

    assert told.json()["deleted_count"] == 1


async def test_everybody_may_read_the_archetypes(nobody: AsyncClient):
    told = (await nobody.get("/archetypes")).json()

    assert list(told) == [archetype.value for archetype in Archetype]
    assert len(told) == 9
    assert {name: kind["default_traits"] for name, kind in told.items()} == {
        archetype.value: Traits.of(archetype).model_dump() for archetype in Archetype
    }
    assert told["researcher"]["name"] == "The Researcher"
    assert len({kind["description"] for kind in told.values()}) == 9
    assert all(set(kind) == {"name", "description", "default_traits"} for kind in told.values())


async def test_a_version_is_told_and_asked_for(ann: AsyncClient):
    answer = await ann.post("/agents", json=ADA)
    path, first = f"/agents/{answer.json()['id']}", answer.headers["etag"]
    assert (await ann.get(path)).headers["etag"] == first == '"1"'

    changed = await ann.put(path, json={"goal": "Win."}, headers={"If-Match": first})
    second = changed.headers["etag"]
    late = await ann.put(path, json={"goal": "Lose."}, headers={"If-Match": first})

    assert changed.status_code == 200
    assert (await ann.get(path)).headers["etag"] == second != first
    assert (late.status_code, late.json()["code"]) == (412, "outdated")
    assert (await ann.get(path)).json()["goal"] == "Win."
    assert (await ann.delete(path, headers={"If-Match": first})).status_code == 412
    assert (await ann.delete(path, headers={"If-Match": second})).status_code == 200


@pytest.mark.parametrize("odd", ['"2"', '"01"', "1", "W/" + '"1"', '""', "", '"x"', "nonsense"])
async def test_what_is_no_version_of_it_matches_nothing(ann: AsyncClient, odd: str):
    agent = await made(ann)
    path = f"/agents/{agent['id']}"

    for method in ("PUT", "DELETE"):
        refused = await ann.request(method, path, json={}, headers={"If-Match": odd})
        assert refused.status_code == 412, method
    assert (await ann.get(path)).headers["etag"] == '"1"'


async def test_any_version_or_one_of_several_will_do(ann: AsyncClient):
    path = f"/agents/{(await made(ann))['id']}"

    for tags in ("*", '"7", "2"', None):
        headers = {"If-Match": tags} if tags else {}
        told = await ann.put(path, json={"goal": "Win."}, headers=headers)
        assert told.status_code == 200
    assert (await ann.delete(path, headers={"If-Match": "*"})).status_code == 200
    assert (await ann.delete(path, headers={"If-Match": "*"})).status_code == 404


async def test_of_two_who_read_the_same_one_changes_it(ann: AsyncClient, app: FastAPI):
    path = f"/agents/{(await made(ann))['id']}"
    async with client(app) as twin:
        twin.headers = ann.headers
        told = [
            await who.put(path, json={"goal": goal}, headers={"If-Match": '"1"'})
            for who, goal in ((ann, "Win."), (twin, "Lose."))
        ]

    assert [answer.status_code for answer in told] == [200, 412]


async def test_a_list_that_is_known_is_not_sent_again(ann: AsyncClient, bob: AsyncClient):
    agent = await made(ann)
    told = await ann.get("/agents")
    tag = told.headers["etag"]

    async def again(known: str) -> int:
        return (await ann.get("/agents", headers={"If-None-Match": known})).status_code

    same = await ann.get("/agents", headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert "no-store" in same.headers["cache-control"]
    assert await again(f'"x", W/{tag}') == await again("*") == 304
    assert await again('"x"') == await again(tag.strip('"')) == 200
    await ann.put(f"/agents/{agent['id']}", json={"goal": "Win."})
    assert await again(tag) == 200
    assert (await bob.get("/agents", headers={"If-None-Match": tag})).json() == []


async def test_an_answer_that_is_repeated_tells_its_version_too(ann: AsyncClient):
    key = {"Idempotency-Key": "once"}

    first, again = [await ann.post("/agents", json=ADA, headers=key) for _ in range(2)]

    assert again.headers["idempotent-replayed"] == "true"
    assert first.headers["etag"] == again.headers["etag"] == '"1"'
    assert len((await ann.get("/agents")).json()) == 1
