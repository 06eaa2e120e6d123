"""The library over HTTP; under ``/api/v1`` only."""

from typing import Annotated

from fastapi import Query

from symposion.core.errors import NotFound
from symposion.engine.persona import Archetype
from symposion.features.agents.errors import RosterFull
from symposion.features.agents.wire import AgentReply
from symposion.features.catalogue import searching, service
from symposion.features.catalogue.wire import (
    HitReply,
    LibraryAgentReply,
    PageReply,
    PanelReply,
    SearchReply,
    SectorReply,
)
from symposion.web.deps import Ctx
from symposion.web.problems import tells
from symposion.web.routing import room

versioned = room("/library", "library")

Word = Annotated[str, Query(max_length=60)]
Text = Annotated[str, Query(max_length=100)]
Age = Annotated[int, Query(ge=0, le=200)]
Limit = Annotated[int, Query(ge=1, le=service.PAGE_LIMIT)]


@versioned.get("/agents")
async def list_agents(  # noqa: PLR0913 - each filter is named and may be left out
    ctx: Ctx,
    *,
    sector: Word = "",
    archetype: Archetype | None = None,
    tag: Word = "",
    min_age: Age = 0,
    max_age: Age = 200,
    text: Text = "",
    cursor: Word = "",
    limit: Limit = 20,
) -> PageReply:
    """List ready-made agents in order of ids, those that fit all filters.

    `text` works as in the search. `cursor` is the `next_cursor` of the page before.
    """
    wanted = service.Wanted(sector, archetype, tag, min_age, max_age, text)
    return PageReply.of(await service.list_agents(ctx, wanted, cursor=cursor, limit=limit))


@versioned.get("/agents/{library_id}", responses=tells(NotFound))
async def read_agent(ctx: Ctx, library_id: str) -> LibraryAgentReply:
    """Read one ready-made agent."""
    return LibraryAgentReply.of(await service.read_agent(ctx, library_id))


@versioned.post("/agents/{library_id}/add", responses=tells(NotFound, RosterFull))
async def add_agent(ctx: Ctx, library_id: str) -> AgentReply:
    """Add a ready-made agent to your simulation; from then on it is yours."""
    return AgentReply.of(await service.add_agent(ctx, library_id))


@versioned.get("/sectors")
async def list_sectors(ctx: Ctx) -> list[SectorReply]:
    """List the sectors of the library with the number of their agents."""
    return [SectorReply.of(sector, n) for sector, n in await service.list_sectors(ctx)]


@versioned.get("/search")
async def search(
    ctx: Ctx, q: Annotated[str, Query(min_length=1, max_length=100)], limit: Limit = 20
) -> SearchReply:
    """Search the library and your own agents, best first.

    Every word of `q` must begin a word of name, role, expertise, tags, archetype, sector, goal or
    background, in this order of weight; case and accents make no difference.
    """
    found = await searching.search(ctx, q, limit=limit)
    return SearchReply(query=q, hits=[HitReply.of(hit) for hit in found.hits], total=found.total)


@versioned.get("/panels")
async def list_panels(ctx: Ctx) -> list[PanelReply]:
    """List the ready-made panels: casts for typical questions."""
    return [PanelReply.of(panel) for panel in await service.list_panels(ctx)]


@versioned.get("/panels/{panel_id}", responses=tells(NotFound))
async def read_panel(ctx: Ctx, panel_id: str) -> PanelReply:
    """Read one panel."""
    return PanelReply.of(await service.read_panel(ctx, panel_id))


@versioned.post("/panels/{panel_id}/add", responses=tells(NotFound, RosterFull))
async def add_panel(ctx: Ctx, panel_id: str) -> list[AgentReply]:
    """Add all members of a panel to your simulation, or none if there is no place for all."""
    return [AgentReply.of(agent) for agent in await service.add_panel(ctx, panel_id)]
