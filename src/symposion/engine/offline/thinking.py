"""A speaker's train of thought in one draft: what comes first, and what goes on from it."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from symposion.engine.offline.dealing import Deal
from symposion.engine.offline.facts import FACTS
from symposion.engine.offline.ranking import Ranked, side_of
from symposion.engine.offline.scene import Scene, Tie
from symposion.engine.offline.thoughts import SLOT, Thought

_GOLDEN: Final = 0.6180339887498949
_NOISE: Final = 0.6
_STRETCH: Final = 0.1
"""Worth lost with each word by which a claim misses the speaker's usual sentence."""
_WORDS_A_FACT: Final = 40
"""Words of a turn for which it may state one more fact of the scenario than its first."""
_NEAR: Final = 40
"""Thoughts among which the one that goes on best from the last is looked for."""
_GOES_ON: Final = 1.6
"""Closeness from which a second thought elaborates the first; below it starts another topic."""


class RanDry(Exception):
    """Everything there is to think was said in this run."""


class Thinking:
    """Hands out thoughts.

    Attributes:
        last: The thought that was handed out last; None before the first.
        contrast: True while thoughts are to be taken from the other side.
    """

    def __init__(self, scene: Scene, deal: Deal) -> None:
        self._scene, self._deal = scene, deal
        self._start = deal.number("noise")
        self._current: Thought | None = None
        self._used: set[str] = set()
        self._unsaid, self._taken, self._named = "", "", False
        self.last: Thought | None = None
        self.contrast = False
        self._facts_left = 1 + scene.brief.target_words // _WORDS_A_FACT
        self.tied: Tie | None = None

    def start(self, slots: frozenset[str], point: str, *, stay: bool = False) -> None:
        """Begin a frame with ``slots``; with ``stay`` it goes on with the last thought's question.

        ``point`` is what the frame takes up: a thought named like it would say it twice.
        """
        self._unsaid = "" if "claim" in slots else "q" if "ask" in slots else "g"
        self._named = "gist" in slots
        self._taken = point if self._named else ""
        last = self.last
        keeps = stay and last and "ask" in slots and not self._deal.count(f"q{last.id[1:]}")
        self._current = last if keeps else None

    def current(self) -> Thought:
        """Return the thought of this frame."""
        if self._current is None:
            side = side_of(self._scene.brief)
            self._current = self._next(-side if self.contrast else side)
        return self._current

    def second(self) -> Thought:
        """Return another thought on the side of the frame's first."""
        return self._next(self.current().side)

    @property
    def may_state(self) -> bool:
        """True while this turn may state another fact of the scenario."""
        return self._facts_left > 0

    def state(self) -> None:
        """Count a fact that was stated beside the thoughts."""
        self._facts_left -= 1

    def goes_on(self) -> bool:
        """Return whether some thought is close enough to the last one to elaborate it."""
        if self.last is None:
            return True
        self._unsaid, self._taken = "", ""
        rivals = islice(self._rivals(side_of(self._scene.brief)), _NEAR)
        return any(self.closeness(r.thought) >= _GOES_ON for r in rivals)

    def _next(self, wanted: int) -> Thought:
        """Return what to say next. Raises `RanDry`."""
        breath = self._scene.brief.speaker.style.sentence_words
        fit = list(islice(self._rivals(wanted), _NEAR)) or self._scene.pool[:1]
        if not fit:
            raise RanDry
        worth = [
            r.worth
            + 1.5 * self.closeness(r.thought)
            - _STRETCH * abs(r.thought.clause.count(" ") + 3 - breath)
            + _NOISE * ((self._start + i * _GOLDEN) % 1.0)
            for i, r in enumerate(fit)
        ]
        chosen = fit[worth.index(max(worth))].thought
        self._used.add(chosen.id)
        self._facts_left -= chosen.sector == FACTS
        self.last = chosen
        return chosen

    def _rivals(self, wanted: int) -> Iterator[Ranked]:
        """Yield the thoughts that may come next, best first; the other side's as a last resort."""
        others: list[Ranked] = []
        for rival in self._scene.pool:
            thought = rival.thought
            if thought.id in self._used or thought.gist == self._taken:
                continue
            if thought.sector == FACTS and (
                not self._facts_left or self._unsaid or (self._named and not thought.gist)
            ):
                continue
            if self._unsaid and self._deal.count(f"{self._unsaid}{thought.id[1:]}"):
                continue
            if wanted and thought.side == -wanted:
                others.append(rival)
                continue
            yield rival
        yield from others[:1]

    def closeness(self, thought: Thought) -> float:
        """Return how well ``thought`` goes on from the last one of this turn; 0 for the first."""
        last = self.last
        if last is None:
            return 0.0
        follows = thought.type in self._scene.known.words["follows"][last.type]
        shared = len(thought.keys & last.keys) + len(thought.fields & last.fields)
        twice = SLOT in thought.clause and SLOT in last.clause
        return 0.6 * (thought.sector == last.sector) + 0.5 * follows + 0.6 * shared - 0.5 * twice

    def tie(self, *, opposed: bool, besides: frozenset[str]) -> bool:
        """Look for a point of somebody else that bears on the last thought; keep it in `tied`.

        With ``opposed`` it must speak for the other side, without it must not. Points with words
        in ``besides`` are passed over.
        """
        last = self.last
        self.tied = None
        for tie in self._scene.ties if last else ():
            against = tie.thought.side * last.side < 0 if last else False
            shared = last is not None and (
                bool(tie.thought.keys & last.keys) or tie.thought.sector == last.sector
            )
            if shared and against == opposed and not tie.point.keys & besides:
                self.tied = tie
                return True
        return False
