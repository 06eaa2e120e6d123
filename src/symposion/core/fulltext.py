"""Full-text search over a few thousand short texts, in memory. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    fields: tuple[str, ...]
    whole: str


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
        terms = [f" {word}" for word in dict.fromkeys(words_of(query)[:WORDS_LIMIT])]
        if not terms:
            return []
        found = [
            Match(entry.id, sum(self._score(entry, term) for term in terms))
            for entry in self._entries
            if all(term in entry.whole for term in terms)
        ]
        return sorted(found, key=lambda match: -match.score)

    def _score(self, entry: _Entry, term: str) -> int:
        for weight, field in zip(self._weights, entry.fields, strict=True):
            if term in field:
                return 3 * weight if f"{term} " in field else 2 * weight
        return 0


def _entry(id: str, fields: Sequence[str]) -> _Entry:
    spaced = tuple(f" {' '.join(words_of(field))} " for field in fields)
    return _Entry(id, spaced, "".join(spaced))
