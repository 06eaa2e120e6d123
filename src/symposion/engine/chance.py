"""Counter-based randomness: every draw is a function of what it is for, never of the draw before.

No generator is shared and nothing is consumed, so a replay, a crash or another order of questions
gives the same answers, on every Python version.
"""

import math
from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")

_SCALE = float(2**64)


class Chance:
    """Draws for one run; ``key`` names the purpose, the turn, the agent and a counter."""

    __slots__ = ("_seed",)

    def __init__(self, seed: str) -> None:
        self._seed = seed

    def number(self, *key: object) -> float:
        """Return a number in [0, 1), uniform over keys."""
        text = "|".join((self._seed, *map(str, key)))
        return int(sha256(text.encode()).hexdigest()[:16], 16) / _SCALE

    def integer(self, below: int, *key: object) -> int:
        """Return an integer in [0, ``below``)."""
        return min(int(self.number(*key) * below), below - 1)

    def normal(self, *key: object) -> float:
        """Return a standard normal number (Box-Muller)."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self.number(*key, "radius")))
        return radius * math.cos(2.0 * math.pi * self.number(*key, "angle"))

    def pick(self, options: Sequence[T], *key: object) -> T:
        """Return one of ``options``, which must not be empty."""
        return options[self.integer(len(options), *key)]

    def weighted(self, options: Sequence[tuple[T, float]], *key: object) -> T:
        """Return one option with a chance proportional to its weight.

        Weights below zero count as zero; when all are zero, all options are equally likely.
        """
        weights = [max(0.0, weight) for _, weight in options]
        total = math.fsum(weights)  # exact: sum() rounds differently from Python 3.12 on
        if total <= 0.0:
            return options[self.integer(len(options), *key)][0]
        mark = self.number(*key) * total
        for (option, _), weight in zip(options, weights, strict=True):
            mark -= weight
            if mark < 0.0:
                return option
        return options[-1][0]

    def shuffled(self, options: Sequence[T], *key: object) -> list[T]:
        """Return ``options`` in an order drawn for ``key``."""
        ranks = [(self.number(*key, index), index) for index in range(len(options))]
        return [options[index] for _, index in sorted(ranks)]
