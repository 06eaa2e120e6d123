"""Whether people behave as their traits command, seen in what they say.

Behaviour, never a questionnaire (engine design, section 8). One behaviour speaks for each trait,
the one its formula moves most:

- extroversion: words per turn, .35 z(e);
- optimism: affect of word choice, (bright - dark) / (bright + dark) words, .8 z(o);
- curiosity: share of turns with a question, .30 c;
- cooperativeness: "we" words in self-reference, .55 k;
- energy: shortness of sentences, -4 z(n); the part that curiosity commands, 4 z(c), is taken off.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from symposion.engine.lexicon import has_stop_words, lexicon
from symposion.engine.metrics.session import Session
from symposion.engine.persona import TRAITS, Traits
from symposion.engine.text import sentences, tokens

AGENTS = 30
"""Fewest agents for a correlation."""
TURNS = 3
"""Fewest turns for a behaviour."""


def behaviour(texts: Sequence[str], traits: Traits, language: str) -> dict[str, float]:
    """Return the behaviour that speaks for each trait; a trait is left out where none shows.

    Affect and self-reference need the lists of the language.
    """
    words = [word for text in texts for word in tokens(text)]
    parts = [part for text in texts for part in sentences(text)]
    if not words or not parts:
        return {}
    curious = 4 * (2 * (traits.curiosity - 1) / 9 - 1)
    found = {
        "extroversion": len(words) / len(texts),
        "curiosity": sum("?" in text or "？" in text for text in texts) / len(texts),  # noqa: RUF001 - the mark of Chinese
        "energy": curious - len(words) / len(parts),
    }
    if has_stop_words(language):
        lists = lexicon(language)
        bright, dark = _hits(words, lists.bright), _hits(words, lists.dark)
        found["optimism"] = (bright - dark) / (bright + dark) if bright + dark else 0.0
        we, me = _hits(words, lists.plural), _hits(words, lists.singular)
        if we + me:
            found["cooperativeness"] = we / (we + me)
    return found


def _hits(words: Iterable[str], listed: frozenset[str]) -> int:
    return sum(word in listed for word in words)


def trait_correlations(sessions: Iterable[Session]) -> dict[str, float]:
    """Return Spearman's rho of each trait with its behaviour, agents pooled over sessions.

    Every agent of every session with at least 3 turns is a point; a trait with fewer than 30
    points, or no variety, is left out.
    """
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for session in sessions:
        said: dict[str, list[str]] = defaultdict(list)
        for utterance in session.utterances:
            said[utterance.speaker_id].append(utterance.text)
        for who, traits in session.traits.items():
            if len(said[who]) >= TURNS:
                for name, value in behaviour(said[who], traits, session.language).items():
                    points[name].append((float(getattr(traits, name)), value))
    found = {name: spearman(points[name]) for name in TRAITS if len(points[name]) >= AGENTS}
    return {name: rho for name, rho in found.items() if rho is not None}


def trait_correlation(sessions: Iterable[Session]) -> float | None:
    """Return the mean over all five traits; None if one of them could not be measured."""
    found = trait_correlations(sessions)
    return sum(found.values()) / len(found) if len(found) == len(TRAITS) else None


def spearman(points: Sequence[tuple[float, float]]) -> float | None:
    """Return Spearman's rank correlation, ties sharing their mean rank; None without variety."""
    if len(points) < 2:
        return None
    left, right = (_ranks([point[side] for point in points]) for side in (0, 1))
    middle = (len(points) + 1) / 2
    shared = sum((a - middle) * (b - middle) for a, b in zip(left, right, strict=True))
    scale = sum((a - middle) ** 2 for a in left) * sum((b - middle) ** 2 for b in right)
    return shared / scale**0.5 if scale else None


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        stop = start
        while stop < len(order) and values[order[stop]] == values[order[start]]:
            stop += 1
        for place in order[start:stop]:
            ranks[place] = (start + 1 + stop) / 2
        start = stop
    return ranks
