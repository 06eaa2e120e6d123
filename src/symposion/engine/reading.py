"""What a turn does, read by rules: whom it asks, credits, doubts; what it decides and promises."""

from collections.abc import Mapping
from dataclasses import dataclass


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
    """Return what ``text`` does. ``people`` maps participant ids to their names."""
    del text, speaker_id, people, language
    return Reading()
