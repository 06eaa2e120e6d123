"""The repetition guard: judges a draft before it becomes a turn (engine design, section 5).

The measuring is `symposion.engine.similarity`, shared with the metrics; this module applies it to
a room and says what to do: pass, repair, speak only the new sentences, or pass the floor on.
"""

from dataclasses import dataclass
from typing import Any

from symposion.engine.hearing import reading_of, words_in
from symposion.engine.lexicon import lexicon
from symposion.engine.room import Open, Room
from symposion.engine.similarity import repeats_itself
from symposion.engine.text import analyse, normal, sentences
from symposion.engine.turnindex import Match

KEPT_SHARE = 0.6
"""Share of the words that must lie in new sentences for the rest to be dropped (design 5)."""
KEPT_WORDS = 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guard says of a draft.

    Attributes:
        reasons: "repeat", "self-repeat", "pleasantry", "opener", "empty"; none when it passes.
        match: The earlier turn it comes closest to, with the numbers.
        kept: The draft without its repeated sentences, if enough is left of it to be spoken.
    """

    reasons: tuple[str, ...]
    match: Match | None
    kept: str = ""

    @property
    def passed(self) -> bool:
        """True if the draft may be spoken as it is."""
        return not self.reasons

    def payload(self) -> dict[str, Any]:
        """Return the numbers for the log."""
        return {
            "passed": self.passed,
            "reasons": list(self.reasons),
            "match": _numbers(self.match) if self.match else None,
        }


def _numbers(match: Match) -> dict[str, Any]:
    alike = match.similarity
    return {
        "turn": match.turn,
        "speaker": match.speaker_id,
        "row": alike.row.value,
        "content": round(alike.content, 4),
        "trigram": round(alike.trigram, 4),
        "words": round(alike.words, 4),
        "strength": round(match.strength, 4),
    }


def judge(room: Room, speaker_id: str, text: str) -> Verdict:
    """Return the guard's verdict on ``text`` as the next turn of ``speaker_id``."""
    language = room.scenario.language
    words = words_in(text, room.names, language)
    if not words.tokens:
        return Verdict(("empty",), None)
    match = room.index.nearest(speaker_id, words)
    reasons: list[str] = []
    if match is not None and match.flagged:
        reasons.append("repeat")
    if repeats_itself(text, room.names, language, room.index.thresholds):
        reasons.append("self-repeat")
    if reading_of(text, speaker_id, room.people(), language).pleasantry:
        reasons.append("pleasantry")
    if _opens_worn(room, speaker_id, text):
        reasons.append("opener")
    return Verdict(tuple(reasons), match, _new_sentences(room, speaker_id, text) if reasons else "")


def _opens_worn(room: Room, speaker_id: str, text: str) -> bool:
    """One opening of the praising family is allowed per agent and run (design 4)."""
    if not lexicon(room.scenario.language).opener.match(normal(text)):
        return False
    return room.members[speaker_id].praised


def _new_sentences(room: Room, speaker_id: str, text: str) -> str:
    """Return the sentences that repeat nothing, if they are most of the draft; else nothing."""
    parts = sentences(text)
    language = room.scenario.language
    kept: list[str] = []
    for part in parts:
        match = room.index.nearest(speaker_id, analyse(part, room.names, language))
        if not (match and match.flagged) and part not in kept:
            kept.append(part)
    new, words = " ".join(kept), len(text.split())
    enough = len(new.split()) >= max(KEPT_WORDS, KEPT_SHARE * words)
    if not enough or len(kept) == len(parts):
        return ""
    rest = room.index.nearest(speaker_id, analyse(new, room.names, language))
    return "" if rest is not None and rest.flagged else new


def refuses(room: Room, speaker_id: str, text: str) -> bool:
    """Return whether ``text`` would be refused; what a local model may ask beforehand."""
    return not judge(room, speaker_id, text).passed


def may_repair(room: Room, turn: Open) -> bool:
    """Return whether another draft may be asked for.

    A model of rules that found nothing to say finds nothing the second time.
    """
    dry = turn.reply["finish"] == "empty" and turn.reply["produced_by"]["kind"] == "simulated"
    return not dry and turn.attempt < room.settings.repairs
