"""The questions a scenario puts on the table."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from symposion.engine.keyterms import key_terms
from symposion.engine.markup import BREAK, plain
from symposion.engine.text import content_words, jaccard, sentences, tokens
from symposion.ports.brief import Issue

LONGEST = 160
"""Characters in the longest issue."""

_BULLET = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,2}[.)]|\(?[a-z]\))[ \t]+(?=\S)")
_CUTS = ("; ", " \u2014 ", " \u2013 ", ", which ", ", because ", ", but ", ", and ", ", ", ": ")
_SAME = 0.5
"""Jaccard of content words from which two issues are one."""


class _Ask(BaseModel):
    """How a sentence becomes a question: groups of ``find`` fill ``ask``."""

    model_config = ConfigDict(extra="forbid")

    find: re.Pattern[str]
    ask: str


class _Wording(BaseModel):
    """How a language words an agenda; without a file only question marks are known."""

    model_config = ConfigDict(extra="forbid")

    version: str = ""
    about: str = "{}?"
    topic: str = "{}?"
    which: str = "{}?"
    the: str = "{}"
    articles: re.Pattern[str] = re.compile("(?!)")
    again: re.Pattern[str] = re.compile("(?!)")
    options: re.Pattern[str] = re.compile("(?!)")
    topics: re.Pattern[str] = re.compile("(?!)")
    label: re.Pattern[str] = re.compile("(?!)")
    asks: tuple[_Ask, ...] = ()
    weak_asks: tuple[_Ask, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A question and the words of the scenario it came from."""

    text: str
    source: str


@cache
def _wording(language: str) -> _Wording:
    code = language.split("-", maxsplit=1)[0]
    path = files("symposion.engine") / "languages" / f"agenda-{code}.json"
    return _Wording.model_validate_json(path.read_bytes()) if path.is_file() else _Wording()


def issues_of(text: str, language: str, limit: int = 5) -> tuple[Issue, ...]:
    """Return 1 to ``limit`` questions that ``text`` puts on the table, most central first.

    Questions the text asks come first, then listed options and topics, then sentences that say
    what is to be decided, chosen or done; failing these, whether what is announced should be;
    else "What to do about ..." its key terms. Each is at most `LONGEST` characters; its terms, up
    to six, stand in ``text`` word for word.
    """
    wording = _wording(language)
    central = key_terms(text, language, 60)
    asked = [*_questions(text), *_listed(text, wording), *_implied(text, wording, wording.asks)]
    kept = _distinct(asked, language, limit)
    if not kept:
        announced = list(_implied(text, wording, wording.weak_asks))
        kept = _distinct(announced, language, min(2, limit))
    if not kept:
        kept = [_about(term, text, wording) for term in central[: min(3, limit)]]
    if not kept:
        kept = [_Found(" ".join(text.split()), text)]
    return tuple(
        Issue(f"i{number}", _short(found.text), _terms(found.source, text, central, language))
        for number, found in enumerate(kept, start=1)
    )


def _about(term: str, text: str, wording: _Wording) -> _Found:
    """Return the question what to do about ``term``, with an article if it has one in the text."""
    start = text.find(term)
    has_article = wording.articles.search(text[max(0, start - 8) : start].lower())
    return _Found(wording.about.format(wording.the.format(term) if has_article else term), term)


def _sentences(text: str) -> list[str]:
    """Return the sentences of ``text`` without markup, on one line each."""
    joined = re.sub(r"(?<=[^\n.:!?\x1f])\n(?=[^\n\x1f])", " ", plain(text))
    found = (" ".join(s.replace(BREAK, "").split()) for s in sentences(joined))
    return [sentence for sentence in found if sentence]


def _questions(text: str) -> Iterator[_Found]:
    for sentence in _sentences(text):
        bare = sentence.strip("\"'”’»)]* ")  # noqa: RUF001 - closing quotes
        if bare.endswith(("?", "？")) and len(bare) > 8:  # noqa: RUF001 - the wide mark
            yield _Found(bare.lstrip("\"'“‘«([* "), sentence)  # noqa: RUF001 - opening quotes


