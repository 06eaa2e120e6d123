"""Agents that come in files and leave in one, over HTTP."""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from visitors import Hands, client, sign_in

from symposion.context import Context, Ports
from symposion.core.errors import Unavailable
from symposion.features.agents.models import AGENTS, Agent
from symposion.features.exchange import keeping
from symposion.features.exchange.models import IMPORTS, Import
from symposion.features.personal_data.service import sweep
from symposion.ports.identity import Actor

PATH = "/v1/agents/import"
ADA = {"name": "Ada", "archetype": "scientist", "background": "Grew up on a ship."}
BO = {"name": "Bo", "archetype": "artist", "goal": "Paint."}
TRAITS = {"extroversion": 1, "optimism": 10, "curiosity": 5, "cooperativeness": 2, "energy": 9}
FULL = ADA | {
    "personality": TRAITS,
    "goal": "=1+1",
    "expertise": 'engines; "pumps", pipes',
    "background": "Two\nlines\r\nand 'a' third.",
    "memory_summary": "'@Oslo",
    "avatar_url": "https://pictures.example/ada.png",
    "avatar_prompt": "-portrait",
}
DEAD = keeping.PATIENCE + timedelta(seconds=1)
WRONG = {"name": "", "archetype": "wizard", "planet": "Mars"}


async def send(
    who: AsyncClient, body: object, media: str = "application/json", **query: Any
) -> Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    params = {name: str(value).lower() for name, value in query.items()}
    return await who.post(PATH, content=raw, params=params, headers={"Content-Type": media})


