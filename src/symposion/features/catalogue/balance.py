"""How even the library is: who is in it, and whether anything follows from sex or origin. Pure."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from statistics import fmean, pvariance
from typing import get_args

from symposion.engine.persona import TRAITS, Archetype, Pushback
from symposion.features.catalogue.models import LibraryAgent, Pronouns, Region

TRAIT_GAP = 0.6
"""Most that the mean of a trait may differ between she and he."""

LEADERS_GAP = 0.10
"""Most that the share of leaders may differ between she and he."""

CHANCE = 0.003
"""Least probability of an association: a twentieth over the number of those that are looked at."""

ORIGINS = ("pronouns", "region")
SORTS = ("sector", "archetype", "pushback")
YOUNG, OLD = 30, 62
AGES = (f"under {YOUNG}", "between", f"over {OLD}")

Agents = Sequence[LibraryAgent]


def shares(agents: Agents) -> dict[str, Counter[str]]:
    """Return how many agents have each pronoun, region, age, archetype and pushback."""
    return {
        "Pronouns": _counted(agents, "pronouns", get_args(Pronouns)),
        "Region": _counted(agents, "region", get_args(Region)),
        "Age": Counter({age: sum(_age(a) == age for a in agents) for age in AGES}),
        "Archetype": _counted(agents, "archetype", tuple(Archetype)),
        "Pushback": _counted(agents, "pushback", get_args(Pushback)),
    }


def _counted(agents: Agents, field: str, values: Sequence[str]) -> Counter[str]:
    return Counter({str(v): sum(getattr(a, field) == v for a in agents) for v in values})


def _age(agent: LibraryAgent) -> str:
    return AGES[0] if agent.age < YOUNG else AGES[2] if agent.age > OLD else AGES[1]


def trait_gaps(agents: Agents) -> dict[str, float]:
    """Return by trait the mean of those called she less the mean of those called he."""
    return {
        trait: fmean(_values(agents, trait, "she")) - fmean(_values(agents, trait, "he"))
        for trait in TRAITS
    }


def _values(agents: Agents, trait: str, pronouns: str) -> list[int]:
    return [getattr(a.personality, trait) for a in agents if a.pronouns == pronouns]


def leaders(agents: Agents, pronouns: str) -> float:
    """Return the share of leaders among those called so."""
    called = [agent for agent in agents if agent.pronouns == pronouns]
    return sum(agent.archetype == Archetype.LEADER for agent in called) / len(called)


def associations(agents: Agents) -> dict[tuple[str, str], float]:
    """Return how likely chance alone makes each association with pronouns or region this strong.

    Those called they are too few to compare, and are left out of what is said of pronouns.
    """
    found: dict[tuple[str, str], float] = {}
    for origin in ORIGINS:
        compared = [a for a in agents if origin == "region" or a.pronouns != "they"]
        for sort in SORTS:
            found[sort, origin] = _of_sorts(compared, sort, origin)
        for trait in TRAITS:
            found[trait, origin] = _of_means(compared, trait, origin)
    return found


def _of_sorts(agents: Agents, sort: str, origin: str) -> float:
    """Return the p-value of Pearson's chi-squared test of independence."""
    cells = Counter((getattr(a, sort), getattr(a, origin)) for a in agents)
    rows, columns = (Counter(getattr(a, f) for a in agents) for f in (sort, origin))
    distance = 0.0
    for row, column in product(rows, columns):
        expected = rows[row] * columns[column] / len(agents)
        distance += (cells[row, column] - expected) ** 2 / expected
    return _tail(distance, (len(rows) - 1) * (len(columns) - 1))


def _of_means(agents: Agents, trait: str, origin: str) -> float:
    """Return the p-value of equal means: between groups in variances of all, as chi-squared."""
    groups: dict[str, list[int]] = {}
    for agent in agents:
        groups.setdefault(getattr(agent, origin), []).append(getattr(agent.personality, trait))
    everybody = [value for group in groups.values() for value in group]
    mean, variance = fmean(everybody), pvariance(everybody)
    between = sum(len(group) * (fmean(group) - mean) ** 2 for group in groups.values())
    return _tail(between / variance, len(groups) - 1)


def _tail(distance: float, freedom: int) -> float:
    """Return the chance of a chi-squared value beyond ``distance`` (Wilson and Hilferty, 1931)."""
    spread = 2 / (9 * freedom)
    z = ((distance / freedom) ** (1 / 3) - (1 - spread)) / math.sqrt(spread)
    return math.erfc(z / math.sqrt(2)) / 2


def tables(agents: Agents, sectors: Mapping[str, str]) -> list[str]:
    """Return the lines of all tables in Markdown; ``sectors`` are names by id."""
    return [*_shares_told(agents, sectors), "", *_associations_told(agents)]


def _shares_told(agents: Agents, sectors: Mapping[str, str]) -> Iterator[str]:
    groups = {"All": list(agents)} | {
        name: [a for a in agents if a.sector == sector] for sector, name in sectors.items()
    }
    for title, counts in shares(agents).items():
        if title == "Archetype":
            continue
        columns = list(counts)
        yield f"| {title} | {' | '.join(columns)} |"
        yield "|---" * (len(columns) + 1) + "|"
        for name, group in groups.items():
            told = shares(group)[title]
            yield f"| {name} | {' | '.join(str(told[column]) for column in columns)} |"
        yield ""
    yield from ("| Archetype | agents | she | he | they |", "|---|---|---|---|---|")
    for archetype in Archetype:
        group = [a for a in agents if a.archetype == archetype]
        told = shares(group)["Pronouns"]
        yield f"| {archetype} | {len(group)} | {told['she']} | {told['he']} | {told['they']} |"


def _associations_told(agents: Agents) -> Iterator[str]:
    yield from ("| Trait | mean of she | mean of he | difference |", "|---|---|---|---|")
    for trait, gap in trait_gaps(agents).items():
        she, he = (fmean(_values(agents, trait, called)) for called in ("she", "he"))
        yield f"| {trait} | {she:.2f} | {he:.2f} | {gap:+.2f} |"
    yield from ("", "| p of association | with pronouns | with region |", "|---|---|---|")
    told = associations(agents)
    for what in (*SORTS, *TRAITS):
        yield f"| {what} | {told[what, 'pronouns']:.3f} | {told[what, 'region']:.3f} |"
