"""Which frames of thought a turn calls for."""

from collections import Counter
from typing import NamedTuple

from symposion.engine.offline.pack import Pack
from symposion.engine.offline.phrases import words_of
from symposion.engine.offline.thoughts import Thought, holders, relevance, sector, sectors_for
from symposion.engine.offline.topic import Topic
from symposion.ports.brief import Brief

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

    Worth is the sector's weight, closeness to the scenario and to what was just said, a type that
    follows from the type answered, a slot that ties the thought to the scenario, and a draw. What
    somebody asked or named without spelling it out is worth most: then the room moves on together.
    """
    me = brief.speaker
    persona = f"{me.role} {me.expertise} {me.expertise} {me.role} {me.background} {me.goal}"
    scene = f"{brief.scenario_name} {brief.scenario_text}"
    types = _types(brief, topic, known)
    open_ids = {t.id for t in topic.thoughts}
    stale = _stale(brief, known)
    found: list[Ranked] = []
    pull = 0.3 * me.style.polarity
    for name, weight in sectors_for(known.language, persona, scene):
        close = relevance(known.language, name, scene, persona)
        fresh, worn = (_hits(words, known.language, name) for words in (topic.keys, stale))
        for index, thought in enumerate(sector(known.language, name)):
            if thought.id in brief.spent:
                continue
            worth = weight + close[index] + pull * thought.affect + 0.6 * (thought.type in types)
            worth += 0.5 * min(2, fresh.get(index, 0)) - 0.25 * worn.get(index, 0)
            found.append(Ranked(thought, worth + 1.5 * (thought.id in open_ids)))
    found.sort(key=_by_worth)
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
