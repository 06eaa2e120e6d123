"""Noun phrases, names and figures as runs of tagged words."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from symposion.engine.tagging import Common, Token

_YEARLY = frozenset(("in", "by", "since", "until"))
LONGEST = 5
"""Words in the longest phrase."""

Run: TypeAlias = tuple[int, int]
"""First and last token of a phrase, both included."""


def noun_runs(found: Sequence[Token], known: Common) -> Iterator[Run]:
    """Yield the longest runs of adjectives and nouns that end in a noun."""
    first = -1
    for index in range(len(found) + 1):
        token = found[index] if index < len(found) else None
        if token and _continues(found, index, first):
            first = index if first < 0 else first
            continue
        if first >= 0:
            yield from _trimmed(found, first, index - 1, known)
        first = index if token and token.tag in {"noun", "adjective"} else -1


def _continues(found: Sequence[Token], index: int, first: int) -> bool:
    token = found[index]
    is_start = first < 0
    before = found[index - 1]
    if not is_start and (not token.glued or (before.word.endswith("'s") and token.capital)):
        return False
    if token.tag == "number":
        return not is_start and found[index - 1].capital and len(token.word) < 4
    return token.tag in {"noun", "adjective"}


def _trimmed(found: Sequence[Token], first: int, last: int, known: Common) -> Iterator[Run]:
    """Yield the run without adjectives at its end and weak words at its start."""
    while last >= first and found[last].tag == "adjective":
        last -= 1
    first = max(first, last - LONGEST + 1)
    while first <= last and (
        found[first].word in known.weak_adjectives or found[first].word in known.calendar
    ):
        first += 1
    while last >= first and found[last].word in known.calendar:
        last -= 1
    if first <= last and not (first == last and found[first].word in known.weak):
        yield first, last


def name_runs(found: Sequence[Token], known: Common | None) -> Iterator[Run]:
    """Yield runs of capitalised words, small joining words inside them included.

    A capital at the start of a sentence counts if the word after it has one, or if an uncommon
    word has one elsewhere too.
    """
    index = 0
    sure = frozenset(t.word for t in found if t.capital and not t.first)
    while index < len(found):
        last = _name_end(found, index, sure, known)
        if last >= index:
            yield index, min(last, index + LONGEST - 1)
        index = max(last, index) + 1


def _name_end(
    found: Sequence[Token], first: int, sure: frozenset[str], known: Common | None
) -> int:
    """Return the last token of the name that starts at ``first``; before it if there is none."""
    if not _is_proper(found, first, sure, known):
        return first - 1
    last = first
    for index in range(first + 1, min(len(found), first + LONGEST)):
        token = found[index]
        if not token.glued or found[index - 1].word.endswith("'s"):
            break
        is_numbered = token.tag == "number" and len(token.word) < 4 and last == index - 1
        if is_numbered or (token.capital and token.tag != "stop"):
            last = index
        elif not known or token.word not in known.joiners:
            break
    return last


def _is_proper(
    found: Sequence[Token], index: int, sure: frozenset[str], known: Common | None
) -> bool:
    """Return whether the word at ``index`` may start a name; ``sure`` are words that do."""
    token = found[index]
    if not token.capital or token.tag in {"stop", "number"} or len(token.word) < 2:
        return False
    if known and token.word in known.calendar:
        return False
    if not token.first:
        return True
    after = found[index + 1] if index + 1 < len(found) else None
    if after and after.glued and after.capital and after.tag == "noun":
        return token.tag in {"noun", "adjective"}
    return token.word in sure and (known is None or token.word not in known.kinds)


def figure_runs(found: Sequence[Token], known: Common | None) -> Iterator[Run]:
    """Yield numbers with what they count: money, shares, years, dates, "340 new jobs".

    A number that counts nothing is left out.
    """
    done = -1
    for index, token in enumerate(found):
        if index <= done or not _is_number(token, known):
            continue
        first, last = _figure(found, index, known)
        if first >= 0:
            yield first, last
            done = last


def _is_number(token: Token, known: Common | None) -> bool:
    if known and token.word in known.number_words:
        return True
    return token.tag == "number" and any(c.isdigit() for c in token.word)


def is_year(word: str, since: str = "19") -> bool:
    """Return whether ``word`` is a year, or a decade, of the centuries ``since`` to 20."""
    digits = word.removesuffix("s")
    return digits.isdecimal() and len(digits) == 4 and since <= digits[:2] <= "20"


def _figure(found: Sequence[Token], index: int, known: Common | None) -> Run:
    """Return the figure around the number at ``index``; (-1, -1) if it counts nothing."""
    token = found[index]
    if known is None:
        return (index, index) if token.word[0] in "€$£¥" or token.word.endswith("%") else (-1, -1)
    before = found[index - 1] if index and token.glued else None
    is_in_year = before is not None and before.word in _YEARLY and is_year(token.word, "10")
    if is_in_year or is_year(token.word):
        return _dated(found, index, known) if before else (index, index)
    if _in(found, index + 1, known.calendar) or (before and before.word in known.calendar):
        return _dated(found, index, known)
    last = _counted(found, index, known)
    first = index - 1 if before and before.word in known.currencies else index
    word = token.word
    is_sum = word[0] in "€$£¥" or word.endswith("%") or (word[0].isdigit() and word[-1].isalpha())
    return (first, last) if last > index or first < index or is_sum else (-1, -1)


def _dated(found: Sequence[Token], index: int, known: Common) -> Run:
    """Return day, month and year around ``index``, with the preposition of a lone year."""
    first = last = index
    while first > 0 and found[first].glued and found[first - 1].word in known.calendar:
        first -= 1
    if first < index and first > 0 and found[first].glued:
        first -= found[first - 1].tag == "number" and len(found[first - 1].word) <= 4
    while _in(found, last + 1, known.calendar) or (
        last + 1 < len(found) and found[last + 1].glued and is_year(found[last + 1].word)
    ):
        last += 1
    if first == last and found[first].glued and found[first - 1].word in known.years:
        first -= 1
    return first, last


def _counted(found: Sequence[Token], index: int, known: Common) -> int:
    """Return the last word of what the number at ``index`` counts, "per hour" included."""
    last = index
    while _in(found, last + 1, known.magnitudes):
        last += 1
    if _in(found, last + 1, known.percent):
        return last + 1
    if _in(found, last + 1, known.units) or _in(found, last + 1, known.currencies):
        last += 1
    elif not found[index].word.endswith("%") and found[index].word not in known.number_words:
        last = _noun_end(found, last)
    return _rate_end(found, last, known)


def _noun_end(found: Sequence[Token], last: int) -> int:
    """Return the last noun of the up to three words after ``last``; ``last`` if there is none."""
    noun = last
    for at in range(last + 1, min(len(found), last + 4)):
        if not found[at].glued or found[at].tag not in {"noun", "adjective"}:
            break
        noun = at if found[at].tag == "noun" else noun
    return noun


def _rate_end(found: Sequence[Token], last: int, known: Common) -> int:
    """Return the end of "per hour" or "a year" after ``last``, or ``last``."""
    if last + 2 >= len(found) or not (found[last + 1].glued and found[last + 2].glued):
        return last
    small, unit = found[last + 1].word, found[last + 2]
    is_rate = small == "per" and unit.tag in {"noun", "stop"}
    return last + 2 if is_rate or (small == "a" and unit.word in known.units) else last


def _in(found: Sequence[Token], index: int, words: frozenset[str]) -> bool:
    return index < len(found) and found[index].glued and found[index].word in words
