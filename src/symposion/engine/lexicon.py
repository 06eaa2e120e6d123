"""Word lists of a language: stop words, markers of agreement and dissent, pleasantries.

The lists are data (``languages/CODE.json``), versioned together, because a metric means nothing
without the version of the list it counted with.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

FALLBACK = "en"


@dataclass(frozen=True)
class Lexicon:
    """The word lists of one language.

    Attributes:
        version: Of all lists together; part of every score made with them.
        stop: Words without content of their own.
        agree: Finds a marker of agreement in case-folded text, after `negated` was cut out.
        disagree: Finds a marker of dissent.
        negated: Finds agreement words that are negated ("I do not agree").
        hedge: Finds a hedge.
        opener: Finds an opening of the "Absolutely / Great point" family at the start of a turn.
        pleasantry: Content words that are only thanks, greeting or praise.
    """

    language: str
    version: str
    stop: frozenset[str]
    agree: re.Pattern[str]
    disagree: re.Pattern[str]
    negated: re.Pattern[str]
    hedge: re.Pattern[str]
    opener: re.Pattern[str]
    pleasantry: frozenset[str]


def _any(phrases: list[str], *, at_start: bool = False) -> re.Pattern[str]:
    """Compile a linear pattern that finds any phrase as whole words."""
    body = "|".join(re.escape(p) for p in sorted(phrases, key=len, reverse=True)) or r"(?!)"
    return re.compile(rf"{'^' if at_start else ''}(?<!\w)(?:{body})(?!\w)")


@cache
def lexicon(language: str) -> Lexicon:
    """Return the lists of ``language``, or those of `FALLBACK` when we have none.

    Regional codes fall back to their language: ``es-mx`` reads ``es``.
    """
    folder = files("symposion.engine") / "languages"
    code = language.split("-", maxsplit=1)[0]
    path = folder / f"{code}.json"
    if not path.is_file():
        code, path = FALLBACK, folder / f"{FALLBACK}.json"
    lists = json.loads(path.read_text(encoding="utf-8"))
    return Lexicon(
        language=code,
        version=lists["version"],
        stop=frozenset(lists["stop"]),
        agree=_any(lists["agree"]),
        disagree=_any(lists["disagree"]),
        negated=_any(lists["negated"]),
        hedge=_any(lists["hedge"]),
        opener=_any(lists["opener"], at_start=True),
        pleasantry=frozenset(lists["pleasantry"]),
    )


@cache
def has_stop_words(language: str) -> bool:
    """Return whether ``language`` has lists of its own."""
    return lexicon(language).language == language.split("-", maxsplit=1)[0]
