"""Whether turns answer, add and differ: agreement, uptake, new content, novelty, convergence."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import islice

from symposion.engine.lexicon import Lexicon, has_stop_words, lexicon
from symposion.engine.metrics.session import Session
from symposion.engine.metrics.vectors import Vector
from symposion.engine.text import normal

HEARD = 2
"""Turns of others that a turn may take something up from."""


def mean(values: Sequence[float]) -> float | None:
    """Return the mean; None of nothing."""
    return sum(values) / len(values) if values else None


def agreement(session: Session) -> float | None:
    """Return the share of turns with a marker of agreement, negated ones not counted.

    None for a language without lists; a lexical proxy everywhere.
    """
    return _marked(session, Lexicon.agrees)


def disagreement(session: Session) -> float | None:
    """Return the share of turns with a marker of dissent; negated agreement is dissent."""
    return _marked(session, Lexicon.dissents)


def _marked(session: Session, test: Callable[[Lexicon, str], bool]) -> float | None:
    if not has_stop_words(session.language):
        return None
    lists = lexicon(session.language)
    return mean([float(test(lists, normal(u.text))) for u in session.utterances])


def convergence_slope(session: Session) -> float | None:
    """Return the mean TF-IDF cosine between speakers, second half minus first.

    Pairs are turns of different speakers within one half.
    """
    half = len(session.utterances) // 2
    speakers = [u.speaker_id for u in session.utterances]
    halves = [
        _between(speakers[part], session.vectors[part]) for part in (slice(half), slice(half, None))
    ]
    first, second = halves
    return None if first is None or second is None else second - first


def _between(speakers: Sequence[str], vectors: Sequence[Vector]) -> float | None:
    """Return the mean cosine of all pairs of different speakers.

    The cosines of all pairs sum to half the squared length of the summed vectors; what is within
    a speaker, or a vector with itself, is the same sum over the speaker.
    """
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    whole: Counter[str] = Counter()
    for speaker, vector in zip(speakers, vectors, strict=True):
        for term, weight in vector.items():
            sums[speaker][term] += weight  # pyright: ignore[reportArgumentType] - Counter of floats
            whole[term] += weight  # pyright: ignore[reportArgumentType] - the same
    counts = Counter(speakers)
    pairs = (len(speakers) ** 2 - sum(n * n for n in counts.values())) / 2
    if not pairs:
        return None
    return (_squared(whole) - sum(map(_squared, sums.values()))) / 2 / pairs


def _squared(vector: Counter[str]) -> float:
    return sum(weight * weight for weight in vector.values())


def novelties(session: Session) -> list[float]:
    """Return 1 - the highest TF-IDF cosine to any earlier turn, for every turn but the first."""
    holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
    found: list[float] = []
    for i, vector in enumerate(session.vectors):
        likeness = [0.0] * i
        for term, weight in vector.items():
            for j, other in holders[term]:
                likeness[j] += weight * other
            holders[term].append((i, weight))
        if i:
            found.append(1.0 - max(likeness))
    return found


def novelty(session: Session) -> float | None:
    """Return the mean novelty."""
    return mean(novelties(session))


def novelty_last(session: Session) -> float | None:
    """Return the mean novelty of the last quarter of the session."""
    found = novelties(session)
    return mean(found[-((len(found) + 3) // 4) :]) if len(found) >= 4 else None


def new_content(session: Session) -> float | None:
    """Return the mean share of a turn's content words never used before in the run.

    The first turn, all new by nature, is left out.
    """
    seen: set[str] = set()
    shares: list[float] = []
    for i, content in enumerate(session.content):
        if i and content:
            shares.append(len(content - seen) / len(content))
        seen |= content
    return mean(shares)


def uptake(session: Session) -> float | None:
    """Return the mean share of a turn's content words found in the last 2 turns of others."""
    shares: list[float] = []
    for i, utterance in enumerate(session.utterances):
        before = reversed(range(i))
        foreign = (j for j in before if session.utterances[j].speaker_id != utterance.speaker_id)
        others = list(islice(foreign, HEARD))
        content = session.content[i]
        if others and content:
            heard = frozenset[str]().union(*(session.content[j] for j in others))
            shares.append(len(content & heard) / len(content))
    return mean(shares)


def top_opener(session: Session) -> float | None:
    """Return the share of turns that begin with the most frequent first two words."""
    openers = Counter(tuple(turn[:2]) for turn in session.tokens if turn)
    return max(openers.values()) / openers.total() if openers else None
