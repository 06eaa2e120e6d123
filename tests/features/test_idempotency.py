"""One effect for one key: requests that are sent again, over HTTP."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from listening import Listening
from visitors import Hands, client

from symposion.answers import ANSWERS
from symposion.app import create_app
from symposion.context import Context, Ports
from symposion.features.agents.models import AGENTS
from symposion.features.conversations import service as conversations
from symposion.features.conversations.models import LOG, ROUNDS
from symposion.features.personal_data.service import sweep
from symposion.lease import LEASES

ADA = {"name": "Ada", "archetype": "scientist"}
BO = {"name": "Bo", "archetype": "artist"}


async def post(who: AsyncClient, path: str, key: str, body: Any = None) -> Response:
    return await who.post(path, json=body, headers={"Idempotency-Key": key})


async def gather_cast(who: AsyncClient) -> None:
    for agent in (ADA, BO):
        await who.post("/agents", json=agent)
    await who.post("/simulation/set-scenario", json={"scenario": "A leak.", "scenario_name": "L"})


def again(answer: Response) -> bool:
    return answer.headers.get("idempotent-replayed") == "true"


async def test_the_same_request_under_one_key_is_done_once(ann: AsyncClient):
    first = await post(ann, "/agents", "k1", ADA)
    second = await post(ann, "/v1/agents", "k1", dict(reversed(ADA.items())))
    other = await post(ann, "/agents", "k2", ADA)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert first.headers["content-type"] == second.headers["content-type"]
    assert (again(first), again(second), again(other)) == (False, True, False)
    listed = (await ann.get("/agents")).json()
    assert [agent["id"] for agent in listed] == [first.json()["id"], other.json()["id"]]
    assert listed[0]["id"][14] == "7"


async def test_another_request_under_the_key_is_refused(ann: AsyncClient):
    await post(ann, "/agents", "k", ADA)

    for path, body in (("/agents", BO), ("/agents?x=1", ADA)):
        refused = await post(ann, path, "k", body)
        assert (refused.status_code, refused.json()["code"]) == (422, "idempotency-key-reused")
    assert (await post(ann, "/simulation/start", "k")).status_code == 200  # a key of its own
    assert len((await ann.get("/agents")).json()) == 1


async def test_a_key_is_its_callers(ann: AsyncClient, bob: AsyncClient):
    hers, his = await post(ann, "/agents", "k", ADA), await post(bob, "/agents", "k", BO)

    assert (his.status_code, again(his)) == (200, False)
    assert hers.json()["id"] != his.json()["id"]


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "k\x7f", "k\u00e9"])
async def test_what_is_no_key_is_told(ann: AsyncClient, key: str):
    raw = [(b"Idempotency-Key", key.encode())]
    refused = await ann.post("/agents", json=ADA, headers=raw)

    assert (refused.status_code, refused.json()["code"]) == (422, "bad-idempotency-key")
    assert (await ann.get("/agents")).json() == []


async def test_a_refusal_leaves_the_key_free(ann: AsyncClient):
    wrong = await post(ann, "/agents", "k", ADA | {"archetype": "wizard"})
    misfit = await post(ann, "/agents", "k", {"name": 7})
    right = await post(ann, "/agents", "k", ADA)

    assert [a.status_code for a in (wrong, misfit, right)] == [400, 422, 200]
    assert (await post(ann, "/conversation/generate", "g")).status_code == 400
    await gather_cast(ann)
    assert (await post(ann, "/conversation/generate", "g")).status_code == 200


async def test_of_many_at_once_one_does_the_work(ann: AsyncClient):
    answers = await asyncio.gather(*(post(ann, "/agents", "k", ADA) for _ in range(50)))

    assert {a.status_code for a in answers} <= {200, 409}
    assert len({a.content for a in answers if a.status_code == 200}) == 1
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"still-at-work"}
    assert len((await ann.get("/agents")).json()) == 1
    assert (await post(ann, "/agents", "k", ADA)).status_code == 200


async def test_processes_that_are_asked_at_once_do_the_work_once(ann: AsyncClient, ports: Ports):
    await gather_cast(ann)
    answers = await asyncio.gather(*(in_another_house(ports, ann, "k") for _ in range(3)))

    assert {a.status_code for a in answers} == {200}
    assert len({a.content for a in answers}) == 1
    assert len((await ann.get("/conversations")).json()) == 1
    assert await ports.store.collection(LEASES).count() == 0


async def in_another_house(ports: Ports, who: AsyncClient, key: str) -> Response:
    """Send a request to another process on the same store."""
    house = Ports(ports.store, ports.language, ports.identity, ports.clock)
    async with client(create_app(house)) as there:
        there.headers["Authorization"] = who.headers["Authorization"]
        return await post(there, "/conversation/generate", key)


async def test_an_answer_is_repeated_for_a_day(ann: AsyncClient, ports: Ports, clock: Hands):
    await post(ann, "/agents", "k", ADA)
    clock.ahead = timedelta(hours=23, minutes=59)
    assert again(await post(ann, "/agents", "k", ADA))

    clock.ahead = timedelta(hours=24, seconds=1)
    late = await post(ann, "/agents", "k", BO)

    assert (late.status_code, again(late)) == (200, False)
    clock.ahead = timedelta(hours=49)
    await sweep(ports)
    assert await ports.store.collection(ANSWERS).count() == 0


class Killed(BaseException):
    """The end of the process, as far as a test can play it."""


async def killed_after(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, request: Awaitable[Response]
) -> None:
    """Do ``request``, and end the process once ``place.name`` has done its work."""
    whole: Callable[..., Awaitable[Any]] = getattr(place, name)

    async def cut(*args: Any, **more: Any) -> Any:
        await whole(*args, **more)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(place, name, cut)
        with pytest.raises(Killed):
            await request


async def test_what_a_killed_process_made_is_found_again(
    ann: AsyncClient, ports: Ports, monkeypatch: pytest.MonkeyPatch
):
    await killed_after(monkeypatch, Context, "make", post(ann, "/agents", "k", ADA))
    (made,) = await ports.store.collection(AGENTS).find()

    answer = await post(ann, "/agents", "k", ADA)

    assert (answer.status_code, answer.json()["id"]) == (200, made.id)
    assert len((await ann.get("/agents")).json()) == 1


@pytest.mark.parametrize("name", ["_one_round", "_play", "_told"])
async def test_a_round_that_was_cut_short_is_played_and_paid_once(
    app: FastAPI, ann: AsyncClient, ports: Ports, monkeypatch: pytest.MonkeyPatch, name: str
):
    await gather_cast(ann)
    counting = Listening(ports.language)
    app.state.ports = replace(ports, language=counting)
    await killed_after(monkeypatch, conversations, name, post(ann, "/conversation/generate", "k"))
    paid = counting.calls

    answer = await post(ann, "/conversation/generate", "k")

    assert answer.status_code == 200
    assert counting.calls == paid
    (kept,) = await ports.store.collection(ROUNDS).find()
    assert (kept.id, kept.round_number) == (answer.json()["id"], 1)
    closed = [b for b in await ports.store.collection(LOG).find() if b.closed_round]
    assert len(closed) == 1


async def test_a_start_that_is_sent_again_does_not_start_again(ann: AsyncClient):
    await gather_cast(ann)
    await post(ann, "/simulation/start", "s")
    await ann.post("/conversation/generate")

    repeated = await post(ann, "/simulation/start", "s")

    assert again(repeated)
    assert len((await ann.get("/conversations")).json()) == 1
