"""Which frames of thought a turn calls for."""

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from symposion.engine.offline.pack import Pack
from symposion.engine.offline.phrases import words_of
from symposion.engine.offline.thoughts import (
    SECTORS,
    Thought,
    holders,
    relevance,
    sector,
    sectors_for,
)
from symposion.engine.offline.topic import Topic, scenario_facts
from symposion.ports.brief import Brief

FACT_WORTH = 2.4
"""Worth of a fact of the scenario; the best frames of thought reach about 2.5."""
RESERVE = 30
"""Thoughts left of a speaker's own fields below which it looks into others'."""
FAR_WORTH = -3.0
FACT_SHARE = 0.45
"""Facts a turn at which their worth begins to fall."""
_LEANING = 0.12
"""A position weaker than this picks no side."""


class Ranked(NamedTuple):
    """A thought with its worth for this turn."""

    thought: Thought
    worth: float


def _by_worth(ranked: Ranked) -> float:
    return -ranked.worth


def side_of(brief: Brief) -> int:
    """Return the side the speaker argues for: 1, -1, or 0 if it leans to neither."""
    if abs(brief.stance) < _LEANING:
        return 0
    return 1 if brief.stance > 0 else -1


def ranked(brief: Brief, topic: Topic, known: Pack) -> list[Ranked]:
    """Return all thoughts that were not voiced yet, best first.

    Worth is what scenario and speaker make of a thought whenever they speak, and now: closeness
    to what was just said, and a type that follows from the type answered. What somebody asked or
    named without spelling it out is worth most: then the room moves on together.
    """
    me = brief.speaker
    persona = f"{me.role} {me.expertise} {me.expertise} {me.role} {me.background} {me.goal}"
    scene = f"{brief.scenario_name} {brief.scenario_text}"
    types = _types(brief, topic, known)
    standing = _standing(known.language, persona, scene, round(me.style.polarity, 2))
    extra = _fresh(standing, topic, _stale(brief, known), known.language)
    for thought in topic.thoughts:
        extra[thought.id] = extra.get(thought.id, 0.0) + 1.5
    spent = brief.spent
    found = [
        Ranked(t, base + 0.6 * (t.type in types) + extra.get(t.id, 0.0))
        for t, base in standing
        if t.id not in spent
    ]
    found += _facts(brief, topic, known)
    if len(found) < RESERVE:
        found += _elsewhere(brief, known, {t.sector for t, _ in standing})
    found.sort(key=_by_worth)
    return found


def _elsewhere(brief: Brief, known: Pack, own: set[str]) -> list[Ranked]:
    """Return what other fields notice, for a speaker whose own fields run dry; worth little."""
    thoughts = (t for n in SECTORS if n not in own for t in sector(known.language, n))
    return [Ranked(t, FAR_WORTH) for t in thoughts if t.id not in brief.spent]


def _facts(brief: Brief, topic: Topic, known: Pack) -> list[Ranked]:
    """Return the facts of the scenario that nobody stated yet.

    They are worth more than frames of thought where they bear on what was just said or on the
    issue, and less once the room has used up more of them than its turns allow for.
    """
    facts = scenario_facts(brief, known)
    issue = words_of(f"{brief.issue.text} {' '.join(brief.issue.terms)}", known.language)
    left = [f for f in facts if f.id not in brief.spent]
    ahead = (len(facts) - len(left)) / max(1.0, FACT_SHARE * brief.turn)
    found: list[Ranked] = []
    for fact in left:
        near = min(2, len(fact.keys & topic.keys)) + 0.5 * min(2, len(fact.keys & issue))
        found.append(Ranked(fact, FACT_WORTH + 0.5 * near - 0.8 * max(0.0, ahead - 1.0)))
    return found


@lru_cache(maxsize=64)
def _standing(
    language: str, persona: str, scene: str, polarity: float
) -> tuple[tuple[Thought, float], ...]:
    """Return the thoughts of a speaker's sectors with what they are always worth to it."""
    return tuple(
        (thought, weight + close + 0.3 * polarity * thought.affect)
        for name, weight in sectors_for(language, persona, scene)
        for thought, close in zip(
            sector(language, name), relevance(language, name, scene, persona), strict=True
        )
    )


def _fresh(
    standing: tuple[tuple[Thought, float], ...], topic: Topic, stale: frozenset[str], language: str
) -> dict[str, float]:
    """Return by id what the words of the last turns add to thoughts, or take from them."""
    names = dict.fromkeys(thought.sector for thought, _ in standing)
    found: dict[str, float] = {}
    for name in names:
        for place, hits in _hits(topic.keys, language, name).items():
            found[f"t:{name}:{place}"] = 0.5 * min(2, hits)
        for place, hits in _hits(stale, language, name).items():
            key = f"t:{name}:{place}"
            found[key] = found.get(key, 0.0) - 0.25 * hits
    return found


def _hits(words: frozenset[str], language: str, name: str) -> Counter[int]:
    """Return how many of ``words`` each thought of sector ``name`` uses, by its place."""
    held = holders(language, name)
    return Counter(place for word in words for place in held.get(word, ()))


def _types(brief: Brief, topic: Topic, known: Pack) -> frozenset[str]:
    if topic.kind:
        return frozenset(known.words["answer_types"].get(topic.kind, ()))
    follows = [t for thought in topic.thoughts[-2:] for t in known.words["follows"][thought.type]]
    return frozenset((*follows, *known.words["move_types"][brief.move][:3]))


def _stale(brief: Brief, known: Pack) -> frozenset[str]:
    """Return content words of recent turns that this turn does not answer."""
    answered = brief.answering.turn if brief.answering else -1
    texts = [s.text for s in brief.recent if s.turn != answered]
    return frozenset[str]().union(*(words_of(text, known.language) for text in texts))
