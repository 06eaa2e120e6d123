"""The library as it is told over HTTP."""

from typing import Literal, Self

from pydantic import BaseModel

from symposion.engine.persona import Archetype, Pushback, Traits
from symposion.features.catalogue.models import LibraryAgent, Panel, Pronouns, Region, Sector
from symposion.features.catalogue.portraits import avatar_url
from symposion.features.catalogue.searching import Hit
from symposion.features.catalogue.service import Page
from symposion.features.catalogue.shelf import shelf


class LibraryAgentReply(BaseModel):
    """An agent of the library."""

    id: str
    name: str
    sector: str
    role: str
    age: int
    pronouns: Pronouns
    region: Region
    archetype: Archetype
    personality: Traits
    goal: str
    expertise: str
    background: str
    memories: list[str]
    blind_spot: str
    contradiction: str
    pushback: Pushback
    tags: list[str]
    avatar_url: str

    @classmethod
    def of(cls, agent: LibraryAgent) -> Self:
        """Return what is told of ``agent``."""
        return cls.model_validate(agent.model_dump() | {"avatar_url": avatar_url(agent)})


class PageReply(BaseModel):
    """Some agents; ``next_cursor`` leads to the next page and is empty on the last."""

    agents: list[LibraryAgentReply]
    total: int
    next_cursor: str

    @classmethod
    def of(cls, page: Page) -> Self:
        """Return what is told of ``page``."""
        agents = [LibraryAgentReply.of(agent) for agent in page.agents]
        return cls(agents=agents, total=page.total, next_cursor=page.next_cursor)


class SectorReply(BaseModel):
    """A sector, and how many agents it has."""

    id: str
    name: str
    agents: int

    @classmethod
    def of(cls, sector: Sector, agents: int) -> Self:
        """Return what is told of ``sector``."""
        return cls(id=sector.id, name=sector.name, agents=agents)


class SeatReply(BaseModel):
    """A member of a panel, and why."""

    library_id: str
    name: str
    role: str
    sector: str
    archetype: Archetype
    pushback: Pushback
    avatar_url: str
    reason: str


class PanelReply(BaseModel):
    """A named cast; ``question`` is what it is good for."""

    id: str
    name: str
    question: str
    members: list[SeatReply]

    @classmethod
    def of(cls, panel: Panel) -> Self:
        """Return what is told of ``panel``."""
        seats: list[SeatReply] = []
        for seat in panel.members:
            agent = shelf().agents[seat.agent_id]
            told = agent.model_dump(include=set(SeatReply.model_fields))
            seats.append(
                SeatReply(
                    **told,
                    library_id=agent.id,
                    avatar_url=avatar_url(agent),
                    reason=seat.reason,
                )
            )
        return cls(id=panel.id, name=panel.name, question=panel.question, members=seats)


class HitReply(BaseModel):
    """What was found: of the library, or the caller's own, which has neither sector nor tags."""

    source: Literal["library", "own"]
    id: str
    name: str
    role: str
    archetype: Archetype
    expertise: str
    avatar_url: str
    sector: str = ""
    tags: list[str] = []
    score: int

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """Return what is told of ``hit``."""
        agent, told = hit.agent, hit.agent.model_dump(include=set(cls.model_fields))
        if isinstance(agent, LibraryAgent):
            told |= {"source": "library", "avatar_url": avatar_url(agent)}
        return cls.model_validate({"source": "own", "score": hit.score} | told)


class SearchReply(BaseModel):
    """The best hits, and how many there are in all."""

    query: str
    hits: list[HitReply]
    total: int
