"""What can be done with agents."""

from collections.abc import Sequence, Set
from dataclasses import replace
from typing import Any

from symposion.context import Context
from symposion.core.errors import DomainError, NotFound, Outdated
from symposion.engine.persona import Traits
from symposion.features.agents.errors import RosterFull
from symposion.features.agents.models import (
    AGENTS,
    LIST_LIMIT,
    MEMORY_LIMIT,
    ROSTER_LIMIT,
    Agent,
    AgentChanges,
    AgentDraft,
)
from symposion.features.archetypes.service import known_archetype
from symposion.features.portraits import service as portraits
from symposion.features.saved_agents.service import note_uses
from symposion.ports.store import OneOf


async def list_agents(ctx: Context) -> list[Agent]:
    """Return the caller's newest `LIST_LIMIT` agents, in order of creation."""
    newest = await ctx.own(AGENTS).find(order="-created_at", limit=LIST_LIMIT)
    return newest[::-1]


async def read_agent(ctx: Context, agent_id: str) -> Agent:
    """Return one of the caller's agents. Raises `NotFound`."""
    return await ctx.own(AGENTS).get(agent_id)


async def create_agent(ctx: Context, draft: AgentDraft, home: str = "") -> Agent:
    """Add an agent to the caller's roster; saved agents of its name count that as a use.

    One with a prompt and no portrait is given one if it can be had; ``home`` is where browsers
    reach us.

    Raises:
        UnknownArchetype: The draft names none of `Archetype`.
        RosterFull: The caller has `ROSTER_LIMIT` agents.
    """
    known_archetype(draft.archetype)
    wanted = draft.avatar_prompt.strip() and not draft.avatar_url
    if wanted and await ctx.own(AGENTS).count() < ROSTER_LIMIT:
        url = await portraits.offered(ctx, draft.avatar_prompt, home)
        draft = draft.model_copy(update={"avatar_url": url})
    return (await create_agents(ctx, [draft]))[0]


async def create_agents(ctx: Context, drafts: Sequence[AgentDraft]) -> list[Agent]:
    """Add agents to the caller's roster: all of them, or none; saved agents count the use.

    Only the end of the process can leave some; the same request under its idempotency key adds the
    rest.

    Raises:
        UnknownArchetype: A draft names none of `Archetype`.
        RosterFull: The roster would have more than `ROSTER_LIMIT` agents.
    """
    fresh = [_agent(ctx, draft) for draft in drafts]
    agents, names = ctx.own(AGENTS), tuple(next(ctx.ids) for _ in fresh)
    made = await agents.count({"id": OneOf(names)})
    if await agents.count() - made + len(fresh) > ROSTER_LIMIT:
        raise RosterFull(f"The most agents you can keep is {ROSTER_LIMIT}.")
    named = replace(ctx, ids=iter(names))
    try:
        kept = [await named.make(AGENTS, agent) for agent in fresh]
    except DomainError:
        await agents.delete({"id": OneOf(names)})
        raise
    for agent in kept:
        await note_uses(ctx, (agent.name,), source=f"agent {agent.id}")
    return kept


def _agent(ctx: Context, draft: AgentDraft) -> Agent:
    archetype = known_archetype(draft.archetype)
    fields: dict[str, Any] = draft.model_dump() | {
        "archetype": archetype,
        "personality": draft.personality or Traits.of(archetype),
    }
    return Agent(**ctx.owned, **fields, created_at=ctx.now())


async def change_agent(
    ctx: Context, agent_id: str, changes: AgentChanges, versions: Set[int] | None = None
) -> Agent:
    """Change some fields of an agent; traits stay when the archetype changes.

    Args:
        ctx: Whose agent it is.
        agent_id: Which it is.
        changes: What is to be different.
        versions: Those that may be changed; None for any.

    Raises:
        NotFound: The caller has no such agent.
        UnknownArchetype: The changes name none of `Archetype`.
        Outdated: It has another version.
    """
    fields = changes.model_dump(exclude_none=True)
    if changes.archetype is not None:
        await read_agent(ctx, agent_id)  # what is not there is so, whatever the archetype
        fields["archetype"] = known_archetype(changes.archetype)

    def change(old: Agent) -> Agent:
        _check(old, versions)
        return old.but(**fields)

    return await ctx.own(AGENTS).update(agent_id, change)


def _check(agent: Agent, versions: Set[int] | None) -> None:
    if versions is not None and agent.version not in versions:
        raise Outdated


async def set_expertise(ctx: Context, agent_id: str, expertise: str) -> Agent:
    """Say what an agent knows about. Raises `NotFound`."""
    return await ctx.own(AGENTS).update(agent_id, lambda old: old.but(expertise=expertise))


async def add_memory(ctx: Context, agent_id: str, memory: str) -> Agent:
    """Let an agent remember one thing more, on a line of its own; the oldest is forgotten first.

    What is left has at most `MEMORY_LIMIT` characters and begins with a whole word. Addresses of
    web pages in it are not followed. Raises `NotFound`.
    """
    return await ctx.own(AGENTS).update(
        agent_id,
        lambda old: old.but(memory_summary=_end(f"{old.memory_summary}\n{memory}".strip())),
    )


def _end(text: str) -> str:
    """Return the last `MEMORY_LIMIT` characters of ``text``, less a word that was cut."""
    if len(text) <= MEMORY_LIMIT:
        return text
    before, last = text[-MEMORY_LIMIT - 1], text[-MEMORY_LIMIT:]
    if before.isspace() or last[0].isspace():
        return last.lstrip()
    words = last.split(maxsplit=1)
    return words[-1]


async def clear_memory(ctx: Context, agent_id: str) -> None:
    """Let an agent forget all it brought along. Raises `NotFound`."""
    await ctx.own(AGENTS).update(agent_id, lambda old: old.but(memory_summary=""))


async def delete_agent(ctx: Context, agent_id: str, versions: Set[int] | None = None) -> None:
    """Take an agent out of the roster; what it said stays.

    Raises:
        NotFound: The caller has no such agent.
        Outdated: ``versions`` are given, and it has none of them.
    """
    agent = await read_agent(ctx, agent_id)
    _check(agent, versions)
    which = {"id": agent_id} | ({} if versions is None else {"version": agent.version})
    if not await ctx.own(AGENTS).delete(which):
        await read_agent(ctx, agent_id)
        raise Outdated


async def delete_agents(ctx: Context, agent_ids: Sequence[str]) -> int:
    """Take agents out of the roster, all of them or none; return how many there were.

    Raises:
        NotFound: One of them is none of the caller's agents; nothing is deleted.
    """
    named = OneOf(tuple(dict.fromkeys(agent_ids)))
    agents = ctx.own(AGENTS)
    if await agents.count({"id": named}) != len(named.values):
        raise NotFound
    return await agents.delete({"id": named})
