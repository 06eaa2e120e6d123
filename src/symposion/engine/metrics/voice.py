"""Whether one can tell who speaks without being told."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from symposion.engine.metrics.session import Session
from symposion.engine.metrics.vectors import TfIdf, Vector, dot, unit
from symposion.engine.similarity import char_grams
from symposion.engine.text import name_words, normal

FOLDS = 5
FEWEST = 20
"""Turns below which folds of a few turns say nothing."""


def separability(session: Session) -> float | None:
    """Return how much better than chance turns are given to their speakers.

    Contiguous 5-fold nearest centroid over TF-IDF of character 2-4-grams, names removed; accuracy
    minus the share of the most frequent speaker. To be read with the repetition rows: an agent
    that copies itself is easily recognised.
    """
    speakers = [u.speaker_id for u in session.utterances]
    if len(speakers) < FEWEST or len(set(speakers)) < 2:
        return None
    vectors = _vectors(session)
    totals = _sums(speakers, vectors)
    right = 0
    for fold in range(FOLDS):
        held = range(fold * len(speakers) // FOLDS, (fold + 1) * len(speakers) // FOLDS)
        inside = slice(held.start, held.stop)
        left_out = _sums(speakers[inside], vectors[inside])
        centroids = {who: _without(totals[who], left_out.get(who, {})) for who in totals}
        right += sum(_nearest(vectors[i], centroids) == speakers[i] for i in held)
    return (right - max(Counter(speakers).values())) / len(speakers)


def _vectors(session: Session) -> list[Vector]:
    names = sorted(name_words(session.names.values()), key=len, reverse=True)
    name = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?!\w)")
    counts = [char_grams(name.sub("", normal(u.text)), 2, 4) for u in session.utterances]
    weights = TfIdf()
    for count in counts:
        weights.add(count)
    return [weights.vector(count) for count in counts]


def _sums(speakers: Sequence[str], vectors: Sequence[Vector]) -> dict[str, Vector]:
    sums: dict[str, Vector] = defaultdict(dict)
    for speaker, vector in zip(speakers, vectors, strict=True):
        total = sums[speaker]
        for gram, weight in vector.items():
            total[gram] = total.get(gram, 0.0) + weight
    return sums


def _without(total: Vector, part: Vector) -> Vector:
    """Return the direction of what is left of a sum; empty if nothing is."""
    left = dict(total)
    for gram, weight in part.items():
        left[gram] -= weight
    return unit({gram: weight for gram, weight in left.items() if weight > 1e-9})


def _nearest(vector: Vector, centroids: dict[str, Vector]) -> str:
    return max(centroids, key=lambda who: dot(vector, centroids[who]))
