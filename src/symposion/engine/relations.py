"""How agents feel about each other, and in what mood they are (engine design, section 11)."""

from dataclasses import dataclass
from typing import Final

from symposion.engine.persona import Archetype, Traits

STEP: Final[dict[str, float]] = {
    "credit": 0.5,
    "answer": 0.2,
    "new-agreement": 0.3,
    "ignored": -0.4,
    "cut-in": -0.3,
    "dismissal": -0.5,
    "dissent": -0.1,
    "promise-kept": 0.6,
    "promise-broken": -0.8,
}
"""What a turn does to a feeling, before damping; engine design, section 11 ("dissent" is ours)."""

_MOOD: Final[dict[Archetype, str]] = {
    Archetype.OPTIMIST: "enthusiastic",
    Archetype.SKEPTIC: "cautious",
    Archetype.SCIENTIST: "analytical",
    Archetype.LEADER: "strategic",
    Archetype.ARTIST: "creative",
}


def moved(score: float, reason: str) -> float:
    """Return the score after one step for ``reason``; strong feelings move less."""
    return round(score + STEP[reason] * (1.0 - abs(score) / 10.0), 4)


def prior(one: Traits, other: Traits) -> float:
    """Return the drift of a pair per round, before anything is said: -.2 to .2."""
    together = min(one.cooperativeness, other.cooperativeness) / 10
    apart = abs(one.extroversion - other.extroversion) / 20
    compatibility = max(0.0, min(1.0, together - apart))
    return 0.2 * (2.0 * compatibility - 1.0)


def trust(score: float) -> float:
    """Return trust in [0, 1] for a relation score in [-10, 10]."""
    return 0.5 + score / 20.0


@dataclass(slots=True)
class Mood:
    """Valence and arousal, -1 to 1, drifting back to a baseline with the half-life of a period."""

    valence: float
    arousal: float
    base_valence: float
    base_arousal: float

    @classmethod
    def of(cls, traits: Traits) -> "Mood":
        """Return the mood an agent starts in: (.6 z(optimism), .6 z(energy))."""
        valence = 0.6 * (2 * (traits.optimism - 1) / 9 - 1)
        arousal = 0.6 * (2 * (traits.energy - 1) / 9 - 1)
        return cls(valence, arousal, valence, arousal)

    def move(self, valence: float, arousal: float) -> None:
        """Shift the mood, kept within -1 to 1."""
        self.valence = max(-1.0, min(1.0, self.valence + valence))
        self.arousal = max(-1.0, min(1.0, self.arousal + arousal))

    def rest(self, share: float) -> None:
        """Let ``share`` of a period pass."""
        keep = 0.5**share
        self.valence = self.base_valence + (self.valence - self.base_valence) * keep
        self.arousal = self.base_arousal + (self.arousal - self.base_arousal) * keep

    def label(self, archetype: Archetype) -> str:
        """Return the word for it (HTTP contract 17.2)."""
        if self.valence > 0.4 and self.arousal > 0.3:
            return "enthusiastic"
        if self.valence < -0.2:
            return "cautious"
        return _MOOD.get(archetype, "engaged")
