"""The data of the library: whole, without repetition, and even."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from symposion.engine.persona import Agent as Persona
from symposion.engine.persona import Archetype, Traits
from symposion.features.catalogue import balance
from symposion.features.catalogue.models import LibraryAgent
from symposion.features.catalogue.shelf import shelf

AGENTS = list(shelf().agents.values())
PANELS = list(shelf().panels.values())


def in_sector(sector: str) -> list[LibraryAgent]:
    return [agent for agent in AGENTS if agent.sector == sector]


SECTORS = list(shelf().sectors)


def test_there_are_240_agents_in_12_sectors():
    assert len(AGENTS) == 240
    assert Counter(agent.sector for agent in AGENTS) == dict.fromkeys(SECTORS, 20)
    assert len(SECTORS) == 12
    assert len({agent.name for agent in AGENTS}) == 240


@pytest.mark.parametrize("sector", SECTORS)
def test_every_sector_has_all_sorts_of_people(sector: str):
    agents = in_sector(sector)
    told = balance.shares(agents)

    assert set(told["Archetype"].values()) <= {1, 2, 3, 4}
    assert len(told["Archetype"]) == len(Archetype)
    assert set(told["Pushback"].values()) <= set(range(5, 10))
    assert set(told["Region"].values()) <= set(range(2, 7))
    assert {told["Pronouns"][p] for p in ("she", "he")} <= set(range(8, 12))
    assert min(told["Age"][age] for age in balance.AGES[::2]) >= 3


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.id)
def test_an_agent_is_somebody_of_its_own_whom_the_engine_takes_whole(agent: LibraryAgent):
    default = Traits.of(agent.archetype).model_dump()
    own = agent.personality.model_dump()
    fields = agent.model_dump(include=set(Persona.model_fields))

    assert sum(own[trait] != default[trait] for trait in default) >= 2
    assert Persona.model_validate(fields).model_dump(include=set(fields)) == fields
    assert 3 <= len(agent.expertise.split(",")) <= 6
    assert [tag for tag in agent.tags if tag != tag.lower()] == []
    assert [c for c in (agent.blind_spot, agent.contradiction) if c.endswith(".")] == []


def sentences() -> Iterator[str]:
    for agent in AGENTS:
        texts = [agent.goal, agent.background, *agent.memories]
        for text in [*texts, agent.blind_spot, agent.contradiction]:
            for sentence in re.split(r"(?<=[.!?])\s+", text):
                yield re.sub(r"\W+", " ", sentence.lower()).strip()
    for panel in PANELS:
        yield from (panel.question, *(member.reason for member in panel.members))


def test_no_sentence_occurs_twice():
    assert [(s, n) for s, n in Counter(sentences()).items() if n > 1] == []


def test_nothing_a_person_is_follows_from_sex_or_origin():
    gaps = balance.trait_gaps(AGENTS)
    leaders = {called: balance.leaders(AGENTS, called) for called in ("she", "he")}
    chances = balance.associations(AGENTS)
    print("\n".join(balance.tables(AGENTS, {})), leaders)  # noqa: T201 - shown when it fails

    assert {t: gap for t, gap in gaps.items() if abs(gap) > balance.TRAIT_GAP} == {}
    assert abs(leaders["she"] - leaders["he"]) <= balance.LEADERS_GAP
    assert {pair: p for pair, p in chances.items() if p < balance.CHANCE} == {}


def test_an_association_is_seen():
    bent = [
        agent.model_copy(update={"archetype": Archetype.LEADER})
        if agent.pronouns == "he" and agent.age < 40
        else agent
        for agent in AGENTS
    ]
    tired = [
        agent.model_copy(update={"personality": agent.personality.model_copy(update={"energy": 2})})
        if agent.region == "asia"
        else agent
        for agent in AGENTS
    ]

    assert balance.associations(bent)["archetype", "pronouns"] < balance.CHANCE
    assert balance.associations(tired)["energy", "region"] < balance.CHANCE


@pytest.mark.parametrize(
    ("distance", "freedom", "p"), [(3.841, 1, 0.05), (9.210, 2, 0.01), (18.307, 10, 0.05)]
)
def test_the_tail_of_chi_squared_is_that_of_the_tables(distance: float, freedom: int, p: float):
    assert balance._tail(distance, freedom) == pytest.approx(p, abs=0.003)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_a_panel_mixes_people_who_disagree(panel: object):
    assert isinstance(panel, type(PANELS[0]))
    members = [shelf().agents[member.agent_id] for member in panel.members]

    assert len({member.id for member in members}) == len(members)
    assert len({member.archetype for member in members}) >= 3
    assert len({member.pushback for member in members}) >= 2
    assert len({member.sector for member in members}) >= 2
    assert len({member.region for member in members}) >= 2


def test_there_are_panels_for_many_questions_and_not_always_of_the_same():
    used = Counter(member.agent_id for panel in PANELS for member in panel.members)

    assert len(PANELS) >= 20
    assert max(used.values()) <= 3
    assert len(used) >= 100
