"""How alike two texts are, and when that is a repeat: the measuring half of the repetition guard.

The guard, the meter and the benchmark all ask here. The rows and their values are those of the
engine design, section 5: fitted on long English turns, taken over unchanged for other languages.
They see lexical repeats only; a paraphrase passes.
"""

import math
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

from symposion.engine.lexicon import has_stop_words
from symposion.engine.text import Words, analyse, jaccard, sentences

LONG_WORDS = 15
TINY_WORDS = 5
TINY_LETTERS = 10
"""In scripts without word spaces two letters stand for one word."""

_BUCKETS = 1 << 16


class Row(StrEnum):
    """The rule that judges a text, chosen by its length and script."""

    LONG = "long"
    UNLISTED = "unlisted"
    SHORT = "short"
    TINY = "tiny"
    UNSPACED = "unspaced"


@dataclass(frozen=True, slots=True)
class GuardThresholds:
    """From where on likeness is a repeat (engine design, section 5).

    Attributes:
        content: Jaccard of content words, texts of `LONG_WORDS` words and more.
        trigram: Jaccard of word trigrams, the same texts.
        short_words: Jaccard of all words, texts of 5 to 14 words.
        unlisted_words: Jaccard of all words, long texts of a language without stop words.
        cosine: TF-IDF cosine of character 3-5-grams, scripts without word spaces.
        shared_content: Fewest shared content words from which the content row speaks at all.
            Our own addition: with fewer, a Jaccard of .40 is two words out of five.
        window: Turns by anyone that a draft is compared with, beside all the speaker's own.
        tiny_window: Own turns that a text of fewer than `TINY_WORDS` words is compared with.
    """

    content: float = 0.40
    trigram: float = 0.20
    short_words: float = 0.60
    unlisted_words: float = 0.50
    cosine: float = 0.60
    shared_content: int = 3
    window: int = 40
    tiny_window: int = 6


STRICT = GuardThresholds()
BALANCED = GuardThresholds(content=0.45)
LIGHT = GuardThresholds(content=0.50)
THRESHOLDS = {"strict": STRICT, "balanced": BALANCED, "light": LIGHT}


@dataclass(frozen=True, slots=True)
class Similarity:
    """How alike two texts are; what the row does not ask for is 0.

    Attributes:
        content: Jaccard of content words.
        trigram: Jaccard of word trigrams.
        words: Jaccard of all words, masks included; 1 or 0 for tiny texts (identical or not).
        cosine: TF-IDF cosine of character 3-5-grams.
        shared: Content words in common.
    """

    row: Row
    content: float = 0.0
    trigram: float = 0.0
    words: float = 0.0
    cosine: float = 0.0
    shared: int = 0


class GramWeights:
    """Document frequencies of character 3-5-grams over the session so far, 256 KB whatever comes.

    Grams are counted in 65,536 buckets; two grams in one bucket are counted together, which makes
    both look a little more common than they are.
    """

    __slots__ = ("_counts", "_texts")

    def __init__(self) -> None:
        self._counts = array("I")
        self._texts = 0

    def add(self, grams: Counter[str]) -> None:
        """Count one more text."""
        if not self._counts:
            self._counts = array("I", bytes(4 * _BUCKETS))
        self._texts += 1
        for gram in grams:
            self._counts[crc32(gram.encode()) % _BUCKETS] += 1

    def weigh(self, grams: Counter[str]) -> dict[str, float]:
        """Return the TF-IDF vector of a text: tf * (ln((1+n)/(1+df)) + 1), not normalised."""
        if not self._texts:
            return dict(grams)
        total = 1 + self._texts
        return {
            gram: count
            * (math.log(total / (1 + self._counts[crc32(gram.encode()) % _BUCKETS])) + 1)
            for gram, count in grams.items()
        }


def char_grams(text: str, low: int = 3, high: int = 5) -> Counter[str]:
    """Return the character n-grams of ``text`` from ``low`` to ``high`` letters."""
    return Counter(
        text[i : i + size] for size in range(low, high + 1) for i in range(len(text) - size + 1)
    )


