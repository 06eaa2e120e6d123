"""What each field notices: frames of thought by sector, and which of them a brief calls for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from symposion.engine.lexicon import lexicon
from symposion.engine.offline.pack import SIDES, read
from symposion.engine.text import content_words, tokens

SECTORS = (
    *("health", "finance", "engineering", "policy", "general"),
    *("community", "operations", "environment", "science", "culture"),
)
SLOT = "{term}"
GENERAL = "general"
MODERN = 1930
"""Year before which a scenario knows nothing of the things of our time."""
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_OWN, _SCENE, _ANY = 0.9, 0.65, 0.35
"""Weights of a speaker's own sector, of the scenario's, and of the general one."""


@dataclass(frozen=True, slots=True)
class Thought:
    """One frame of thought.

    Attributes:
        id: Spent under this name, "t:SECTOR:NUMBER".
        side: 1 speaks for acting on the proposal, -1 against, 0 for neither.
        gist, clause, question: As the pack writes them, with ``{term}`` at most once each.
        keys: Content words of gist and clause.
        fields: Narrow fields whose words gist, clause or question use.
        affect: Bright words less dark ones.
        marks: Gist, and the longest stretches of clause and question without the slot, in small
            letters: what tells the thought in a text.
    """

    id: str
    sector: str
    type: str
    side: int
    gist: str
    clause: str
    question: str
    keys: frozenset[str]
    fields: frozenset[str]
    marks: tuple[str, str, str]
    affect: int


def _lens(language: str) -> Mapping[str, frozenset[str]]:
    return {name: frozenset(read(language, "thoughts", f"{name}.json")["lens"]) for name in SECTORS}


lens = cache(_lens)
"""The words that select each sector."""


@cache
def _field_words(language: str) -> Mapping[str, tuple[str, ...]]:
    held: dict[str, list[str]] = {}
    for name, words in read(language, "fields.json")["fields"].items():
        for word in words:
            held.setdefault(word, []).append(name)
    return {word: tuple(names) for word, names in held.items()}


@lru_cache(maxsize=256)
def fields_of(text: str, language: str) -> frozenset[str]:
    """Return the narrow fields whose words ``text`` uses."""
    held = _field_words(language)
    return frozenset(name for word in tokens(text) for name in held.get(word, ()))


@cache
def sector(language: str, name: str) -> tuple[Thought, ...]:
    """Return the thoughts of one sector, in the order of its file."""
    rows = read(language, "thoughts", f"{name}.json")["thoughts"]
    return tuple(_thought(language, name, i, row) for i, row in enumerate(rows))


def _thought(language: str, name: str, index: int, row: Mapping[str, str]) -> Thought:
    lists = lexicon(language)
    words = tokens(f"{row['gist']} {row['clause'].replace(SLOT, ' ')}")
    return Thought(
        id=f"t:{name}:{index}",
        sector=name,
        type=row["type"],
        side=SIDES[row["side"]],
        gist=row["gist"],
        clause=row["clause"],
        question=row["question"],
        keys=content_words(words, language),
        fields=fields_of(f"{row['gist']} {row['clause']} {row['question']}", language),
        affect=sum((w in lists.bright) - (w in lists.dark) for w in words),
        marks=(_mark(row["gist"]), _mark(row["clause"]), _mark(row["question"])),
    )


def _mark(text: str) -> str:
    return max(text.split(SLOT), key=len).strip(" ,.?").casefold()


@cache
def holders(language: str, name: str) -> Mapping[str, tuple[int, ...]]:
    """Return for each content word the places of the thoughts of sector ``name`` that use it."""
    found: dict[str, list[int]] = {}
    for index, thought in enumerate(sector(language, name)):
        for word in thought.keys:
            found.setdefault(word, []).append(index)
    return {word: tuple(places) for word, places in found.items()}


@lru_cache(maxsize=1024)
def recognised(text: str, language: str) -> tuple[Thought, ...]:
    """Return the thoughts that ``text`` names or spells out, by sector and place."""
    low = text.casefold()
    return tuple(
        t for name in SECTORS for t in sector(language, name) if any(m in low for m in t.marks)
    )


@lru_cache(maxsize=256)
def sectors_for(language: str, persona: str, scene: str) -> tuple[tuple[str, float], ...]:
    """Return the sectors somebody thinks in, heaviest first, with weights from .35 to .9.

    The two that ``persona`` names most, the two that ``scene`` names most at less weight, and the
    general one. Nobody is without a field: without a match the scene's sectors are the own ones.
    """
    own, seen = _ranked(language, persona), _ranked(language, scene)
    weights = {"general": _ANY}
    for place, name in enumerate(seen[:2]):
        weights[name] = _SCENE - 0.1 * place if own else _OWN - 0.2 * place
    for place, name in enumerate(own[:2]):
        weights[name] = _OWN - 0.3 * place
    return tuple(sorted(weights.items(), key=lambda pair: (-pair[1], pair[0])))


def _ranked(language: str, text: str) -> Sequence[str]:
    words = tokens(text)
    hits = {name: sum(1 for w in words if w in known) for name, known in lens(language).items()}
    found = [name for name in SECTORS if hits[name]]
    return sorted(found, key=lambda name: (-hits[name], SECTORS.index(name)))


def is_past(scene: str) -> bool:
    """Return whether the latest year that ``scene`` names lies before `MODERN`; False without one.

    Nobody in 1854 speaks of laptops.
    """
    years = [int(year) for year in _YEAR.findall(scene)]
    return bool(years) and max(years) < MODERN


@cache
def _modern(language: str, name: str) -> frozenset[str]:
    """Return the ids of the thoughts of sector ``name`` that speak of things of our time."""
    words = frozenset(read(language, "words.json")["modern"])
    return frozenset(
        t.id
        for t in sector(language, name)
        if words & frozenset(tokens(f"{t.gist} {t.clause} {t.question}"))
    )


def _shared(words: int, name: str) -> float:
    if name == GENERAL:
        return 0.5 + 0.4 * min(2, words)
    return 0.5 * min(3, words) - 0.4 if words > 1 else 0.6 * words - 1.4


@lru_cache(maxsize=512)
def relevance(language: str, name: str, scene: str, persona: str) -> tuple[float, ...]:
    """Return how much scenario and speaker call for each thought of sector ``name``, -2.5 to 1.55.

    Half a point for each content word shared with the scenario; less than nothing for a special
    field that shares fewer than two; .15 for a slot that
    ties the thought to the scenario; .4 for a narrow field the scenario is about, and -2.5 for one
    that neither scenario nor speaker has to do with.
    """
    words = content_words(tokens(scene), language)
    at_hand = fields_of(scene, language)
    known = at_hand | fields_of(persona, language)
    unknown = _modern(language, name) if is_past(scene) else frozenset[str]()
    return tuple(
        _shared(len(t.keys & words), name)
        + 0.15 * (SLOT in t.clause)
        - 6.0 * (t.id in unknown)
        + (0.4 if t.fields & at_hand else 0.0 if not t.fields or t.fields & known else -2.5)
        for t in sector(language, name)
    )
