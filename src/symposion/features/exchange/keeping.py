"""All agents of a file, or none: also if the process ends in the middle.

The store changes one document at a time. So a note of all ids is kept before the first agent, and
its state turns to "kept" after the last. A note that is still open when nobody is at work tells
which agents to delete: the next import of the same user does, or the sweep.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress

from symposion.context import Context, Ports
from symposion.core.errors import Duplicate, NotFound
from symposion.features.agents.models import AGENTS, Agent
from symposion.features.exchange.errors import ImportUndone
from symposion.features.exchange.models import IMPORTS, PATIENCE, Import
from symposion.lease import sole_holder
from symposion.ports.identity import Actor
from symposion.ports.store import OneOf, Range

_PAGE = 100


@asynccontextmanager
async def alone(ctx: Context) -> AsyncGenerator[None]:
    """Let the caller import one file at a time, and clear away what a dead process left.

    Raises:
        Busy: Others of the caller's wait already, or take too long.
    """
    name = f"import {ctx.actor.user_id}"
    async with ctx.turnstile.through(name), sole_holder(ctx, name):
        for left in await ctx.own(IMPORTS).find(limit=_PAGE):
            await _undo(ctx, left.id)
        yield


async def keep_all(ctx: Context, id: str, agents: Sequence[Agent]) -> None:
    """Keep all of ``agents``, or raise and keep none; those that exist by their ids are kept.

    Args:
        ctx: Whose agents they are; within `alone`.
        id: The name of the note.
        agents: New, or written by the same request before.

    Raises:
        ImportUndone: It took longer than `PATIENCE`.
    """
    notes = ctx.own(IMPORTS)
    note = Import(
        **ctx.owned,
        id=id,
        agents=[agent.id for agent in agents],
        created_at=ctx.now(),
        due_at=ctx.now() + PATIENCE,
    )
    await notes.insert(note)
    written = await asyncio.gather(*(_keep(ctx, a) for a in agents), return_exceptions=True)
    failures = [result for result in written if isinstance(result, BaseException)]
    if failures:
        await _undo(ctx, id)
        raise failures[0]
    try:
        await notes.update(id, _kept)
    except (ImportUndone, NotFound):
        await _delete(ctx, note.agents)
        raise ImportUndone from None
    await notes.delete({"id": id})


async def _keep(ctx: Context, agent: Agent) -> None:
    with suppress(Duplicate):  # nothing of an agent is unique but its id
        await ctx.own(AGENTS).insert(agent)


def _kept(note: Import) -> Import:
    if note.state == "undone":
        raise ImportUndone
    return note.but(state="kept")


def _undone(note: Import) -> Import:
    return note.but(state="undone") if note.state == "open" else note


async def _undo(ctx: Context, id: str) -> None:
    """Take away what the note ``id`` names, unless it was kept; then the note itself."""
    with suppress(NotFound):
        note = await ctx.own(IMPORTS).update(id, _undone)
        if note.state == "undone":
            await _delete(ctx, note.agents)
        await ctx.own(IMPORTS).delete({"id": id})


async def _delete(ctx: Context, agents: Sequence[str]) -> None:
    await ctx.own(AGENTS).delete({"id": OneOf(tuple(agents))})


async def undo_abandoned(ports: Ports) -> None:
    """Take away what imports wrote that never came to an end, whoever's they are."""
    due = {"due_at": Range(end=ports.clock.now())}
    for note in await ports.store.collection(IMPORTS).find(due, order="due_at", limit=_PAGE):
        await _undo(Context(Actor(note.user_id, note.tenant_id), ports), note.id)
