"""How often a session repeats itself, by the guard's own rows and by near-verbatim copies."""

from collections import Counter, defaultdict

from symposion.engine.metrics.session import Session
from symposion.engine.similarity import STRICT, GuardThresholds
from symposion.engine.text import ngrams
from symposion.engine.turnindex import TurnIndex

HARD_REPEAT = 0.35
"""Trigram Jaccard of a near-verbatim copy (engine design, section 13)."""


def flags(session: Session, thresholds: GuardThresholds = STRICT) -> tuple[bool, ...]:
    """Return for each turn whether the guard would have flagged it as a repeat.

    Every turn is judged by the row of its own length. The band was fitted on row 1 alone, on
    turns of which all but one were long.
    """
    index = TurnIndex(thresholds)
    found: list[bool] = []
    for utterance, words in zip(session.utterances, session.words, strict=True):
        match = index.nearest(utterance.speaker_id, words)
        found.append(match is not None and match.flagged)
        index.add(utterance.turn, utterance.speaker_id, words)
    return tuple(found)


def flag_rate(session: Session) -> float | None:
    """Return the share of turns that the guard flags, strict."""
    found = flags(session)
    return sum(found) / len(found) if found else None


def hard_repeat_rate(session: Session) -> float | None:
    """Return the share of turns with a trigram Jaccard >= .35 with any earlier turn."""
    sources = _hard_repeats(session)
    return sum(map(bool, sources)) / len(sources) if sources else None


def echo_rate(session: Session) -> float | None:
    """Return the share of turns that are a hard repeat of another speaker's turn."""
    sources = _hard_repeats(session)
    if not sources:
        return None
    speakers = [u.speaker_id for u in session.utterances]
    echoes = sum(any(speakers[j] != speakers[i] for j in s) for i, s in enumerate(sources))
    return echoes / len(sources)


def _hard_repeats(session: Session) -> list[list[int]]:
    """Return for each turn the earlier turns it copies."""
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    sizes: list[int] = []
    found: list[list[int]] = []
    for i, turn in enumerate(session.tokens):
        trigrams = set(ngrams(turn, 3))
        shared = Counter(j for trigram in trigrams for j in holders.get(trigram, ()))
        found.append(
            sorted(
                j for j, n in shared.items() if n / (sizes[j] + len(trigrams) - n) >= HARD_REPEAT
            )
        )
        sizes.append(len(trigrams))
        for trigram in trigrams:
            holders[trigram].append(i)
    return found
