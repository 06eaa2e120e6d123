"""The terms a text turns on, kept verbatim: noun phrases, names, figures, quoted words."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from symposion.engine.lexicon import has_stop_words, lexicon
from symposion.engine.markup import plain
from symposion.engine.phrases import Run, figure_runs, is_year, name_runs, noun_runs
from symposion.engine.tagging import Common, Token, common, tagged

_QUOTED = re.compile('["“«„「]([^"“”«»„「」\n\x1f]{2,60})["”»“」]')
_CONTENT = {"noun", "adjective", "verb"}
_WORTH_BY_WORDS = (1.0, 1.5, 1.6, 1.3, 1.0)
_UNKNOWN = "zxx"
"""ISO 639 code for "no linguistic content": read by capitals, figures and quotes alone."""


@dataclass(frozen=True, slots=True)
class _Term:
    """A candidate: its words without case and plural, and its place."""

    words: tuple[str, ...]
    start: int
    end: int
    worth: float


def key_terms(text: str, language: str, limit: int = 40) -> tuple[str, ...]:
    """Return the terms ``text`` turns on, most telling first, at most ``limit``.

    Each is an exact substring of ``text`` within one line, at most five words, and stands in a
    sentence where a noun may stand; a year alone does not (see `figures`). Markdown is left
    out; of two terms with the same words, or the words of one among those of the other, the
    better one stays. A text that is not in ``language`` gives its names, figures and quotes.

    Score: (1 + ln count) x (1 at the start to .5 at the end of the text) x rarity (.25 for the
    most common listed word, 1 for an unlisted one) x a bonus for two to three words.
    """
    clean = plain(text)
    read = _language_of(clean, language)
    found = tagged(clean, read)
    counts = Counter(_stem(token.word) for token in found)
    terms = list(_phrases(clean, found, common(read)))
    best: dict[tuple[str, ...], tuple[float, _Term]] = {}
    times = _occurrences(found, terms)
    for term in terms:
        early = 1 - 0.5 * term.start / max(1, len(text))
        echo = sum(log(counts[word] or 1) for word in term.words) / len(term.words)
        score = term.worth * early * (1 + log(times[term.words]) + 0.3 * echo)
        if term.words not in best or score > best[term.words][0]:
            best[term.words] = (score, term)
    ranked = sorted(best.values(), key=lambda pair: (-pair[0], pair[1].start))
    return tuple(text[term.start : term.end] for term in _distinct(ranked, limit))


def _occurrences(found: Sequence[Token], terms: Sequence[_Term]) -> Counter[tuple[str, ...]]:
    """Count each term, and of terms of two and three words also those inside longer ones."""
    stems = [_stem(token.word) for token in found]
    runs = Counter(pairwise(stems))
    inside = Counter(zip(stems, stems[1:], stems[2:], strict=False))
    times = Counter(term.words for term in terms)
    for words in times:
        if len(words) == 2:
            times[words] = max(times[words], runs[words])
        elif len(words) == 3:
            times[words] = max(times[words], inside[words])
    return times


def figures(text: str, language: str = "en") -> tuple[str, ...]:
    """Return the numbers of ``text`` with what they count, exact substrings, in order, each once.

    Money, shares, dates, years with their preposition ("by 2030"), counted things ("45 beds").
    """
    clean = plain(text)
    read = _language_of(clean, language)
    found = tagged(clean, read)
    runs = figure_runs(found, common(read))
    return tuple(dict.fromkeys(text[found[a].start : found[b].end] for a, b in runs))


def names(text: str, language: str = "en") -> tuple[str, ...]:
    """Return the capitalised names of ``text``, exact substrings, in order, each once."""
    clean = plain(text)
    read = _language_of(clean, language)
    found = tagged(clean, read)
    runs = name_runs(found, common(read))
    return tuple(dict.fromkeys(text[found[a].start : _end(found[b])] for a, b in runs))


def _language_of(clean: str, language: str) -> str:
    """Return ``language``, or no language if too few of its small words stand in the text.

    English prose has 40 to 50 % stop words; under 15 % of at least 12 words it is not English,
    or not prose.
    """
    if not has_stop_words(language):
        return _UNKNOWN
    words = clean[:2000].lower().split()
    stop = lexicon(language).stop
    known = sum(1 for word in words if word.strip(".,;:!?()\"'") in stop)
    return _UNKNOWN if len(words) >= 12 and known < 0.15 * len(words) else language


def _phrases(clean: str, found: Sequence[Token], known: Common | None) -> Iterator[_Term]:
    """Yield quotes, figures, names and noun phrases, no two of them over the same words."""
    taken: set[int] = set()
    for run, worth in _candidates(clean, found, known):
        span = range(run[0], run[1] + 1)
        if taken.isdisjoint(span):
            taken.update(span)
            if worth:
                words = tuple(_stem(found[index].word) for index in span)
                yield _Term(words, found[run[0]].start, _end(found[run[1]]), worth)


def _candidates(
    clean: str, found: Sequence[Token], known: Common | None
) -> Iterator[tuple[Run, float]]:
    """Yield phrases with their worth, those first that others may not cut; dates are worth 0."""
    for run in _quotes(clean, found):
        yield run, 1.6
    for run in figure_runs(found, known):
        yield run, 0.0 if _is_dated(run, found, known) else 0.75
    for run in name_runs(found, known):
        if not (known and _is_abbreviation(run, clean, found)):
            yield run, 1.1 * _WORTH_BY_WORDS[run[1] - run[0]]
    yield from _plain_words(found, known)


def _plain_words(found: Sequence[Token], known: Common | None) -> Iterator[tuple[Run, float]]:
    """Yield noun phrases; without a word list, long words that come back."""
    if known:
        for run in noun_runs(found, known):
            yield run, _rarity(run, found, known)
        return
    counts = Counter(token.word for token in found)
    for index, token in enumerate(found):
        if token.tag == "noun" and len(token.word) > 5 and counts[token.word] > 1:
            yield (index, index), 0.6


def _is_dated(run: Run, found: Sequence[Token], known: Common | None) -> bool:
    """Return whether a figure is a date, which does not stand like a noun."""
    words = [found[index].word for index in range(run[0], run[1] + 1)]
    if len(words) == 2 and is_year(words[1], "10") and known and words[0] in known.years:
        return True
    return any(is_year(w) or (known is not None and w in known.calendar) for w in words)


def _rarity(run: Run, found: Sequence[Token], known: Common) -> float:
    words = [_stem(found[index].word) for index in range(run[0], run[1] + 1)]
    rarity = sum(known.rarity.get(w, 1.0) for w in words) / len(words)
    head = 0.5 if found[run[1]].word in known.weak else 1.0
    lone_opener = 0.7 if found[run[0]].first and found[run[0]].capital else 1.0
    return rarity * head * lone_opener * _WORTH_BY_WORDS[len(words) - 1]


def _end(token: Token) -> int:
    """Return where a term ends that ends in ``token``: before a possessive."""
    return token.end - 2 if token.word.endswith("'s") else token.end


def _is_abbreviation(run: Run, clean: str, found: Sequence[Token]) -> bool:
    """Return whether a name is capitals alone before a plain noun: "AI" of "AI tutors"."""
    first, last = run
    after = found[last + 1] if last + 1 < len(found) else None
    is_short = first == last and clean[found[first].start : found[first].end].isupper()
    return is_short and after is not None and after.glued and after.tag == "noun"


def _quotes(clean: str, found: Sequence[Token]) -> Iterator[Run]:
    """Yield quoted words, one to five, that neither start nor end in a small word."""
    starts = {token.start: index for index, token in enumerate(found)}
    ends = {token.end: index for index, token in enumerate(found)}
    for match in _QUOTED.finditer(clean):
        first, last = starts.get(match.start(1), -1), ends.get(match.end(1), -1)
        if 0 <= first <= last < first + 5 and {found[first].tag, found[last].tag} <= _CONTENT:
            yield first, last


def _stem(word: str) -> str:
    """Return ``word`` without possessive and plural."""
    word = word.removesuffix("'s")
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "siu" else word


def _distinct(ranked: Sequence[tuple[float, _Term]], limit: int) -> Iterator[_Term]:
    """Yield the best terms, leaving out those whose words another one has."""
    kept: list[frozenset[str]] = []
    for _, term in ranked:
        if len(kept) >= limit:
            return
        words = frozenset(term.words)
        if not any(words <= other or other <= words for other in kept):
            kept.append(words)
            yield term