def cosine(left: dict[str, float], right: dict[str, float]) -> float:
    """Return the cosine of two sparse vectors; 0 if one is empty."""
    if len(right) < len(left):
        left, right = right, left
    dot = sum(weight * right[key] for key, weight in left.items() if key in right)
    if dot == 0.0:
        return 0.0
    return dot / math.sqrt(sum(w * w for w in left.values()) * sum(w * w for w in right.values()))


def row_of(words: Words) -> Row:
    """Return the row that judges ``words``."""
    if words.unspaced:
        return Row.TINY if len(words.unspaced) < TINY_LETTERS else Row.UNSPACED
    if len(words.tokens) < TINY_WORDS:
        return Row.TINY
    if len(words.tokens) < LONG_WORDS:
        return Row.SHORT
    return Row.LONG if has_stop_words(words.language) else Row.UNLISTED


def compare(left: Words, right: Words, weights: GramWeights | None = None) -> Similarity:
    """Return how alike ``left`` (the newer text, whose row decides) and ``right`` are.

    Without ``weights`` all character grams weigh the same.
    """
    row = row_of(left)
    match row:
        case Row.TINY:
            same = (left.tokens, left.unspaced) == (right.tokens, right.unspaced)
            return Similarity(row, words=float(same))
        case Row.UNSPACED:
            weights = weights or GramWeights()
            pair = (weights.weigh(char_grams(words.unspaced)) for words in (left, right))
            return Similarity(row, cosine=cosine(*pair))
        case Row.SHORT:
            return Similarity(row, words=jaccard(set(left.tokens), set(right.tokens)))
        case Row.LONG | Row.UNLISTED:
            return Similarity(
                row,
                content=jaccard(left.content, right.content),
                trigram=jaccard(left.trigrams, right.trigrams),
                words=jaccard(set(left.tokens), set(right.tokens)),
                shared=len(left.content & right.content),
            )


def strength(found: Similarity, thresholds: GuardThresholds = STRICT) -> float:
    """Return ``found`` over the threshold of its row; from 1 on it is a repeat."""
    match found.row:
        case Row.TINY:
            return found.words
        case Row.UNSPACED:
            return found.cosine / thresholds.cosine
        case Row.SHORT:
            return found.words / thresholds.short_words
        case Row.UNLISTED:
            ratio = found.words / thresholds.unlisted_words
        case Row.LONG:
            enough = found.shared >= thresholds.shared_content
            ratio = found.content / thresholds.content if enough else 0.0
    return max(ratio, found.trigram / thresholds.trigram)


def is_repeat(found: Similarity, thresholds: GuardThresholds = STRICT) -> bool:
    """Return whether ``found`` is a repeat by the row it was compared with."""
    return strength(found, thresholds) >= 1.0


def repeated_sentences(
    parts: Sequence[Words], earlier: Sequence[Words] = (), thresholds: GuardThresholds = STRICT
) -> tuple[int, ...]:
    """Return the indexes of ``parts`` (sentences of one turn) that repeat an earlier sentence.

    Compared are sentences of 5 words and more, each with ``earlier`` and with the parts before
    it: a turn may not repeat itself.
    """
    found: list[int] = []
    before = [words for words in earlier if row_of(words) != Row.TINY]
    for index, words in enumerate(parts):
        if row_of(words) == Row.TINY:
            continue
        if any(is_repeat(compare(words, other), thresholds) for other in before):
            found.append(index)
        before.append(words)
    return tuple(found)


def repeats_itself(
    text: str, names: frozenset[str], language: str, thresholds: GuardThresholds = STRICT
) -> tuple[str, ...]:
    """Return the sentences of ``text`` that repeat an earlier sentence of it."""
    parts = sentences(text)
    analysed = [analyse(part, names, language) for part in parts]
    return tuple(parts[i] for i in repeated_sentences(analysed, (), thresholds))
