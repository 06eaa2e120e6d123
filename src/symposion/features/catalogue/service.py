"""What can be done with the library: look, search, and add from it."""

from collections import Counter
from dataclasses import dataclass

from symposion.context import Context
from symposion.core.errors import NotFound
from symposion.engine.persona import Archetype
from symposion.features.agents.models import Agent, AgentDraft
from symposion.features.agents.service import create_agents
from symposion.features.catalogue.models import LibraryAgent, Panel, Sector
from symposion.features.catalogue.portraits import avatar_url
from symposion.features.catalogue.shelf import shelf

PAGE_LIMIT = 60
"""Most agents of one page, and most hits of a search."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What agents are asked for; whatever is None or empty is not asked.

    Attributes:
        text: Words that all occur, as a search finds them.
    """

    sector: str = ""
    archetype: Archetype | None = None
    tag: str = ""
    min_age: int = 0
    max_age: int = 200
    text: str = ""

    def fits(self, agent: LibraryAgent) -> bool:
        """Say whether ``agent`` is wanted, its words apart."""
        return (
            self.sector in ("", agent.sector)
            and self.archetype in (None, agent.archetype)
            and (not self.tag or self.tag.strip().lower() in agent.tags)
            and self.min_age <= agent.age <= self.max_age
        )


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list.

    Attributes:
        total: How many fit, on all pages.
        next_cursor: Leads to the next page; empty on the last.
    """

    agents: list[LibraryAgent]
    total: int
    next_cursor: str


async def list_agents(
    ctx: Context,  # noqa: ARG001 - every verb begins with who asks
    wanted: Wanted,
    *,
    cursor: str = "",
    limit: int = 20,
) -> Page:
    """Return the agents that are ``wanted``, in order of ids.

    Args:
        ctx: Who asks.
        wanted: Which ones.
        cursor: The `Page.next_cursor` of the page before.
        limit: Most agents, 1 to `PAGE_LIMIT`.
    """
    books = shelf()
    found = [agent for agent in books.agents.values() if wanted.fits(agent)]
    if wanted.text:
        named = {match.id for match in books.index.find(wanted.text)}
        found = [agent for agent in found if agent.id in named]
    rest = [agent for agent in found if agent.id > cursor]
    more = len(rest) > limit
    return Page(rest[:limit], len(found), rest[limit - 1].id if more else "")


async def read_agent(ctx: Context, library_id: str) -> LibraryAgent:  # noqa: ARG001
    """Return one agent of the library. Raises `NotFound`."""
    return _of_library(library_id)


async def list_sectors(ctx: Context) -> list[tuple[Sector, int]]:  # noqa: ARG001
    """Return all sectors by name, each with the number of its agents."""
    books = shelf()
    counts = Counter(agent.sector for agent in books.agents.values())
    sectors = sorted(books.sectors.values(), key=lambda sector: sector.name)
    return [(sector, counts[sector.id]) for sector in sectors]


async def list_panels(ctx: Context) -> list[Panel]:  # noqa: ARG001
    """Return all panels."""
    return list(shelf().panels.values())


async def read_panel(ctx: Context, panel_id: str) -> Panel:  # noqa: ARG001
    """Return one panel. Raises `NotFound`."""
    try:
        return shelf().panels[panel_id]
    except KeyError:
        raise NotFound from None


async def add_agent(ctx: Context, library_id: str) -> Agent:
    """Add an agent of the library to the caller's own, with all that it is.

    Raises:
        NotFound: The library has no such agent.
        RosterFull: The caller's roster has no place.
    """
    return (await create_agents(ctx, [_draft(_of_library(library_id))]))[0]


async def add_panel(ctx: Context, panel_id: str) -> list[Agent]:
    """Add all agents of a panel to the caller's own, or none.

    Raises:
        NotFound: The library has no such panel.
        RosterFull: The caller's roster has no place for all of them.
    """
    panel = await read_panel(ctx, panel_id)
    return await create_agents(ctx, [_draft(_of_library(m.agent_id)) for m in panel.members])


def _of_library(library_id: str) -> LibraryAgent:
    try:
        return shelf().agents[library_id]
    except KeyError:
        raise NotFound from None


def _draft(agent: LibraryAgent) -> AgentDraft:
    return AgentDraft(
        name=agent.name,
        archetype=agent.archetype,
        personality=agent.personality,
        goal=agent.goal,
        expertise=agent.expertise,
        background=agent.background,
        memory_summary="\n".join(agent.memories),
        avatar_url=avatar_url(agent),
        role=agent.role,
        blind_spot=agent.blind_spot,
        contradiction=agent.contradiction,
        pushback=agent.pushback,
    )
