"""The grammar of a language as data: patterns that tell a promise from a musing.

Patterns live in ``languages/grammar-CODE.json`` and are written for *masked* sentences: lower
case, straight quotes, quoted words blanked, each participant's name one private-use character.
So they are compiled once per language, whoever is in the room. ``<word>`` stands for the macro
``word`` of the same file, ``<name>`` for any participant.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

NAME_BASE = 0xE000
"""First private-use code point; person number i is written as ``chr(NAME_BASE + i)``."""

NAME_LIMIT = 6400
"""Code points in the private-use area: more people than that are not told apart."""

_NAME = r"([\ue000-\uf8ff])"
_DASH = "[\u2014\u2013-]"
_NAMES = r"<name>(?:(?:, | and |, and | or )[\ue000-\uf8ff])*"
_MACRO = re.compile(r"<([a-z_]+)>")


@dataclass(frozen=True)
class Rule:
    """Patterns that say the same thing, kept apart by where they may start, which is faster.

    Attributes:
        here: Those that start with the sentence.
        named: Those that start with a name.
        anywhere: Those that start with any word.
    """

    here: re.Pattern[str]
    named: re.Pattern[str]
    anywhere: re.Pattern[str]

    def matches(self, masked: str) -> Iterator[re.Match[str]]:
        """Yield what the patterns find in a masked sentence."""
        yield from self.here.finditer(masked)
        yield from self.named.finditer(masked)
        yield from self.anywhere.finditer(masked)


@dataclass(frozen=True)
class Grammar:
    """The patterns of one language; each finds something in a masked sentence.

    Patterns that name a person have exactly one group that took part in a match: the name.

    Attributes:
        titles: Words before a name that are no name ("dr."), lower case.
        word_names: First names that are common words too, lower case; at the start of a
            sentence they count as names only before a comma, colon, question mark or "'s".
        calendar_names: Those of them that are months or seasons; no names after
            `calendar_before` or before a number.
        person_follows: What follows such a name at the start of a sentence, not lower-cased, when
            it is a name after all.
        denials: Words that turn praise into its opposite.
        opening: A vocative that opens a sentence.
        closing: A vocative that closes a question or request.
        inside: A vocative between commas.
        colon: A vocative before a colon or dash, which what follows is for.
        you, everyone: Words for the person spoken to, and for all.
        tell: An opening vocative or none, then a verb that demands words.
        act: An opening vocative, then a verb that demands a deed.
        asked: Named persons who are asked, or given the floor, in the third person.
        credited, dismissed: Named persons whose point is honoured, or brushed aside.
        unmeant: Stands before a credit or dismissal and undoes it, up to its start.
        due: A date or time as a deadline words it.
        promised, assigned, scheduled: A promise of the speaker, of a named one, of nobody named.
        musing: Stands before a promise and makes it none.
        conditional: Makes a promise without a date none, wherever it stands.
        withdrawn: Takes a promise back.
        decided: Says that something is decided.
        undecided: Stands before that and makes it none.
        past: Says that it was decided long ago.
    """

    titles: frozenset[str]
    word_names: frozenset[str]
    calendar_names: frozenset[str]
    calendar_before: re.Pattern[str]
    person_follows: re.Pattern[str]
    denials: frozenset[str]
    opening: re.Pattern[str]
    closing: re.Pattern[str]
    inside: re.Pattern[str]
    colon: re.Pattern[str]
    you: re.Pattern[str]
    everyone: re.Pattern[str]
    tell: re.Pattern[str]
    act: re.Pattern[str]
    asked: Rule
    credited: Rule
    dismissed: Rule
    unmeant: re.Pattern[str]
    due: re.Pattern[str]
    promised: Rule
    assigned: Rule
    scheduled: Rule
    musing: re.Pattern[str]
    conditional: re.Pattern[str]
    withdrawn: re.Pattern[str]
    decided: Rule
    undecided: re.Pattern[str]
    past: re.Pattern[str]


class _Written(BaseModel):
    """A grammar file as it lies on disk; every list may be missing."""

    model_config = ConfigDict(extra="forbid")

    version: str = ""
    titles: list[str] = []
    word_names: list[str] = []
    calendar_names: list[str] = []
    calendar_before: str = "(?!)"
    person_follows: str = "(?!)"
    denials: list[str] = []
    macros: dict[str, str] = {}
    due: str = "(?!)"
    lead: str = ""
    you: str = "(?!)"
    everyone: str = "(?!)"
    asked: list[str] = []
    credited: list[str] = []
    dismissed: list[str] = []
    unmeant: str = "(?!)"
    promised: list[str] = []
    assigned: list[str] = []
    scheduled: list[str] = []
    musing: str = "(?!)"
    conditional: str = "(?!)"
    withdrawn: str = "(?!)"
    decided: list[str] = []
    undecided: str = "(?!)"
    past: str = "(?!)"

    def expand(self, pattern: str) -> str:
        """Return ``pattern`` with its macros written out."""
        known = {"tell": "(?!)", "act": "(?!)"} | self.macros
        known |= {"name": _NAME, "due": self.due, "lead": self.lead}
        while _MACRO.search(pattern):
            pattern = _MACRO.sub(lambda m: known[m[1]], pattern)
        return pattern

    def any(self, patterns: list[str] | str) -> re.Pattern[str]:
        """Return a pattern that finds any of ``patterns``; an empty list finds nothing."""
        listed = [patterns] if isinstance(patterns, str) else patterns
        return re.compile("|".join(self.expand(p) for p in listed) or "(?!)")

    def rule(self, patterns: list[str]) -> Rule:
        r"""Return ``patterns`` sorted by where they start: ``^``, ``<name>`` or a word (``\b``)."""
        here = [p for p in patterns if p.startswith("^")]
        named = [p.removeprefix("<name>") for p in patterns if p.startswith("<name>")]
        words = [p.removeprefix(r"\b") for p in patterns if p.startswith(r"\b")]
        if len(here) + len(named) + len(words) != len(patterns):
            raise ValueError(r"A pattern of a rule starts with ^, <name> or \b.")
        return Rule(
            here=self.any(here),
            named=self.any(f"<name>(?:{'|'.join(named)})" if named else "(?!)"),
            anywhere=self.any(rf"(?<!\w)(?:{'|'.join(words)})" if words else "(?!)"),
        )


@cache
def grammar(language: str) -> Grammar:
    """Return the grammar of ``language``.

    Regional codes read their language's file. A language without a file has vocatives and
    question marks only: nothing is read with another language's grammar.
    """
    code = language.split("-", maxsplit=1)[0]
    path = files("symposion.engine") / "languages" / f"grammar-{code}.json"
    file = _Written.model_validate_json(path.read_bytes()) if path.is_file() else _Written()
    start = rf"^<lead>(?:{_NAMES}(?:[,:!]| {_DASH}) ?)"
    please = "(?:please |do |just |now )*"
    return Grammar(
        titles=frozenset(file.titles),
        word_names=frozenset(file.word_names),
        calendar_names=frozenset(file.calendar_names),
        calendar_before=file.any(file.calendar_before),
        person_follows=file.any(file.person_follows),
        denials=frozenset(file.denials),
        opening=file.any(rf"^[\"'*_(¿¡ ]*<lead>{_NAMES}(?:[,:?!]| {_DASH} |…)(?! (?:and )?<name>)"),
        closing=file.any(rf"(?:(?:[,;:]|{_DASH})|\byou) ?(?:and )?{_NAMES}[?.!…\"')*_ ]*$"),
        inside=file.any(rf", {_NAMES}, "),
        colon=file.any(rf", {_NAMES}(?::| {_DASH}) "),
        you=file.any(file.you),
        everyone=file.any(file.everyone),
        tell=file.any(rf"{start}?{please}<tell>\b"),
        act=file.any(
            [
                rf"{start}{please}<act> (?!is|are|was)",
                rf"^<lead>{please}<act> (?!is|are|was).*, {_NAMES}[.!]*$",
            ]
        ),
        asked=file.rule(file.asked),
        credited=file.rule(file.credited),
        dismissed=file.rule(file.dismissed),
        unmeant=file.any(file.unmeant),
        due=file.any(r"(?<!\w)<due>(?!\w)"),
        promised=file.rule(file.promised),
        assigned=file.rule(file.assigned),
        scheduled=file.rule(file.scheduled),
        musing=file.any(file.musing),
        conditional=file.any(file.conditional),
        withdrawn=file.any(file.withdrawn),
        decided=file.rule(file.decided),
        undecided=file.any(file.undecided),
        past=file.any(file.past),
    )