async def sent(
    who: AsyncClient, body: object, media: str = "application/json", **query: Any
) -> Any:
    answer = await send(who, body, media, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def names(who: AsyncClient) -> list[str]:
    return [agent["name"] for agent in (await who.get("/agents")).json()]


@pytest.mark.parametrize("body", [[ADA, BO], {"agents": [ADA, BO]}])
async def test_a_list_becomes_agents_in_its_order(ann: AsyncClient, body: object):
    report = await sent(ann, body)

    assert report == {
        "dry_run": False, "rows": 2, "good": 2, "bad": 0, "duplicates": 0, "new": 2,
        "imported": 2, "room": 500, "errors": [], "warnings": [],
    }  # fmt: skip
    assert await names(ann) == ["Ada", "Bo"]


async def test_an_imported_agent_is_like_one_that_was_made(ann: AsyncClient):
    made = (await ann.post("/agents", json=ADA)).json()
    await sent(ann, [ADA], duplicates="keep")

    _, imported = (await ann.get("/agents")).json()

    own = {"id", "created_at"}
    assert {k: v for k, v in imported.items() if k not in own} == {
        k: v for k, v in made.items() if k not in own
    }


async def test_the_order_of_a_file_is_the_order_of_the_list_under_a_key_too(ann: AsyncClient):
    ann.headers["Idempotency-Key"] = "once"

    await sent(ann, [ADA | {"name": f"N{n}"} for n in range(60)])

    assert await names(ann) == [f"N{n}" for n in range(60)]


async def test_a_dry_run_tells_all_and_writes_nothing(ann: AsyncClient):
    report = await sent(ann, [ADA, WRONG, ADA], dry_run=True)

    assert (report["rows"], report["good"], report["bad"]) == (3, 2, 1)
    assert (report["duplicates"], report["new"], report["imported"]) == (1, 1, 0)
    assert {(e["line"], e["field"]) for e in report["errors"]} == {(1, "name"), (1, "planet")}
    assert await names(ann) == []


async def test_one_bad_row_keeps_the_others_out(ann: AsyncClient):
    refused = await send(ann, [ADA, WRONG, 7])

    told = refused.json()
    assert (refused.status_code, told["code"]) == (422, "bad-rows")
    assert (told["rows"], told["good"], told["bad"]) == (3, 1, 2)
    assert {"pointer": "#/2", "line": 2, "field": "", "detail": "must be an object"} in told[
        "errors"
    ]
    assert await names(ann) == []


async def test_bad_rows_may_be_left_out(ann: AsyncClient):
    report = await sent(ann, [ADA, WRONG, BO], skip_bad=True)

    assert (report["imported"], report["bad"]) == (2, 1)
    assert await names(ann) == ["Ada", "Bo"]


async def test_a_long_report_is_cut_and_still_counts_all(ann: AsyncClient):
    rows = [WRONG | {"name": "N"} for _ in range(300)]

    report = await sent(ann, rows, dry_run=True)
    refused = await send(ann, rows)

    assert (len(report["errors"]), report["bad"]) == (100, 300)
    assert len(refused.content) <= 8192
    assert refused.json()["bad"] == 300


async def test_an_unknown_archetype_and_nul_are_told_by_field(ann: AsyncClient):
    rows = [ADA | {"archetype": "wizard"}, ADA | {"goal": "a\0b"}]

    report = await sent(ann, rows, dry_run=True)

    assert [(e["line"], e["field"]) for e in report["errors"]] == [(0, "archetype"), (1, "goal")]


async def test_twins_are_left_out_unless_wished_for(ann: AsyncClient):
    await sent(ann, [ADA])
    twins = [ADA | {"name": "  ADA "}, ADA | {"name": "\uff21da"}, ADA | {"background": "Other."}]

    skipped = await sent(ann, twins, dry_run=True)
    kept = await sent(ann, twins, duplicates="keep")

    assert (skipped["duplicates"], skipped["new"]) == (2, 1)
    assert (kept["duplicates"], kept["imported"]) == (2, 3)


async def test_twins_of_another_user_are_none(ann: AsyncClient, bob: AsyncClient):
    await sent(bob, [ADA])

    assert (await sent(ann, [ADA]))["imported"] == 1


async def test_what_does_not_fit_the_roster_is_refused_before_anything_is_written(
    ann: AsyncClient,
):
    rows = [ADA | {"name": f"N{n}"} for n in range(501)]

    refused = await send(ann, rows)
    would = await sent(ann, rows, dry_run=True)

    assert (refused.status_code, refused.json()["code"]) == (429, "roster-full")
    assert (would["new"], would["room"]) == (501, 500)
    assert await names(ann) == []
    assert (await sent(ann, rows[:500]))["imported"] == 500
    assert (await send(ann, [BO])).json()["code"] == "roster-full"
    assert (await ann.post("/agents", json=BO)).json()["code"] == "roster-full"


async def test_more_than_5000_rows_are_refused(ann: AsyncClient):
    table = b"name,archetype\n" + b"A,artist\n" * 5001

    assert (await send(ann, [ADA] * 5001)).json()["code"] == "unreadable-file"
    assert (await send(ann, table, "text/csv")).json()["code"] == "unreadable-file"
    assert (await sent(ann, [ADA] * 5000, dry_run=True))["duplicates"] == 4999


async def test_a_file_may_have_5_mib(ann: AsyncClient):
    at_most = b"[]" + b" " * (5 * 1024 * 1024 - 2)

    assert (await send(ann, at_most)).status_code == 200
    assert (await send(ann, at_most + b" ")).status_code == 413


@pytest.mark.parametrize(
    "media", ["", "text/plain", "multipart/form-data; boundary=x", "image/jpeg"]
)
async def test_other_formats_are_415(ann: AsyncClient, media: str):
    refused = await send(ann, [ADA], media)

    assert (refused.status_code, refused.json()["code"]) == (415, "unknown-media")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"7", b"null", b'"x"', b'{"agents": 7}', b"[NaN]", b'["\\ud800"]', b"\xff",
     b"[" * 100_000, b'{"agents": [], "x": [' + b"[]," * 200_000 + b"[]]}"],
    ids=range(11),
)  # fmt: skip
async def test_what_is_no_list_of_agents_is_422(ann: AsyncClient, body: bytes):
    refused = await send(ann, body)

    assert (refused.status_code, refused.json()["code"]) == (422, "unreadable-file")


