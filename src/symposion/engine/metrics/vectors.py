"""Sparse TF-IDF vectors of length 1."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

Vector: TypeAlias = dict[str, float]


class TfIdf:
    """Weights of terms: tf * (ln((1+n)/(1+df)) + 1) over the texts added so far."""

    def __init__(self) -> None:
        self._frequency: Counter[str] = Counter()
        self._texts = 0

    def add(self, terms: Mapping[str, int]) -> None:
        """Count one more text, given as its terms and how often they stand in it."""
        self._frequency.update(terms.keys())
        self._texts += 1

    def remove(self, terms: Mapping[str, int]) -> None:
        """Forget a text that was added."""
        self._frequency.subtract(terms.keys())
        self._texts -= 1
        for term in terms:
            if self._frequency[term] <= 0:
                del self._frequency[term]

    def vector(self, terms: Mapping[str, int]) -> Vector:
        """Return the vector of a text, of length 1; empty if it has no terms."""
        total = 1 + self._texts
        return unit(
            {
                term: count * (math.log(total / (1 + self._frequency[term])) + 1)
                for term, count in terms.items()
            }
        )


def unit(vector: Mapping[str, float]) -> Vector:
    """Return ``vector`` scaled to length 1; empty if it has none."""
    length = math.sqrt(sum(weight * weight for weight in vector.values()))
    return {term: weight / length for term, weight in vector.items()} if length else {}


def dot(left: Mapping[str, float], right: Mapping[str, float]) -> float:
    """Return the scalar product; the cosine for vectors of length 1."""
    if len(right) < len(left):
        left, right = right, left
    return sum(weight * right[term] for term, weight in left.items() if term in right)
