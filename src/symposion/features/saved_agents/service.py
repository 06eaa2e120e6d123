"""What can be done with saved agents."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from symposion.context import Context
from symposion.core.errors import Duplicate, NotFound
from symposion.engine.persona import Traits
from symposion.features.archetypes.service import known_archetype
from symposion.features.saved_agents.errors import LibraryFull
from symposion.features.saved_agents.models import (
    LIBRARY_LIMIT,
    LIST_LIMIT,
    SAVED_AGENTS,
    USES,
    SavedAgent,
    SavedAgentChanges,
    SavedAgentDraft,
    Use,
)
from symposion.ports.store import OneOf, Tally


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved agent and how often it was used since it was saved."""

    agent: SavedAgent
    uses: int


async def list_saved(ctx: Context) -> list[Saved]:
    """Return the caller's newest `LIST_LIMIT` saved agents, newest first."""
    return await _counted(ctx, await ctx.own(SAVED_AGENTS).find(limit=LIST_LIMIT))


async def save_agent(ctx: Context, draft: SavedAgentDraft) -> Saved:
    """Put an agent into the caller's library.

    Raises:
        UnknownArchetype: The draft names none of `Archetype`.
        LibraryFull: There are `LIBRARY_LIMIT` saved agents.
    """
    archetype = known_archetype(draft.archetype)
    if await ctx.own(SAVED_AGENTS).count() >= LIBRARY_LIMIT:
        raise LibraryFull(f"You have saved {LIBRARY_LIMIT} agents, and that is the most.")
    fields: dict[str, Any] = draft.model_dump() | {
        "archetype": archetype,
        "personality": draft.personality or Traits.of(archetype),
    }
    fresh = SavedAgent(**ctx.owned, **fields, created_at=ctx.now())
    return await _one(ctx, await ctx.make(SAVED_AGENTS, fresh))


async def change_saved(ctx: Context, saved_id: str, changes: SavedAgentChanges) -> Saved:
    """Change some fields of a saved agent; traits stay when the archetype changes.

    Raises:
        NotFound: The caller has no such saved agent.
        UnknownArchetype: The changes name none of `Archetype`.
    """
    fields = changes.model_dump(exclude_none=True)
    if changes.archetype is not None:
        await ctx.own(SAVED_AGENTS).get(saved_id)  # what is not there is so, whatever the archetype
        fields["archetype"] = known_archetype(changes.archetype)
    saved = ctx.own(SAVED_AGENTS)
    return await _one(ctx, await saved.update(saved_id, lambda old: old.but(**fields)))


async def toggle_favorite(ctx: Context, saved_id: str) -> Saved:
    """Make a saved agent a favorite, or none if it is one. Raises `NotFound`."""
    changed = await ctx.own(SAVED_AGENTS).update(
        saved_id, lambda old: old.but(is_favorite=not old.is_favorite)
    )
    return await _one(ctx, changed)


async def delete_saved(ctx: Context, saved_id: str) -> None:
    """Take an agent out of the library, and what is known of its uses. Raises `NotFound`."""
    if not await ctx.own(SAVED_AGENTS).delete({"id": saved_id}):
        raise NotFound
    await ctx.own(USES).delete({"saved_id": saved_id})


async def note_uses(ctx: Context, names: Sequence[str], source: str) -> None:
    """Count one use of each saved agent that has one of ``names``.

    It may be told again: ``source`` names the occasion, and each counts once.
    """
    named = OneOf(tuple(dict.fromkeys(names)))
    for saved in await ctx.own(SAVED_AGENTS).find({"name": named}, limit=LIBRARY_LIMIT):
        use = Use(**ctx.owned, saved_id=saved.id, source=source, created_at=ctx.now())
        with suppress(Duplicate):
            await ctx.own(USES).insert(use)


async def _counted(ctx: Context, found: Sequence[SavedAgent]) -> list[Saved]:
    ids = OneOf(tuple(agent.id for agent in found))
    uses = await ctx.own(USES).tally({"saved_id": ids}, by="saved_id")
    return [Saved(agent, uses.get(agent.id, Tally(0)).count) for agent in found]


async def _one(ctx: Context, agent: SavedAgent) -> Saved:
    return (await _counted(ctx, [agent]))[0]
