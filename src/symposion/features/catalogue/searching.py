"""Search in the library and in the caller's own agents at once."""

from dataclasses import dataclass

from symposion.context import Context
from symposion.core.fulltext import Index, Match
from symposion.features.agents.models import AGENTS, Agent
from symposion.features.catalogue.models import LibraryAgent
from symposion.features.catalogue.shelf import WEIGHTS, shelf
from symposion.ports.store import Collection, OneOf

SEARCHED_LIMIT = 5_000
"""Most of the caller's own agents that a search looks at: the newest."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a search found: an agent of the library, or one of the caller's own."""

    agent: LibraryAgent | Agent
    score: int


@dataclass(frozen=True, slots=True)
class Found:
    """The best hits; ``total`` counts all."""

    hits: list[Hit]
    total: int


async def search(ctx: Context, query: str, *, limit: int = 20) -> Found:
    """Look for ``query`` in the library and in the caller's own agents.

    Every word of it must begin a word of the agent. Best first (see `Index`), and of those equally
    good the caller's own; at most ``limit``, 1 to `PAGE_LIMIT`.
    """
    own = await _own_matches(ctx, query)
    library = shelf().index.find(query)
    ranked = sorted([*own, *library], key=lambda match: -match.score)[:limit]
    mine = {match.id for match in own}
    wanted = tuple(match.id for match in ranked if match.id in mine)
    agents: dict[str, LibraryAgent | Agent] = {**shelf().agents}
    if wanted:
        kept = await ctx.own(AGENTS).find({"id": OneOf(wanted)}, limit=len(wanted))
        agents |= {agent.id: agent for agent in kept}
    hits = [Hit(agents[match.id], match.score) for match in ranked if match.id in agents]
    return Found(hits, len(own) + len(library))


async def _own_matches(ctx: Context, query: str) -> list[Match]:
    """Look in the index of the caller's agents; it is made anew if any of them changed.

    Their number, the sum of their versions and the newest tell: whatever is made, changed or
    deleted changes one of them.
    """
    agents, name = ctx.own(AGENTS), f"{ctx.actor.tenant_id} {ctx.actor.user_id}"
    state = await _state(agents)
    kept = ctx.indexes.take(name)
    if kept is None or kept[0] != state:
        found = await agents.find(limit=SEARCHED_LIMIT)
        kept = state, Index(WEIGHTS, ((agent.id, _fields(agent)) for agent in found))
    ctx.indexes.put(name, kept)
    return kept[1].find(query)


async def _state(agents: Collection[Agent]) -> str:
    newest = await agents.find(limit=1)
    if not newest:
        return ""
    tallied = (await agents.tally(by="user_id", add="version")).values()
    return " ".join([newest[0].id, *(f"{tally.count} {tally.total}" for tally in tallied)])


def _fields(agent: Agent) -> tuple[str, ...]:
    return (
        agent.name,
        agent.role,
        agent.expertise,
        "",
        agent.archetype,
        agent.goal,
        agent.background,
    )
