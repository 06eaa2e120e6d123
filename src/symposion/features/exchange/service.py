"""What can be done with files of agents."""

import asyncio
from datetime import timedelta
from typing import Any

import orjson

from symposion.context import Context
from symposion.engine.persona import Archetype
from symposion.features.agents.errors import RosterFull
from symposion.features.agents.models import AGENTS, ROSTER_LIMIT, Agent, AgentDraft
from symposion.features.exchange import tables
from symposion.features.exchange.cards import card_of
from symposion.features.exchange.checking import check, likeness
from symposion.features.exchange.errors import BadRows
from symposion.features.exchange.files import read
from symposion.features.exchange.keeping import alone, keep_all, undo_abandoned
from symposion.features.exchange.models import (
    FIELDS,
    Duplicates,
    File,
    Findings,
    Format,
    Wishes,
)

__all__ = ["export_agents", "import_agents", "undo_abandoned"]


async def import_agents(ctx: Context, file: File, wishes: Wishes) -> Findings:
    """Add the agents of ``file`` to the caller's roster, all that are wished for or none.

    Raises:
        UnreadableFile: It is not of its format, or passes a limit.
        BadRows: Some rows are no agents, and are not to be left out.
        RosterFull: There is no room for all of them.
        Busy: Other imports of the caller's take too long.
    """
    found = await asyncio.to_thread(lambda: check(read(file)))
    if wishes.dry_run:
        _without_twins(found, await _roster(ctx), wishes)
        return found
    if found.bad and not wishes.skip_bad:
        raise _bad_rows(found)
    async with alone(ctx):
        note, *ids = [next(ctx.ids) for _ in range(found.rows + 1)]
        mine = set(ids)  # under an idempotency key, an earlier attempt may have written them
        others = [agent for agent in await _roster(ctx) if agent.id not in mine]
        _without_twins(found, others, wishes)
        if len(found.drafts) > found.room:
            raise RosterFull(
                f"The file has {len(found.drafts)} new agents, and you can keep {found.room} more "
                f"of {ROSTER_LIMIT}; nothing was written."
            )
        if found.drafts:
            await keep_all(ctx, note, _agents(ctx, found.drafts, ids))
        found.imported = len(found.drafts)
        return found


async def _roster(ctx: Context) -> list[Agent]:
    return await ctx.own(AGENTS).find(order="created_at", limit=2 * ROSTER_LIMIT)


def _without_twins(found: Findings, roster: list[Agent], wishes: Wishes) -> None:
    """Count the drafts of ``found`` that are there already, and leave them out if wished."""
    seen = {likeness(agent) for agent in roster}
    found.room = max(0, ROSTER_LIMIT - len(roster))
    for place, draft in list(found.drafts.items()):
        like = likeness(draft)
        if like in seen:
            found.duplicates += 1
            if wishes.duplicates is Duplicates.SKIP:
                del found.drafts[place]
        seen.add(like)


def _agents(ctx: Context, drafts: dict[int, AgentDraft], ids: list[str]) -> list[Agent]:
    """Return what is to be kept; each is a millisecond younger, for lists are in order of time."""
    began = ctx.now() - timedelta(milliseconds=len(ids))
    return [
        Agent(
            **ctx.owned,
            **draft.model_dump(),
            id=ids[place],
            created_at=began + timedelta(milliseconds=place),
        )
        for place, draft in drafts.items()
    ]


def _bad_rows(found: Findings) -> BadRows:
    counts: dict[str, object] = {
        "rows": found.rows,
        "good": len(found.drafts),
        "bad": found.bad,
    }
    errors = [
        {
            "pointer": f"#/{error.line}/{error.field}".rstrip("/"),
            "line": error.line,
            "field": error.field,
            "detail": error.detail,
        }
        for error in found.errors
    ]
    return BadRows(
        f"{found.bad} of {found.rows} rows are no agents; nothing was written.",
        **counts,
        errors=errors,
    )


async def export_agents(ctx: Context, form: Format, agent_id: str | None = None) -> bytes:
    """Return the caller's agents as a file, oldest first; or the one named ``agent_id``.

    Raises:
        NotFound: The caller has no agent of that name.
    """
    one = await ctx.own(AGENTS).get(agent_id) if agent_id else None
    drafts = [_draft(agent) for agent in ([one] if one else await _roster(ctx))]
    return await asyncio.to_thread(_written, drafts, form, single=bool(one))


def _draft(agent: Agent) -> AgentDraft:
    told: dict[str, Any] = {name: getattr(agent, name) for name in FIELDS}
    return AgentDraft.model_construct(
        None, **told | {"archetype": Archetype(agent.archetype).value}
    )


def _written(drafts: list[AgentDraft], form: Format, *, single: bool) -> bytes:
    match form:
        case Format.CSV:
            return tables.write(drafts).encode()
        case Format.CARD:
            cards = [card_of(draft) for draft in drafts]
            return orjson.dumps(cards[0] if single else cards)
        case Format.JSON:
            told = [draft.model_dump(mode="json") for draft in drafts]
            return orjson.dumps(told[0] if single else told)
