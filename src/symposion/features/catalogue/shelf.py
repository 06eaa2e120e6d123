"""Where the library's data stands: read from the package at the first question, then kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import attrgetter
from typing import TypeVar

from pydantic import TypeAdapter

from symposion.core.fulltext import Index
from symposion.features.catalogue.models import LibraryAgent, Panel, Sector

T = TypeVar("T")

_DATA = files("symposion.features.catalogue") / "data"
_SECTORS = TypeAdapter(tuple[Sector, ...])
_AGENTS = TypeAdapter(tuple[LibraryAgent, ...])
_PANELS = TypeAdapter(tuple[Panel, ...])

WEIGHTS = (8, 6, 4, 4, 3, 2, 1)
"""What a word counts in name, role, expertise, tags, archetype and sector, goal, background."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The whole library, in order of ids.

    Attributes:
        index: Finds agents by their words, with `WEIGHTS`.
    """

    sectors: Mapping[str, Sector]
    agents: Mapping[str, LibraryAgent]
    panels: Mapping[str, Panel]
    index: Index


@cache
def shelf() -> Shelf:
    """Return the library; reading it takes some 20 ms, once."""
    sectors = {sector.id: sector for sector in _read("sectors.json", _SECTORS)}
    everybody = [agent for name in sectors for agent in _read(f"agents/{name}.json", _AGENTS)]
    agents = {agent.id: agent for agent in sorted(everybody, key=attrgetter("id"))}
    panels = {panel.id: panel for panel in _read("panels.json", _PANELS)}
    index = Index(WEIGHTS, ((a.id, _fields(a, sectors[a.sector])) for a in agents.values()))
    return Shelf(sectors, agents, panels, index)


def _read(path: str, shape: TypeAdapter[T]) -> T:
    return shape.validate_json(_DATA.joinpath(path).read_bytes())


def _fields(agent: LibraryAgent, sector: Sector) -> tuple[str, ...]:
    return (
        agent.name,
        agent.role,
        agent.expertise,
        " ".join(agent.tags),
        f"{agent.archetype} {sector.name}",
        agent.goal,
        agent.background,
    )
