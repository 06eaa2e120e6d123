"""What a turn does, read by rules: whom it asks, credits, doubts; what it decides and promises."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from symposion.engine.asking import asking
from symposion.engine.grammar import NAME_BASE, Grammar, Rule, grammar
from symposion.engine.lexicon import lexicon
from symposion.engine.mention import Room, has_name, room_of, straight
from symposion.engine.promise import NOBODY, is_decision, promises
from symposion.engine.text import normal, sentences, tokens


@dataclass(frozen=True, slots=True)
class Commitment:
    """Somebody is to do something.

    Attributes:
        text: The sentence that says so, an exact substring of the turn.
        owner_id: Who is to do it; empty if the turn does not say.
        due: The date or time as the turn words it, an exact substring; empty if it gives none.
    """

    text: str
    owner_id: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one turn does. All ids are participants of the room, in order of mention.

    Attributes:
        named: Participants named as a whole word.
        asked: Participants asked something directly.
        open_question: True if something is asked of nobody in particular.
        questions: The questions, exact sentences of the turn.
        credited: Participants given credit by name.
        dismissed: Participants whose point is brushed aside by name.
        agrees: A marker of agreement stands in the text, negated ones not counted.
        dissents: A marker of dissent stands in the text.
        commitments: What is promised or assigned.
        decisions: Sentences that say something was decided.
        pleasantry: The turn holds nothing but thanks, greeting or praise.
    """

    named: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    open_question: bool = False
    questions: tuple[str, ...] = ()
    credited: tuple[str, ...] = ()
    dismissed: tuple[str, ...] = ()
    agrees: bool = False
    dissents: bool = False
    commitments: tuple[Commitment, ...] = ()
    decisions: tuple[str, ...] = ()
    pleasantry: bool = False


def read(text: str, speaker_id: str, people: Mapping[str, str], language: str) -> Reading:
    """Return what ``text`` does. ``people`` maps participant ids to their names.

    The speaker is never named, asked, credited or dismissed, but may own a commitment. A demand
    for words ("Maria, tell us what it cost.") counts as a question; a demand for a deed counts
    as asking, and as a commitment. What stands in quotation marks commits nobody. A language
    without a grammar file is read by its word lists, vocatives and question marks alone.
    """
    rules = grammar(language)
    room = room_of(people, language)
    me = room.ids.index(speaker_id) if speaker_id in room.ids else NOBODY
    found = sentences(text)
    masked = [room.masked(sentence) for sentence in found]
    named = _ids(room.numbers("".join(masked)), room, me)
    asks = asking(masked, rules)
    words, folded = lexicon(language), normal(text)
    dissents = words.dissents(folded)
    return Reading(
        named=named,
        asked=_ids(asks.asked, room, me),
        open_question=asks.is_open,
        questions=tuple(found[i] for i in asks.questions),
        credited=_ids(_judged(masked, rules.credited, rules), room, me) if named else (),
        dismissed=_ids(_judged(masked, rules.dismissed, rules), room, me) if named else (),
        agrees=words.agrees(folded),
        dissents=dissents,
        commitments=tuple(_commitments(found, masked, room, me, rules)),
        decisions=tuple(
            sentence
            for sentence, mask in zip(found, masked, strict=True)
            if is_decision(mask, rules)
        ),
        pleasantry=not dissents and _is_pleasantry(masked, language),
    )


def _ids(numbers: Iterable[int], room: Room, me: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(room.ids[n] for n in numbers if n != me))


def _judged(masked: Sequence[str], verdict: Rule, rules: Grammar) -> Iterator[int]:
    """Yield the people that ``verdict`` finds, unless the words before it undo it."""
    for sentence in filter(has_name, masked):
        for match in verdict.matches(sentence):
            if match.lastindex and not rules.unmeant.search(sentence[: match.start()]):
                yield ord(match[match.lastindex]) - NAME_BASE


def _commitments(
    found: Sequence[str], masked: Sequence[str], room: Room, me: int, rules: Grammar
) -> Iterator[Commitment]:
    for sentence, mask in zip(found, masked, strict=True):
        for owner, due in promises(mask, me, rules):
            yield Commitment(
                text=sentence,
                owner_id="" if owner == NOBODY else room.ids[owner],
                due=_as_written(due, sentence),
            )


def _as_written(lowered: str, sentence: str) -> str:
    """Return the part of ``sentence`` that reads ``lowered``; empty if case moved its letters."""
    plain = straight(sentence).lower()
    start = plain.find(lowered) if len(plain) == len(sentence) else -1
    return sentence[start : start + len(lowered)] if start >= 0 else ""


def _is_pleasantry(masked: Sequence[str], language: str) -> bool:
    """Return whether all content words are thanks, greeting or praise, and there is one."""
    words = lexicon(language)
    denials = grammar(language).denials
    is_kind = False
    for word in (word for sentence in masked for word in tokens(sentence)):
        if word in words.pleasantry:
            is_kind = True
        elif word in denials or word not in words.stop:
            return False
    return is_kind
