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

_SETS = ("pleasantry", "backchannel", "singular", "plural", "bright", "dark", "holding")


@dataclass(frozen=True)
class Lexicon:
    """The word lists of one language.

    Attributes:
        version: Of all lists together; part of every score made with them.
        stop: Words without content of their own.
        agree: Finds a marker of agreement in normalised text, after `negated` was cut out.
        negated: Finds agreement words that are negated ("I do not agree"): dissent.
        disagree: Finds a marker of dissent, after `undoubted` was cut out.
        undoubted: Finds words of dissent that are none ("no doubt").
        hedge: Finds a hedge.
        opener: Finds an opening of the "Absolutely / Great point" family at the start of a turn.
        pleasantry: Content words that are only thanks, greeting or praise.
        backchannel: Whole turns that may come back, such as "yes" or "go on".
        singular: Words by which one speaks of oneself alone.
        plural: Words by which one speaks of oneself and others.
        bright: Content words of hope and gain.
        dark: Content words of fear and loss.
        holding: Words of a goal that would rather hold something back than do it.
    """

    language: str
    version: str
    stop: frozenset[str]
    agree: re.Pattern[str]
    negated: re.Pattern[str]
    disagree: re.Pattern[str]
    undoubted: re.Pattern[str]
    hedge: re.Pattern[str]
    opener: re.Pattern[str]
    pleasantry: frozenset[str]
    backchannel: frozenset[str]
    singular: frozenset[str]
    plural: frozenset[str]
    bright: frozenset[str]
    dark: frozenset[str]
    holding: frozenset[str]

    def agrees(self, text: str) -> bool:
        """Return whether normalised ``text`` holds a marker of agreement that is not negated."""
        return self.agree.search(self.negated.sub(" ", text)) is not None

    def dissents(self, text: str) -> bool:
        """Return whether normalised ``text`` holds a marker of dissent or negated agreement."""
        if self.negated.search(text):
            return True
        return self.disagree.search(self.undoubted.sub(" ", text)) is not None


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
        negated=_any(lists["negated"]),
        disagree=_any(lists["disagree"]),
        undoubted=_any(lists["undoubted"]),
        hedge=_any(lists["hedge"]),
        opener=_any(lists["opener"], at_start=True),
        **{name: frozenset(lists[name]) for name in _SETS},
    )


@cache
def has_stop_words(language: str) -> bool:
    """Return whether ``language`` has lists of its own."""
    return lexicon(language).language == language.split("-", maxsplit=1)[0]
