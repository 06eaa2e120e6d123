"""The model's own judgement of a draft, with the words of the meter (engine design, section 13)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from symposion.engine.lexicon import lexicon
from symposion.engine.offline.pack import Pack
from symposion.engine.offline.turn import Draft
from symposion.engine.text import content_words, ngrams, normal, sentences, tokens
from symposion.ports.brief import Brief

UPTAKE: Final = (0.22, 0.30)
"""Share of content words taken from the last two turns of others."""
NEW: Final = 0.45
"""Share of content words that no turn in view used; the gate is .35 of the run."""
NEAR: Final = 0.14
"""Cosine with one turn in view, above which a turn begins to sound like it."""
EVASION: Final = 6.0
"""Worth lost by an answer that takes up no word of the question."""
_GRAM: Final = 4


def worth(made: Draft, brief: Brief, known: Pack) -> float:
    """Return how good ``made`` is as a turn, 0 at best: the sum of what it misses, negative."""
    language = known.language
    words = tokens(made.text)
    content = content_words(words, language)
    if not content:
        return -9.0
    missing = 7.0 * _uptake_miss(content, brief, language)
    if brief.owed and brief.answering:
        missing += EVASION * (not content & _heard(brief.answering.text, language).content)
    heard = [_heard(s.text, language) for s in brief.recent]
    old = frozenset[str]().union(*(h.content for h in heard))
    near = max((_cosine(content, h.content) for h in heard), default=0.0)
    missing += 5.5 * max(0.0, near - NEAR)
    missing += 2.0 * max(0.0, NEW - len(content - old) / len(content))
    grams = frozenset(ngrams(words, _GRAM))
    missing += 0.6 * sum(len(grams & h.grams) for h in heard)
    missing += 0.5 * any(h.start == words[:2] for h in heard)
    missing += 3.0 * abs(len(words) - brief.target_words) / max(8, brief.target_words)
    missing += _out_of_temper(words, brief, language)
    mean = len(words) / max(1, len(sentences(made.text)))
    missing += 0.2 * abs(mean - min(brief.speaker.style.sentence_words, brief.target_words))
    missing -= 0.25 * any(name.startswith("s:") for name in made.spent)
    low = normal(made.text)
    missing += 2.0 * any(p in low for p in brief.worn)
    missing += 0.4 * (lexicon(language).opener.search(low) is not None)
    return -missing


@dataclass(frozen=True, slots=True)
class _Heard:
    content: frozenset[str]
    grams: frozenset[tuple[str, ...]]
    start: list[str]


@lru_cache(maxsize=128)
def _heard(text: str, language: str) -> _Heard:
    words = tokens(text)
    return _Heard(content_words(words, language), frozenset(ngrams(words, _GRAM)), words[:2])


def _cosine(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / math.sqrt(len(left) * len(right)) if left and right else 0.0


def _out_of_temper(words: Sequence[str], brief: Brief, language: str) -> float:
    """Return how far the affect and the self-reference of ``words`` are from the speaker's."""
    lists = lexicon(language)
    bright, dark = (sum(w in listed for w in words) for listed in (lists.bright, lists.dark))
    affect = (bright - dark) / max(1, bright + dark)
    missing = 0.35 * abs(affect - brief.speaker.style.polarity)
    ours, mine = (sum(w in listed for w in words) for listed in (lists.plural, lists.singular))
    tag = f"v:{brief.speaker.id}:"
    ours, mine = ours + brief.spent.get(f"{tag}we", 0), mine + brief.spent.get(f"{tag}i", 0)
    share = ours / (ours + mine) if ours + mine else 0.0
    return missing + 2.2 * abs(share - brief.speaker.style.we_share)


def _uptake_miss(content: frozenset[str], brief: Brief, language: str) -> float:
    """Return by how much the share of words taken up misses the good band."""
    others = [s for s in brief.recent if s.speaker_id != brief.speaker.id][-2:]
    if not others:
        return 0.0
    theirs = frozenset[str]().union(*(_heard(s.text, language).content for s in others))
    share = len(content & theirs) / len(content)
    low, high = UPTAKE
    return max(0.0, low - share, share - high)
