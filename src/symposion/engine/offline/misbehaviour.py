"""Faults to order: what tests need in order to see the engine notice them."""

from dataclasses import dataclass

from symposion.engine.chance import Chance
from symposion.engine.offline.dealing import Deal
from symposion.engine.offline.pack import Pack
from symposion.engine.offline.sentences import realise
from symposion.ports.brief import Brief


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """How badly the model is to behave.

    Attributes:
        repeat: Share of turns that say again what was said before, nearly word for word.
        echo: Share of turns that say again what somebody else just said.
        sycophant: Share of turns that praise the last speaker and add nothing.
        drift_at: Turn from which every agent speaks in the same flat voice; 0 for never.
        leak: Share of turns that tell what the speaker holds privately.
        slow: Seconds the adapter waits before it answers.
        fail: Share of calls that fail.
    """

    repeat: float = 0.0
    echo: float = 0.0
    sycophant: float = 0.0
    drift_at: int = 0
    leak: float = 0.0
    slow: float = 0.0
    fail: float = 0.0

    def fails(self, brief: Brief) -> bool:
        """Return whether the call for ``brief`` is to fail; the same brief fails again."""
        return Chance(brief.seed).number("fail", brief.turn, brief.attempt) < self.fail


def spoilt(text: str, brief: Brief, known: Pack, wrong: Misbehaviour) -> str:
    """Return ``text`` with the faults that ``wrong`` orders for this turn."""
    chance = Chance(brief.seed)
    key = (brief.turn, brief.speaker.id)
    if brief.own_gists and chance.number("repeat", *key) < wrong.repeat:
        own = [s.text for s in brief.recent if s.speaker_id == brief.speaker.id]
        return own[-1] if own else brief.own_gists[-1]
    others = [s.text for s in brief.recent if s.speaker_id != brief.speaker.id]
    if others and chance.number("echo", *key) < wrong.echo:
        return others[-1]
    if brief.answering and chance.number("sycophant", *key) < wrong.sycophant:
        return _praise(brief, known)
    if wrong.drift_at and brief.turn >= wrong.drift_at:
        return _flat(brief, known)
    private = (*brief.speaker.memories, brief.speaker.goal)
    if any(private) and chance.number("leak", *key) < wrong.leak:
        return f"{text} {next(p for p in private if p)}"
    return text


def _praise(brief: Brief, known: Pack) -> str:
    assert brief.answering is not None
    words = {
        "name": brief.answering.speaker_name,
        "point": brief.answering.text.rstrip(".?!"),
        "about": known.voices[0].slots["about"][0],
        **known.words["self"],
    }
    frame = Deal(brief, 0).pick(known.decks["sycophant"], "praise")
    return realise(frame, lambda slot: words[slot])


def _flat(brief: Brief, known: Pack) -> str:
    return str(known.words["flat"]).format(issue=brief.issue.text.rstrip(".?!"))
