"""What a speaker brings from outside the talk: own sources, and the facts of the scenario."""

import re
from typing import Final

from symposion.engine.lexicon import lexicon
from symposion.engine.offline.pack import Pack
from symposion.engine.offline.people import short_name
from symposion.engine.offline.phrases import echo, tame
from symposion.engine.offline.sentences import lowered
from symposion.engine.offline.thoughts import Thought
from symposion.engine.offline.topic import heard_in, scenario_facts
from symposion.engine.tagging import common
from symposion.engine.text import tokens
from symposion.ports.brief import Brief, Source

LIMIT: Final = 20
"""Words of an own source that are told at most."""
KINDS: Final = frozenset(("memory", "background", "expertise", "goal", "reason", "scenario"))

_BREAK = re.compile(r"[.;!?]\s|,\s|\s[–—-]\s")  # noqa: RUF001 - dashes break sentences


def said_of(source: Source, brief: Brief, known: Pack) -> tuple[str, str]:
    """Return ``source`` as a clause that may stand after a colon, and whom it quotes, if anybody.

    Long texts are cut where a clause ends; what somebody said is quoted. The clause is empty where
    none can be made, or where it speaks of its owner in the third person: it would sound as if
    somebody else was meant.
    """
    teller, colon, told = source.text.partition(": ")
    if colon and source.kind == "memory" and any(teller == o.name for o in brief.others):
        return _quoted(told, known), short_name(teller, brief, known)
    if teller == brief.speaker.name:
        return "", ""
    text = tame(source.text)
    for start in known.words["drop_start"]:
        if text.casefold().startswith(start):
            text = text[len(start) :]
    text = _cut(text)
    words = set(tokens(text))
    if not text or words & known.lists["third_person"] or words & set(tokens(brief.speaker.name)):
        return "", ""
    return small_start(text, brief, known).rstrip(" .,;:!?"), ""


def _quoted(told: str, known: Pack) -> str:
    heard = heard_in(told, known.language)
    if heard.clause and (quoted := echo(heard.clause, known.language)):
        return quoted
    if heard.thoughts or heard.actions:
        return f"“{heard.points[0].text.strip('“”')}”" if heard.points else ""
    return echo(told, known.language)


def _cut(text: str) -> str:
    end = len(text)
    while len(text[:end].split()) > LIMIT:
        breaks = [m.start() for m in _BREAK.finditer(text, 0, end)]
        if not breaks:
            return ""
        end = breaks[-1]
    sentence = re.split(r"(?<=[.!?])\s", text[:end])[0]
    return sentence if len(sentence.split()) > 1 else ""


def small_start(line: str, brief: Brief, known: Pack) -> str:
    """Return ``line`` fit to follow another word: small, unless it starts with a name."""
    first = line.split(" ", maxsplit=1)[0].strip(".,:;?!“”")
    names = {w for o in (*brief.others, brief.speaker) for w in o.name.split()}
    if first in names or first.removesuffix("'s") in names:
        return line
    lists = common(known.language)
    plain = first.casefold() in lexicon(known.language).stop
    second = line.split(" ", maxsplit=2)[1:2]
    is_name = second and second[0][:1].isupper() and len(second[0]) > 1 and second[0] not in names
    if not plain and is_name and line[len(first) : len(first) + 1] == " ":
        return line
    plain = plain or bool(lists and first.casefold() in lists.kinds)
    inside = re.search(rf"[a-z,] {re.escape(first)}(?!\w)", brief.scenario_text)
    return line if inside and not plain else lowered(line)


def facts_at_hand(brief: Brief, known: Pack) -> tuple[Thought, ...]:
    """Return the facts of the scenario that nobody stated yet."""
    return tuple(f for f in scenario_facts(brief, known) if f.id not in brief.spent)
