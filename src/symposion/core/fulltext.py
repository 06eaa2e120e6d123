"""Full-text search over a few thousand short texts, in memory. Pure."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

WORDS_LIMIT = 8
"""Words of a query that are looked for; those after them are left out."""

_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}  # noqa: RUF001 - letters that Unicode does not take apart
)


def words_of(text: str) -> list[str]:
    """Return the words of ``text`` in small letters without accents."""
    if text.isascii():
        return _WORD.findall(text.lower())
    flat = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    return _WORD.findall("".join(c for c in flat if not unicodedata.combining(c)))


class Match(NamedTuple):
    """What fits a query; the higher the score the better."""

    id: str
    score: int


class _Entry(NamedTuple):
    """The words of all fields, spaces around each, the heaviest field first.

    Attributes:
        ends: Where each field ends in ``whole``.
    """

    id: str
    whole: str
    ends: tuple[int, ...]


class Index:
    """Things that can be found by the words in their fields.

    A thing fits if each word of the query begins a word of it, whatever the case and the accents.
    A word counts as much as the heaviest field that has it, and half as much again if it is a whole
    word there.

    Args:
        weights: Of each field; the heaviest comes first.
        texts: Ids, each with the text of every field.
    """

    def __init__(self, weights: Sequence[int], texts: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._weights = tuple(weights)
        self._entries = [_entry(*text) for text in texts]

    def find(self, query: str) -> list[Match]:
        """Return what fits ``query``, best first, ties in the order given; no word fits nothing."""
        words = dict.fromkeys(words_of(query)[:WORDS_LIMIT])
        terms = [(f" {word}", f" {word} ") for word in words]
        if not terms:
            return []
        scored = (Match(entry.id, self._score(entry, terms)) for entry in self._entries)
        found = [match for match in scored if match.score]
        return sorted(found, key=_SCORE, reverse=True)

    def _score(self, entry: _Entry, terms: Sequence[tuple[str, str]]) -> int:
        """Return 0 unless all of ``terms`` are found: each as a beginning, and as a whole word."""
        _, whole, ends = entry
        score = 0
        for beginning, word in terms:
            at = whole.find(beginning)  # the first is in the heaviest field that has it
            if at < 0:
                return 0
            field = bisect_right(ends, at)
            weight = self._weights[field]
            score += 2 * weight + weight * (whole.find(word, at, ends[field]) >= 0)
        return score


_SCORE = itemgetter(1)


def _entry(id: str, fields: Sequence[str]) -> _Entry:
    spaced = [f" {' '.join(words_of(field))} " for field in fields]
    return _Entry(id, "".join(spaced), tuple(accumulate(map(len, spaced))))
