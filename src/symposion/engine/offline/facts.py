"""What the scenario says, sentence by sentence: the ground that every speaker may stand on.

A fact is a whole sentence of the scenario, in its own words. It is said as it stands, so nothing
is invented and nothing is bent; what follows from it is the speaker's.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from symposion.engine.lexicon import lexicon
from symposion.engine.markup import BREAK, plain
from symposion.engine.tagging import common
from symposion.engine.text import content_words, sentences, tokens

_FEWEST, _MOST = 6, 24
"""Words of a fact: shorter ones say little, longer ones nobody speaks."""
_HEADING: Final = re.compile(r"^[ \t]*#{1,6}[ \t].*$", re.MULTILINE)
_CLAUSE: Final = re.compile(r"(?:;|, (?:and|but|because|so)|:)\s")
_LABEL: Final = re.compile(r"^\w+:\s")


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence of the scenario.

    Attributes:
        id: Spent under this name, "s:" and its place.
        clause: The sentence without its full stop; small first letter unless it is a name.
        keys: Its content words.
    """

    id: str
    clause: str
    keys: frozenset[str]


@lru_cache(maxsize=64)
def facts_of(scenario: str, language: str, leans_back: frozenset[str]) -> tuple[Fact, ...]:
    """Return the facts of ``scenario`` in order.

    Questions, headings and sentences that begin with a word of ``leans_back`` ("it", "these"),
    which mean nothing out of their place, are left out. Long sentences are cut where a clause
    ends, or left out.
    """
    found: list[Fact] = []
    text = plain(_HEADING.sub("", scenario).replace("`", "")).replace(BREAK, "")
    for line in text.splitlines():
        for sentence in sentences(" ".join(line.split())):
            clause = _clause(sentence)
            words = tokens(clause)
            if clause and words[0] not in leans_back:
                keys = content_words(words, language)
                found.append(Fact(f"s:{len(found)}", _opened(clause, language), keys))
    return tuple(found)


def _clause(sentence: str) -> str:
    if not sentence.endswith(".") or _LABEL.match(sentence) or "://" in sentence:
        return ""
    whole = sentence.rstrip(" .")
    if len(whole.split()) > _MOST:
        breaks = [m.start() for m in _CLAUSE.finditer(whole)]
        whole = next((whole[:b] for b in reversed(breaks) if len(whole[:b].split()) <= _MOST), "")
    balanced = whole.count("(") == whole.count(")") and whole.count('"') % 2 == 0
    return whole if balanced and len(whole.split()) >= _FEWEST else ""


def _opened(clause: str, language: str) -> str:
    first = clause.split(" ", 1)[0]
    lists = common(language)
    bare = first.strip(",;:").casefold()
    ordinary = bare in lexicon(language).stop or (
        lists is not None and (bare in lists.kinds or bare in lists.number_words)
    )
    if not ordinary or (len(first) > 1 and not first[1:].islower()) or bare == "i":
        return clause
    return clause[:1].lower() + clause[1:]