def _listed(text: str, wording: _Wording) -> Iterator[_Found]:
    """Yield options listed under a line as one question, listed topics as one question each."""
    heading = ""
    items: list[str] = []
    for line in [*text.split("\n"), ""]:
        bullet = _BULLET.match(line)
        if bullet:
            items.append(plain(line[bullet.end() :]).replace(BREAK, "").strip())
        elif line.strip():
            yield from _from_list(heading, items, wording)
            heading, items = plain(line).replace(BREAK, "").strip(), []
    yield from _from_list(heading, items, wording)


def _from_list(heading: str, items: Sequence[str], wording: _Wording) -> Iterator[_Found]:
    bare = [wording.label.sub("", item).rstrip(".;, ") for item in items if item]
    if len(bare) < 2 or any(item.endswith("?") for item in bare):
        return
    if wording.options.search(heading.lower()):
        yield _Found(wording.which.format(_joined(bare)), " ".join(items))
    elif wording.topics.search(heading.lower()):
        yield from (_Found(wording.topic.format(item), item) for item in bare)


def _joined(items: Sequence[str]) -> str:
    """Return ``items`` in one line, each cut so that all fit."""
    room = (LONGEST - 24) // len(items) - 2
    heads = [re.split(r"[:;.(,]| [\u2013\u2014-] ", item, maxsplit=1)[0].strip() for item in items]
    fit = items if sum(map(len, items)) + 2 * len(items) < LONGEST - 24 else heads
    return "; ".join(_cut(item, max(12, room)) if fit is heads else item for item in fit)


def _implied(text: str, wording: _Wording, asks: Sequence[_Ask]) -> Iterator[_Found]:
    """Yield questions made of sentences that say what is to be decided, best kind first."""
    found = _sentences(text)
    for ask in asks:
        for sentence in found:
            if match := ask.find.search(sentence):
                parts = {name: _lowered(part) for name, part in match.groupdict().items()}
                made = wording.again.sub(" ", " ".join(ask.ask.format(**parts).split()))
                yield _Found(made[:1].upper() + made[1:], sentence)


def _lowered(part: str) -> str:
    """Return ``part`` with a small first letter if it is an article or "we"."""
    part = part.rstrip(" ,:").lstrip() + (" " if part.endswith(" ") else "")
    first = part.split(" ", 1)[0]
    is_small = first.lower() in {"the", "a", "an", "our", "this", "we", "every", "all"}
    return part[:1].lower() + part[1:] if is_small else part


def _distinct(asked: Sequence[_Found], language: str, limit: int) -> list[_Found]:
    kept: list[_Found] = []
    seen: list[frozenset[str]] = []
    for found in asked:
        words = content_words(tokens(found.text), language)
        is_new = all(jaccard(words, w) < _SAME and not words <= w for w in seen)
        if is_new and len(kept) < limit and all(found.source != k.source for k in kept):
            kept.append(found)
            seen.append(words)
    return kept


def _short(text: str) -> str:
    """Return ``text`` within `LONGEST` characters, cut between clauses where that is possible."""
    if len(text) <= LONGEST:
        return text
    last_option = text.rfind(", or ", 40, LONGEST - 20)
    end = text.rfind(" and ", last_option, LONGEST - 1) if last_option > 0 else -1
    if end > 0:
        return f"{text[:end]}?"
    for cut in _CUTS:
        end = text.rfind(cut, 40, LONGEST - 1)
        if end > 0:
            return f"{text[:end].rstrip(' ,;:')}?"
    return _cut(text, LONGEST)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    end = text.rfind(" ", longest // 2, longest - 1)
    return f"{text[: end if end > 0 else longest - 1].rstrip(' ,;:')}…"


def _terms(source: str, text: str, central: Sequence[str], language: str) -> tuple[str, ...]:
    """Return two to six terms of ``source`` that stand in ``text``, filled up with central ones."""
    own = [term for term in central if term in source]
    own += [term for term in key_terms(source, language, 6) if term in text]
    found = list(dict.fromkeys(own))[:6]
    return tuple(dict.fromkeys([*found, *central]))[: max(2, len(found))]
