"""Participants' names in a text: found as whole words and masked, so that rules need no names."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from symposion.engine.grammar import NAME_BASE, NAME_LIMIT, Grammar, grammar
from symposion.engine.lexicon import lexicon

_PRIVATE = re.compile("[\ue000-\uf8ff]")
_STRAIGHT = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "«": '"', "»": '"', "\n": " ", "\t": " "}  # noqa: RUF001 - these very characters are straightened
)
_QUOTED = re.compile(r'"[^"]{3,400}"')
_NUMBER = re.compile(r" \d")
_SENTENCE_START = re.compile(r"^\W*$|[.!?…:]\W*$")


def straight(text: str) -> str:
    """Return ``text`` with straight quotes and plain white space; no position moves."""
    return text.translate(_STRAIGHT)


def has_name(masked: str) -> bool:
    """Return whether somebody is named in a masked text."""
    return _PRIVATE.search(masked) is not None


@dataclass(frozen=True)
class Room:
    """The participants of a room, ready to be found in its turns.

    Attributes:
        ids: Participant ids; their position is the number that masks the name.
    """

    ids: tuple[str, ...]
    _known: dict[str, int]
    _names: re.Pattern[str] | None
    _rules: Grammar

    def masked(self, sentence: str) -> str:
        """Return ``sentence`` ready for the patterns of a `Grammar`.

        Lower case, straight quotes, quoted words blanked, names as private-use characters.
        Positions differ from those in ``sentence``.
        """
        plain = straight(_PRIVATE.sub(" ", sentence))
        if '"' in plain:
            plain = _QUOTED.sub(lambda m: '"' + "_" * (len(m[0]) - 2) + '"', plain)
        return (self._names.sub(self._mask, plain) if self._names else plain).lower()

    def numbers(self, masked: str) -> list[int]:
        """Return the numbers of the people named in a masked text, each once, in order."""
        return list(dict.fromkeys(ord(c) - NAME_BASE for c in _PRIVATE.findall(masked)))

    def _mask(self, match: re.Match[str]) -> str:
        name = match[0]
        is_word = name.lower() in self._rules.word_names and not self._is_surely_name(match)
        return name if is_word else chr(NAME_BASE + self._known[name])

    def _is_surely_name(self, match: re.Match[str]) -> bool:
        """Return whether a name that is a common word too ("Will", "May") is used as a name."""
        text, start, end = match.string, match.start(), match.end()
        before, after = text[max(0, start - 12) : start], text[end : end + 20]
        if after[:1] in {",", ":", "?", "!"} or after.startswith("'s"):
            return True
        is_time = match[0].lower() in self._rules.calendar_names
        if is_time and (_NUMBER.match(after) or self._rules.calendar_before.search(before)):
            return False
        follows = self._rules.person_follows.search(after) is not None
        return follows or not _SENTENCE_START.search(before)


def room_of(people: Mapping[str, str], language: str) -> Room:
    """Return the participants ``people`` (id to name) as they are found in ``language``.

    Found are full names, first names, and surnames after a title. A first name that two
    people share finds nobody, nor does a full name that two people share. At most 6,400
    people are told apart.
    """
    return _room(tuple(people.items())[:NAME_LIMIT], language)


@lru_cache(maxsize=256)
def _room(names: tuple[tuple[str, str], ...], language: str) -> Room:
    rules = grammar(language)
    full = [" ".join(straight(name).split()) for _, name in names]
    forms: list[tuple[str, int]] = []
    for number, name in enumerate(full):
        forms += [(form, number) for form in _short_forms(name, rules, language)]
    shared = Counter(form for form, _ in forms)
    known = {form: number for form, number in forms if shared[form] == 1}
    twice = Counter(full)
    known |= {name: number for number, name in enumerate(full) if name and twice[name] == 1}
    for name in (name for name in twice if twice[name] > 1):
        known.pop(name, None)
    longest = sorted(known, key=lambda form: (-len(form), form))
    body = "|".join(re.escape(form) for form in longest)
    pattern = re.compile(rf"(?<![\w-])(?:{body})(?![\w-])") if body else None
    return Room(tuple(person for person, _ in names), known, pattern, rules)


def _short_forms(name: str, rules: Grammar, language: str) -> list[str]:
    """Return the forms somebody is called by other than the full name, each once."""
    words = name.split(" ")
    title = [word for word in words[:1] if word.lower() in rules.titles]
    rest = words[len(title) :]
    if len(rest) < 2 and not title:
        return []
    found = [" ".join(rest)] if title else []
    if (
        rest
        and len(rest[0]) > 1
        and rest[0].lower() not in lexicon(language).stop - rules.word_names
    ):
        found.append(rest[0])
    if rest and title:
        found.append(f"{title[0]} {rest[-1]}")
    return list(dict.fromkeys(found))