async def test_a_row_of_very_many_fields_costs_one_error(ann: AsyncClient):
    wide = ADA | {f"x{n}": n for n in range(10_000)}
    inner = ADA | {"personality": {f"x{n}": n for n in range(10_000)}}

    report = await sent(ann, [wide, inner], dry_run=True)

    assert [e["field"] for e in report["errors"]] == ["", ""]


async def test_a_request_sent_twice_under_a_key_imports_once(ann: AsyncClient):
    ann.headers["Idempotency-Key"] = "once"

    first = await send(ann, [ADA])
    second = await send(ann, [ADA])
    other = await send(ann, [BO])

    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert other.json()["code"] == "idempotency-key-reused"
    assert await names(ann) == ["Ada"]


async def test_imports_at_the_same_time_stay_within_the_roster(ann: AsyncClient):
    def rows(mark: str) -> list[dict[str, str]]:
        return [ADA | {"name": f"{mark}{n}"} for n in range(200)]

    answers = await asyncio.gather(*(send(ann, rows(mark)) for mark in "ABC"))

    assert sorted(answer.status_code for answer in answers) == [200, 200, 429]


async def test_what_was_exported_comes_back_as_it_was(ann: AsyncClient, app: FastAPI):
    for draft in (FULL, BO):
        await ann.post("/agents", json=draft)
    before = (await ann.get("/agents")).json()

    for form in ("json", "csv", "card"):
        file = await ann.get("/v1/agents/export", params={"format": form})
        assert file.status_code == 200
        async with client(app) as fresh:
            await sign_in(fresh)
            await sent(fresh, file.content, file.headers["content-type"])
            after = (await fresh.get("/agents")).json()
        assert [_told(agent) for agent in after] == [_told(agent) for agent in before], form


def _told(agent: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in agent.items() if k not in {"id", "user_id", "created_at"}}


async def test_the_list_of_agents_can_be_imported_as_it_is_told(ann: AsyncClient, bob: AsyncClient):
    await ann.post("/agents", json=FULL)
    listed = (await ann.get("/agents")).json()

    await sent(bob, listed)

    assert [_told(a) for a in (await bob.get("/agents")).json()] == [_told(a) for a in listed]


async def test_an_export_is_a_file_with_a_name_of_ours(ann: AsyncClient, clock: Hands):
    await ann.post("/agents", json=FULL)
    day = f"{clock.now():%Y-%m-%d}"

    table = await ann.get("/v1/agents/export", params={"format": "csv"})

    assert table.headers["content-disposition"] == f'attachment; filename="agents-{day}.csv"'
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert "'=1+1" in table.text
    assert "''@Oslo" in table.text
    assert "'-portrait" in table.text


async def test_one_agent_is_exported_as_one_card(ann: AsyncClient, bob: AsyncClient):
    made = (await ann.post("/agents", json=FULL)).json()
    query = {"format": "card", "agent_id": made["id"]}

    card = (await ann.get("/v1/agents/export", params=query)).json()
    foreign = await bob.get("/v1/agents/export", params=query)

    assert (card["spec"], card["data"]["name"]) == ("chara_card_v2", "Ada")
    assert card["data"]["description"] == FULL["background"]
    assert foreign.status_code == 404
    assert (await sent(bob, card))["imported"] == 1


def _agents(ctx: Context, count: int) -> list[Agent]:
    fields: dict[str, Any] = {"archetype": "artist", "personality": TRAITS}
    return [Agent(**ctx.owned, name=f"N{n}", **fields) for n in range(count)]


