"""The model's own judgement of a draft, with the words of the meter (engine design, section 13)."""

from collections.abc import Sequence
from typing import Final

from symposion.engine.lexicon import lexicon
from symposion.engine.offline.pack import Pack
from symposion.engine.offline.turn import Draft
from symposion.engine.text import content_words, ngrams, normal, tokens
from symposion.ports.brief import Brief

UPTAKE: Final = (0.14, 0.28)
"""Share of content words taken from the last two turns of others."""
NEW: Final = 0.45
"""Share of content words that no turn in view used; the gate is .35 of the run."""
_GRAM: Final = 4


def worth(made: Draft, brief: Brief, known: Pack) -> float:
    """Return how good ``made`` is as a turn, 0 at best: the sum of what it misses, negative."""
    language = known.language
    words = tokens(made.text)
    content = content_words(words, language)
    if not content:
        return -9.0
    missing = 3.0 * _uptake_miss(content, brief, language)
    heard = [tokens(s.text) for s in brief.recent]
    old = content_words((w for h in heard for w in h), language)
    missing += 2.0 * max(0.0, NEW - len(content - old) / len(content))
    grams = set(ngrams(words, _GRAM))
    missing += 0.6 * sum(1 for h in heard for g in ngrams(h, _GRAM) if g in grams)
    missing += 0.5 * any(h[:2] == words[:2] for h in heard)
    missing += 1.5 * abs(len(words) - brief.target_words) / max(8, brief.target_words)
    missing += _out_of_temper(words, made, brief, language)
    low = normal(made.text)
    missing += 2.0 * any(p in low for p in brief.worn)
    missing += 0.4 * (lexicon(language).opener.search(low) is not None)
    return -missing


def _out_of_temper(words: Sequence[str], made: Draft, brief: Brief, language: str) -> float:
    """Return how far the affect and the self-reference of ``words`` are from the speaker's."""
    lists = lexicon(language)
    bright, dark = (sum(w in listed for w in words) for listed in (lists.bright, lists.dark))
    affect = (bright - dark) / max(1, bright + dark)
    missing = 0.35 * abs(affect - brief.speaker.style.polarity)
    says_we = f"v:{brief.speaker.id}:we" in made.spent
    wrong = lists.singular if says_we else lists.plural
    return missing + 0.2 * sum(w in wrong for w in words)


def _uptake_miss(content: frozenset[str], brief: Brief, language: str) -> float:
    """Return by how much the share of words taken up misses the good band."""
    others = [s for s in brief.recent if s.speaker_id != brief.speaker.id][-2:]
    if not others:
        return 0.0
    theirs = content_words((w for s in others for w in tokens(s.text)), language)
    share = len(content & theirs) / len(content)
    low, high = UPTAKE
    return max(0.0, low - share, share - high)
