"""Decks: what was used least in the run is dealt next, in an order that differs by agent."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from symposion.engine.chance import Chance
from symposion.ports.brief import Brief

T = TypeVar("T")

_GOLDEN = 0.6180339887498949
_HAND = 0.6
"""Share of a deck that an agent prefers, so that agents draw from partly different decks."""


class Deal:
    """What one draft takes from the shared decks; `draft` numbers the drafts of a reply.

    Nothing is taken for good until the engine gives the names back in `Brief.spent`.
    """

    def __init__(self, brief: Brief, draft: int) -> None:
        self._chance = Chance(brief.seed)
        self._turn = (brief.turn, brief.attempt, draft, brief.speaker.id)
        self._agent = brief.speaker.id
        self._spent = brief.spent
        self.taken: Counter[str] = Counter()

    def number(self, *purpose: object) -> float:
        """Return a number in [0, 1) for ``purpose`` in this draft."""
        return self._chance.number("offline", *purpose, *self._turn)

    def pick(self, options: Sequence[T], *purpose: object) -> T:
        """Return one of ``options``, which must not be empty."""
        return options[min(int(self.number(*purpose) * len(options)), len(options) - 1)]

    def count(self, name: str) -> int:
        """Return how often ``name`` was spent in the run, this draft included."""
        return self._spent.get(name, 0) + self.taken.get(name, 0)

    def take(self, name: str) -> None:
        """Spend ``name``."""
        self.taken[name] += 1

    def least(self, options: Sequence[T], name: Callable[[T], str], deck: str) -> T:
        """Return one of the least-spent ``options``, which must not be empty, and spend it."""
        counts = [self.count(name(option)) for option in options]
        fewest = min(counts)
        left = [i for i, used in enumerate(counts) if used == fewest]
        start = self._chance.number("hand", deck, self._agent)
        hand = [i for i in left if (start + i * _GOLDEN) % 1.0 < _HAND] or left
        chosen = options[self.pick(hand, "deal", deck, len(self.taken))]
        self.take(name(chosen))
        return chosen
