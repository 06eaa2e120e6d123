"""What a turn is about: the point it answers, taken from the very words that were said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from symposion.engine.offline.dealing import Deal
from symposion.engine.offline.pack import Action, Pack
from symposion.engine.offline.phrases import Phrase, from_text, phrase, spoken_of
from symposion.engine.offline.thoughts import SLOT, Thought, by_id
from symposion.engine.text import content_words, sentences, tokens
from symposion.ports.brief import Brief, Said, Source

_GIVEN: Final = ("t:", "q:", "g:")
_SPAN: Final = 12
"""Points of the table that a turn may reach back to."""


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
    echoed = asked[-1] if asked else text
    keys = content_words(tokens(text), known.language)
    thoughts = recognised(text, brief, known.language)
    actions = tuple(a for a in known.actions if a.plan in text or a.key in text)
    points = [*_gists(thoughts, keys, known.language), *(phrase(a.plan, known.language) for a in actions)]
    points = [p for p in points if p.text in text or p.text.capitalize() in text]
    found = [*(spoken_of(echoed, known.language) if asked else ()), *points, *spoken_of(text, known.language)]
    near = [p for p in terms_of(brief, known) if p.text.casefold() in text.casefold()]
    names = {w for o in (*brief.others, brief.speaker) for w in tokens(o.name)}
    whole = [p for p in dict.fromkeys([*found, *near]) if not p.keys <= names]
    whole = whole or _gists(thoughts, keys, known.language) or list(terms_of(brief, known))
    return Topic(tuple(whole), echoed, keys, thoughts, actions, _kind(asked, known))


def _gists(thoughts: Sequence[Thought], keys: frozenset[str], language: str) -> list[Phrase]:
    made = [phrase(t.gist, language) for t in thoughts if SLOT not in t.gist]
    return sorted(made, key=lambda p: -len(p.keys & keys))


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
    foreign = [s for s in brief.table[:_SPAN] if s.owner_id != own]
    recent = [s for s in brief.recent if s.speaker_id != own]
    text = recent[-1].text if recent else ""
    spread = [p for s in foreign[:3] for p in spoken_of(s.text, known.language)[:1]]
    points = [*spread, *(spoken_of(text, known.language)), *terms_of(brief, known)]
    names = {w for o in (*brief.others, brief.speaker) for w in tokens(o.name)}
    points = [p for p in dict.fromkeys(points) if not p.keys <= names]
    keys = content_words(tokens(text), known.language)
    return Topic(tuple(points), text, keys, recognised(text, brief, known.language), (), "")


def terms_of(brief: Brief, known: Pack) -> tuple[Phrase, ...]:
    """Return the key terms a sentence can bear, those of the issue first; never empty."""
    context, language = brief.scenario_text, known.language
    listed = dict.fromkeys((*brief.issue.terms, *brief.terms))
    found = [p for t in listed if (p := from_text(t, context, language)) and p.keys]
    names = {w for o in (*brief.others, brief.speaker) for w in tokens(o.name)}
    kept = [p for p in found if not p.keys & names]
    return tuple(kept) or (phrase(known.words["stand_ins"][1], language),)


def recognised(text: str, brief: Brief, language: str) -> tuple[Thought, ...]:
    """Return the frames of thought spent in the run that ``text`` was made of."""
    low = text.casefold()
    found: dict[str, Thought] = {}
    for name in brief.spent:
        if name.startswith(_GIVEN):
            thought = _known(name, language)
            if thought and (thought.gist.casefold() in low or any(m.casefold() in low for m in thought.marks)):
                found[thought.id] = thought
    return tuple(found.values())


def _known(name: str, language: str) -> Thought | None:
    try:
        return by_id(language, f"t{name[1:]}")
    except (KeyError, ValueError, IndexError):
        return None


def others_points(brief: Brief, known: Pack, without: Phrase, deal: Deal) -> Phrase | None:
    """Return a phrase from somebody else's point on the table, another than ``without``."""
    rows = [s for s in brief.table if s.owner_id != brief.speaker.id]
    rows = rows or [_as_point(s) for s in brief.recent if s.speaker_id != brief.speaker.id]
    found = [p for s in rows for p in spoken_of(s.text, known.language)[:2]]
    fresh = [p for p in dict.fromkeys(found) if not p.keys & without.keys]
    return deal.pick(fresh, "other point") if fresh else None


def _as_point(said: Said) -> Source:
    return Source(f"p{said.turn}", "point", said.text, said.speaker_id)
