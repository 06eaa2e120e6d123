"""What a turn is about: the point it answers, taken from the very words that were said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from symposion.engine.offline.facts import facts_of
from symposion.engine.offline.pack import Action, Pack, pack
from symposion.engine.offline.phrases import (
    Phrase,
    from_text,
    is_place,
    is_weak,
    phrase,
    spoken_of,
    tame,
    words_of,
)
from symposion.engine.offline.thoughts import SLOT, Thought, recognised
from symposion.engine.tagging import common
from symposion.engine.text import sentences, tokens
from symposion.ports.brief import Brief


@dataclass(frozen=True, slots=True)
class Topic:
    """What a turn answers.

    Attributes:
        points: Noun phrases of it, those in its very words first; never empty.
        echoed: The text to quote from: its question if it asks one.
        keys: Content words of the text.
        thoughts: Frames of thought that the text was made of.
        actions: Things to do that it puts forward.
        kind: Kind of the question it asks; "" if it asks none.
    """

    points: tuple[Phrase, ...]
    echoed: str
    keys: frozenset[str]
    thoughts: tuple[Thought, ...]
    actions: tuple[Action, ...]
    kind: str


def topic_of(brief: Brief, known: Pack) -> Topic:
    """Return what ``brief`` replies to, or what lies on the table if it replies to nothing."""
    said = brief.answering
    if said is None:
        return _table(brief, known)
    text = said.text
    asked = [s for s in sentences(text) if s.rstrip("”\"')").endswith("?")]
    heard = heard_in(text, known.language)
    points = [*_stated(text, brief, known), *heard.points]
    if asked:
        low = asked[-1].casefold()
        inside = [p for p in points if p.text.casefold() in low]
        points = [*inside, *spoken_of(asked[-1], known.language), *points]
    near = [p for p in terms_of(brief, known) if p.text.casefold() in text.casefold()]
    whole = _unnamed([*points, *near], brief) or [
        *(phrase(t.gist, known.language) for t in heard.thoughts if SLOT not in t.gist),
        *terms_of(brief, known),
    ]
    echoed = asked[-1] if asked else heard.clause or text
    keys = words_of(text, known.language)
    return Topic(tuple(whole), echoed, keys, heard.thoughts, heard.actions, _kind(asked, known))


def _stated(text: str, brief: Brief, known: Pack) -> list[Phrase]:
    """Return what the facts of the scenario that ``text`` states are about."""
    low = text.casefold()
    stated = [f for f in scenario_facts(brief, known) if f.marks[1] in low]
    return [p for f in stated for p in _named_in(f.clause, brief, known)[:2]]


def _named_in(clause: str, brief: Brief, known: Pack) -> list[Phrase]:
    """Return the key terms of the scenario that ``clause`` names, most telling first."""
    inside = [t for t in brief.terms if t.casefold() in clause.casefold()]
    found = (from_text(t, brief.scenario_text, known.language) for t in inside)
    return [p for p in found if p and p.keys and not is_weak(p, known.language)]


def scenario_facts(brief: Brief, known: Pack) -> tuple[Thought, ...]:
    """Return the facts of the scenario of ``brief`` that a sentence can bear."""
    found = facts_of(brief.scenario_text, known.language, known.lists["leans_back"])
    return tuple(f for f in found if tame(f.clause) == f.clause)


def _unnamed(points: Iterable[Phrase], brief: Brief) -> list[Phrase]:
    names = {w for o in (*brief.others, brief.speaker) for w in tokens(o.name)}
    found: list[Phrase] = []
    for point in points:
        if not point.keys & names and not any(point.keys <= p.keys for p in found):
            found.append(point)
    return found


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text was made of, as far as it can be told.

    Attributes:
        points: Noun phrases worth taking up, those of known content before others.
        clause: The sentence of the first thought that was spelt out; "" if none was.
    """

    thoughts: tuple[Thought, ...]
    actions: tuple[Action, ...]
    points: tuple[Phrase, ...]
    clause: str


@lru_cache(maxsize=512)
def heard_in(text: str, language: str) -> Heard:
    """Return what ``text`` was made of, told by the words of the pack alone."""
    low = text.casefold()
    known = pack(language)
    thoughts = recognised(text, language)
    actions = tuple(a for a in known.actions if a.plan in low or a.key in low)
    gists = [phrase(t.gist, language) for t in thoughts if t.marks[0] in low]
    spelt = [t for t in thoughts if t.marks[1] in low]
    meant = [phrase(t.gist, language) for t in spelt if SLOT not in t.gist]
    plans = [phrase(a.plan, language) for a in actions]
    points = [*gists, *meant, *plans] or list(spoken_of(text, language))
    clause = spelt[0].clause.split(SLOT)[0] if spelt else ""
    return Heard(thoughts, actions, tuple(dict.fromkeys(points)), clause)


def _kind(asked: Sequence[str], known: Pack) -> str:
    if not asked:
        return ""
    bare = asked[-1].casefold()
    tail = bare.rsplit(": ", 1)[-1]
    vocative, comma, after = tail.partition(", ")
    tail = after if comma and len(vocative.split()) <= 2 else tail
    return next((k for k, p in known.questions if p.search(tail)), "what")


def _table(brief: Brief, known: Pack) -> Topic:
    own = brief.speaker.id
    texts = [s.text for s in brief.recent if s.speaker_id != own][-3:][::-1]
    heard = [heard_in(t, known.language) for t in texts]
    stated = [p for t in texts for p in _stated(t, brief, known)[:1]]
    points = _unnamed((*stated, *(p for h in heard for p in h.points[:2])), brief)
    keys = words_of(texts[0], known.language) if texts else frozenset[str]()
    return Topic(
        (*points, *terms_of(brief, known)),
        texts[0] if texts else "",
        keys,
        heard[0].thoughts if heard else (),
        (),
        "",
    )


def terms_of(brief: Brief, known: Pack) -> tuple[Phrase, ...]:
    """Return the key terms that can stand for the proposal, those of the issue first; never empty.

    The issue's terms come in the order of its text. People, amounts and bare common words are
    left out: they surround a proposal and are none.
    """
    issue = brief.issue
    listed = sorted(issue.terms, key=lambda t: issue.text.find(t) % (len(issue.text) + 1))
    names = frozenset(w for o in (*brief.others, brief.speaker) for w in tokens(o.name))
    return _proposals((*listed, *brief.terms), names, brief.scenario_text, known.language) or (
        phrase(known.words["stand_ins"][1], known.language),
    )


@lru_cache(maxsize=256)
def _proposals(
    listed: tuple[str, ...], names: frozenset[str], context: str, language: str
) -> tuple[Phrase, ...]:
    found = (from_text(t, context, language) for t in dict.fromkeys(listed))
    kept = [p for p in found if p and p.keys - names and not _is_scenery(p, names, language)]
    return tuple(sorted(kept, key=lambda p: is_place(p, context, pack(language))))


def _is_scenery(found: Phrase, names: frozenset[str], language: str) -> bool:
    lists = common(language)
    words = tokens(found.text)
    counted = bool(lists and any(w in lists.number_words for w in words))
    is_verb = bool(
        lists and len(words) == 1 and lists.kinds.get(words[0], "noun") not in ("noun", "ing")
    )
    short = len(found.text) < 5 and found.text.islower()
    return (
        counted
        or short
        or is_verb
        or bool(found.keys & names)
        or is_weak(found, language, people=True)
    )
