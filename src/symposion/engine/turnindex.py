"""All turns of a run, ready to be asked which of them a draft comes closest to.

Every word, trigram or character gram of a turn sets one of a fixed number of columns; a column is
one whole number with a bit for each turn. Adding up the columns of a draft counts, for all turns
at once, how much they may share with it: never less than they do, so that what the count rules
out cannot be a repeat. Only what is left is compared exactly. Memory: about 500 bytes a turn of
30 words, beside 100 KB a run. Work: the columns grow by a bit a turn, some 50 us a draft at
10,000 turns.
"""

import math
from array import array
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from symposion.engine.columns import Columns, at_least, most, places
from symposion.engine.lexicon import lexicon
from symposion.engine.similarity import (
    LONG_WORDS,
    STRICT,
    GramWeights,
    GuardThresholds,
    Row,
    Similarity,
    char_grams,
    compare,
    row_of,
    strength,
)
from symposion.engine.text import Words, words_of

_ENOUGH = 8
"""Repeats found before we stop looking for a closer one; the verdict stands after the first."""


@dataclass(frozen=True, slots=True)
class Match:
    """The earlier turn a text comes closest to.

    Attributes:
        strength: Likeness over the threshold of its row; from 1 on it is a repeat.
    """

    turn: int
    speaker_id: str
    similarity: Similarity
    strength: float
    flagged: bool


class TurnIndex:
    """Finds the nearest earlier turn by the rows of the repetition guard."""

    def __init__(self, thresholds: GuardThresholds = STRICT) -> None:
        self.thresholds = thresholds
        self._words = Columns(1024)
        self._trigrams = Columns(1024)
        self._grams: Columns | None = None
        self._weights = GramWeights()
        self._texts: list[bytes] = []
        self._turns = array("L")
        self._speakers: list[str] = []
        self._languages: list[str] = []
        self._own: dict[str, int] = {}
        self._last: dict[str, deque[int]] = {}
        self._short = self._unspaced = self._private = 0
        self._heard: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def add(
        self, turn: int, speaker_id: str, words: Words, audience: Collection[str] | None = None
    ) -> None:
        """Take in a committed turn; ``audience`` are the ids who heard it, None for all.

        Others than the speaker and the audience are never compared with it.
        """
        place, bit = len(self._texts), 1 << len(self._texts)
        if words.unspaced:
            self._add_unspaced(bit, words)
        else:
            self._words.add(bit, words.tokens)
            self._trigrams.add(bit, _joined(words.trigrams))
        if len(words.tokens) < LONG_WORDS:
            self._short |= bit
        self._own[speaker_id] = self._own.get(speaker_id, 0) | bit
        last = self._last.setdefault(speaker_id, deque(maxlen=self.thresholds.tiny_window))
        last.append(place)
        if audience is not None:
            self._private |= bit
            for listener in audience:
                self._heard[listener] = self._heard.get(listener, 0) | bit
        self._texts.append((words.unspaced or " ".join(words.tokens)).encode())
        self._turns.append(turn)
        self._speakers.append(speaker_id)
        self._languages.append(words.language)

    def _add_unspaced(self, bit: int, words: Words) -> None:
        self._unspaced |= bit
        grams = char_grams(words.unspaced)
        if self._grams is None:
            self._grams = Columns(4096)
        self._grams.add(bit, grams)
        self._weights.add(grams)

    def nearest(self, speaker_id: str, words: Words) -> Match | None:
        """Return the closest earlier turn among all own ones and the last 40 the speaker heard.

        None if nothing is there to compare with. When nothing is a repeat, the match is one that
        shares most words or trigrams, so that its numbers say how far away the nearest is. When
        more than one is, it is the strongest of the newest 8.
        """
        row = row_of(words)
        if row == Row.TINY:
            return self._tiny(speaker_id, words)
        among = self._compared(speaker_id, row)
        best: Match | None = None
        repeats = 0
        for place in places(self._candidates(words, row, among)):
            match = self._match(place, words)
            repeats += match.flagged
            if best is None or match.strength > best.strength:
                best = match
            if repeats == _ENOUGH:
                break
        return best

    def _compared(self, speaker_id: str, row: Row) -> int:
        """Return the turns that ``row`` compares with, as bits."""
        own = self._own.get(speaker_id, 0)
        every = (1 << len(self._texts)) - 1
        first = max(0, len(self._texts) - self.thresholds.window)
        recent = every >> first << first
        visible = every & ~self._private | self._heard.get(speaker_id, 0) | own
        script = self._unspaced if row == Row.UNSPACED else every & ~self._unspaced
        compared = own & self._short if row == Row.SHORT else own
        return (compared | recent) & visible & script

    def _candidates(self, words: Words, row: Row, among: int) -> int:
        """Return the turns that may be repeats, and those that share most."""
        limits = self.thresholds
        if row == Row.UNSPACED:
            grams = self._weights.weigh(char_grams(words.unspaced))
            counts = self._grams.count(grams, among) if self._grams else []
            return self._filtered(counts, _needed(grams, limits.cosine), among)
        tokens = set(words.tokens)
        if row == Row.SHORT:
            counts = self._words.count(tokens, among)
            return self._filtered(counts, _least(limits.short_words, len(tokens)), among)
        if row == Row.UNLISTED:
            features, least = tokens, _least(limits.unlisted_words, len(tokens))
        else:
            features = words.content
            least = max(_least(limits.content, len(features)), limits.shared_content)
        counts = self._words.count(features, among)
        runs = self._trigrams.count(_joined(words.trigrams), among)
        return self._filtered(counts, least, among) | self._filtered(
            runs, _least(limits.trigram, len(words.trigrams)), among
        )

    def _filtered(self, counts: list[int], least: int, among: int) -> int:
        found = at_least(counts, least, among)
        if found or not among:
            return found
        return 1 << most(counts, among).bit_length() - 1

    def _match(self, place: int, words: Words) -> Match:
        text = self._texts[place].decode()
        if self._unspaced >> place & 1:
            earlier = words_of((), words.language, text)
        else:
            earlier = words_of(text.split(" "), self._languages[place])
        found = compare(words, earlier, self._weights)
        force = strength(found, self.thresholds)
        return Match(self._turns[place], self._speakers[place], found, force, force >= 1.0)

    def _tiny(self, speaker_id: str, words: Words) -> Match | None:
        """Judge a text of a few words: said already in the own last 6 turns?

        "Yes" or "go on" may come back once within them.
        """
        matches = [self._match(place, words) for place in self._last.get(speaker_id, ())]
        same = [match for match in matches if match.flagged]
        allowed = " ".join(words.tokens) in lexicon(words.language).backchannel
        if len(same) > allowed:
            return same[-1]
        if not matches:
            return None
        return replace(matches[-1], flagged=False)


def _joined(trigrams: Iterable[tuple[str, str, str]]) -> list[str]:
    return [" ".join(trigram) for trigram in trigrams]


def _least(share: float, size: int) -> int:
    """Return how much of ``size`` must be shared: Jaccard >= t needs |A and B| >= t |A|."""
    return max(1, math.ceil(share * size - 1e-9))


def _needed(weights: dict[str, float], least: float) -> int:
    """Return how many grams must be shared for a cosine of ``least``.

    By Cauchy-Schwarz a cosine is at most the length of the shared part over the whole length, so
    the heaviest grams that make up ``least`` of the length are the fewest that can.
    """
    squares = sorted((w * w for w in weights.values()), reverse=True)
    left = least * least * sum(squares) * (1 - 1e-9)
    for count, square in enumerate(squares, start=1):
        left -= square
        if left <= 0.0:
            return count
    return len(squares)
