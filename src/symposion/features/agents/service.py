"""What can be done with agents."""

from typing import Any

from symposion.context import Context
from symposion.engine.persona import Archetype, Traits
from symposion.features.agents.errors import RosterFull, UnknownArchetype
from symposion.features.agents.models import AGENTS, LIST_LIMIT, ROSTER_LIMIT, Agent, AgentDraft


async def list_agents(ctx: Context) -> list[Agent]:
    """Return the caller's newest `LIST_LIMIT` agents, in order of creation."""
    newest = await ctx.own(AGENTS).find(order="-created_at", limit=LIST_LIMIT)
    return newest[::-1]


async def create_agent(ctx: Context, draft: AgentDraft) -> Agent:
    """Add an agent to the caller's roster.

    Raises:
        UnknownArchetype: The draft names none of `Archetype`.
        RosterFull: The caller has `ROSTER_LIMIT` agents.
    """
    archetype = known_archetype(draft.archetype)
    agents = ctx.own(AGENTS)
    if await agents.count() >= ROSTER_LIMIT:
        raise RosterFull(f"You have {ROSTER_LIMIT} agents, and that is the most you can keep.")
    fields: dict[str, Any] = draft.model_dump() | {
        "archetype": archetype,
        "personality": draft.personality or Traits.of(archetype),
    }
    return await ctx.make(AGENTS, Agent(**ctx.owned, **fields, created_at=ctx.now()))


def known_archetype(name: str) -> Archetype:
    """Return the archetype called ``name``. Raises `UnknownArchetype`."""
    try:
        return Archetype(name)
    except ValueError:
        known = ", ".join(Archetype)
        raise UnknownArchetype(f"The archetype must be one of: {known}.") from None