async def _half_done(ctx: Context, agents: Sequence[Agent], state: str = "open") -> Import:
    """Leave what an import leaves whose process ended in the middle."""
    due = ctx.now() + keeping.PATIENCE
    note = Import(**ctx.owned, agents=[a.id for a in agents], due_at=due, state=state)  # pyright: ignore[reportArgumentType] - tests name states as texts
    await ctx.own(IMPORTS).insert(note)
    for agent in agents[: len(agents) // 2]:
        await ctx.own(AGENTS).insert(agent)
    return note


@pytest.fixture
async def ctx(ann: AsyncClient, ports: Ports) -> Context:
    me = (await ann.get("/auth/me")).json()["id"]
    (found,) = await ports.store.collection(AGENTS).find({"user_id": me}) or [None]
    assert found is None
    token = ann.headers["Authorization"].removeprefix("Bearer ")
    return Context(await ports.identity.identify(token), ports)


async def test_half_an_import_is_taken_away_by_the_next_one(ann: AsyncClient, ctx: Context):
    await _half_done(ctx, _agents(ctx, 10))
    assert len(await names(ann)) == 5

    await sent(ann, [ADA])

    assert await names(ann) == ["Ada"]
    assert await ctx.own(IMPORTS).count() == 0


async def test_half_an_import_is_taken_away_by_the_sweep_when_it_is_due(
    ann: AsyncClient, ctx: Context, ports: Ports, clock: Hands
):
    await _half_done(ctx, _agents(ctx, 10))

    await sweep(ports)
    early = len(await names(ann))
    clock.ahead += DEAD
    await sweep(ports)

    assert (early, await names(ann)) == (5, [])
    assert await ctx.own(IMPORTS).count() == 0


async def test_an_import_that_was_through_stays_though_its_note_was_left(
    ann: AsyncClient, ctx: Context, ports: Ports, clock: Hands
):
    await _half_done(ctx, _agents(ctx, 2), "kept")
    clock.ahead += DEAD

    await sweep(ports)

    assert len(await names(ann)) == 1
    assert await ctx.own(IMPORTS).count() == 0


async def test_a_store_that_breaks_off_leaves_nothing(
    ann: AsyncClient, ctx: Context, monkeypatch: pytest.MonkeyPatch
):
    keep, kept = keeping._keep, list[str]()  # pyright: ignore[reportPrivateUsage] - where it breaks

    async def breaks(ctx: Context, agent: Agent) -> None:
        if len(kept) == 7:
            raise Unavailable
        kept.append(agent.id)
        await keep(ctx, agent)

    monkeypatch.setattr(keeping, "_keep", breaks)
    rows = [ADA | {"name": f"N{n}"} for n in range(20)]

    refused = await send(ann, rows)

    assert refused.status_code == 503
    assert await names(ann) == []
    assert await ctx.own(IMPORTS).count() == 0


async def test_an_import_that_was_undone_meanwhile_is_refused_and_leaves_nothing(
    ann: AsyncClient, ports: Ports, clock: Hands, monkeypatch: pytest.MonkeyPatch
):
    keep = keeping._keep  # pyright: ignore[reportPrivateUsage]

    async def slow(ctx: Context, agent: Agent) -> None:
        clock.ahead += DEAD
        await keeping.undo_abandoned(ports)
        await keep(ctx, agent)

    monkeypatch.setattr(keeping, "_keep", slow)

    refused = await send(ann, [ADA, BO])

    assert (refused.status_code, refused.json()["code"]) == (409, "import-undone")
    assert await names(ann) == []


async def test_a_retry_under_a_key_finds_what_the_first_attempt_wrote(
    ann: AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    """The process ended after the agents were kept, and before the answer was."""
    ann.headers["Idempotency-Key"] = "once"
    whole = keeping.keep_all

    async def ends(ctx: Context, id: str, agents: Sequence[Agent]) -> None:
        await whole(ctx, id, agents)
        raise Unavailable

    monkeypatch.setattr("symposion.features.exchange.service.keep_all", ends)
    assert (await send(ann, [ADA, BO])).status_code == 503
    monkeypatch.undo()

    again = await sent(ann, [ADA, BO])

    assert (again["imported"], again["duplicates"]) == (2, 0)
    assert await names(ann) == ["Ada", "Bo"]


async def test_another_actor_cannot_undo(ctx: Context, ports: Ports):
    note = await _half_done(ctx, _agents(ctx, 2))
    stranger = Context(Actor("somebody", ctx.actor.tenant_id), ports)

    await keeping._undo(stranger, note.id)  # pyright: ignore[reportPrivateUsage]

    assert await ctx.own(AGENTS).count() == 1
