"""What the scenario says, sentence by sentence: the ground that every speaker may stand on.

A fact is a whole sentence of the scenario, in its own words. It is said as it stands, so nothing
is invented and nothing is bent; what follows from it is the speaker's.
"""

import re
from functools import lru_cache
from typing import Final

from symposion.engine.markup import BREAK, plain
from symposion.engine.offline.phrases import spoken_of, words_of
from symposion.engine.offline.thoughts import Thought
from symposion.engine.text import sentences, tokens

_FEWEST, _MOST = 6, 24
"""Words of a fact: shorter ones say little, longer ones nobody speaks."""
_HEADING: Final = re.compile(r"^[ \t]*#{1,6}[ \t].*$", re.MULTILINE)
_ARTICLES: Final = frozenset(("the", "a", "an"))
_CLAUSE: Final = re.compile(r"(?:;|, (?:and|but|because|so)|:)\s")
_LABEL: Final = re.compile(r"^\w+:\s")


FACTS: Final = "scenario"
"""The sector of a thought that is a fact of the scenario."""


@lru_cache(maxsize=64)
def facts_of(scenario: str, language: str, leans_back: frozenset[str]) -> tuple[Thought, ...]:
    """Return the facts of ``scenario`` in order, each as a thought that leans to no side.

    They are spent under "s:" and their place.

    Questions, headings and sentences that begin with a word of ``leans_back`` ("it", "these"),
    which mean nothing out of their place, are left out. Long sentences are cut where a clause
    ends, or left out.
    """
    found: list[Thought] = []
    text = plain(_HEADING.sub("", scenario).replace("`", "")).replace(BREAK, "")
    for line in text.splitlines():
        for sentence in sentences(" ".join(line.split())):
            clause = _clause(sentence)
            words = tokens(clause)
            if clause and not leans_back & {*words[: 2 if words[0] in _ARTICLES else 1]}:
                opened = _opened(clause, text)
                found.append(_thought(f"s:{len(found)}", opened, language))
    return tuple(found)


def _thought(id: str, clause: str, language: str) -> Thought:
    points = [p for p in spoken_of(clause, language) if len(p.keys) > 1]
    return Thought(
        id=id,
        sector=FACTS,
        type="evidence",
        side=0,
        gist=points[0].text if points else "",
        clause=clause,
        question="",
        keys=words_of(clause, language),
        fields=frozenset(),
        affect=0,
        marks=("", clause.casefold(), ""),
    )


def _clause(sentence: str) -> str:
    if not sentence.endswith(".") or _LABEL.match(sentence) or "://" in sentence:
        return ""
    whole = sentence.rstrip(" .")
    if len(whole.split()) > _MOST:
        breaks = [m.start() for m in _CLAUSE.finditer(whole)]
        whole = next((whole[:b] for b in reversed(breaks) if len(whole[:b].split()) <= _MOST), "")
    balanced = whole.count("(") == whole.count(")") and whole.count('"') % 2 == 0
    return whole if balanced and len(whole.split()) >= _FEWEST else ""


def _opened(clause: str, text: str) -> str:
    """Return ``clause`` with a small first letter, unless its first word is a name.

    A name is a word that the text spells with a capital inside a sentence, too.
    """
    first = clause.split(" ", 1)[0].strip(",;:")
    if first[1:] != first[1:].lower() or first == "I" or not first.isalpha():
        return clause
    if re.search(rf"[^\W\d_,;] {re.escape(first)}(?!\w)", text):
        return clause
    return clause[:1].lower() + clause[1:]
