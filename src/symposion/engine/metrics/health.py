"""The health of a running talk, after each turn, from the last 24 turns only."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symposion.engine.lexicon import has_stop_words, lexicon
from symposion.engine.metrics.floor import gini
from symposion.engine.metrics.session import Utterance
from symposion.engine.metrics.topics import topic_of
from symposion.engine.metrics.vectors import TfIdf, Vector, dot
from symposion.engine.similarity import char_grams
from symposion.engine.text import content_words, is_unspaced, normal, run_together, tokens
from symposion.ports.brief import Issue

WINDOW = 24
RECENT = 8
NOVEL = 0.75
"""Below it a loop is near (engine design, sections 5 and 7)."""
AGREED = 0.5
"""Above it, over 8 turns, dissent is asked for (engine design, section 7)."""
BALANCED = 0.55
"""Below it the floor is not shared: a Gini above .45, our starting value."""
OFF_TOPIC = 0.75
"""Share of recent turns off the agenda from which we say so, our starting value. A lexical sign:
a turn may be to the point without a word of the agenda."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the talk is doing; None for what cannot be said yet, or in this language.

    Attributes:
        novelty: Mean over the last 8 turns of 1 - the highest TF-IDF cosine to the 24 before.
        agreement: Share of the last 8 turns with a marker of agreement.
        balance: 1 - Gini of turns over the last 24; 1 when all speak alike.
        drift: Share of the last 8 turns without a content word of any item of the agenda.
        sentence: What is to be said of it, in one sentence.
        remedy: What could be done, in one sentence; empty while the talk is well.
    """

    novelty: float | None
    agreement: float | None
    balance: float | None
    drift: float | None
    sentence: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class _Heard:
    speaker_id: str
    counts: Counter[str]
    vector: Vector
    novelty: float
    agrees: bool
    off_topic: bool


class HealthMeter:
    """Feels the pulse of a talk; work and memory per turn do not grow with its length.

    Args:
        names: Names of the participants by id.
        language: Of the room.
        issues: The agenda; without one, or without word spaces, drift is not measured.
    """

    def __init__(
        self, names: Mapping[str, str], language: str = "en", issues: Sequence[Issue] = ()
    ) -> None:
        self._names = dict(names)
        self._language = language
        self._issues = tuple(issues)
        self._topics = tuple(topic_of(issue, language) for issue in issues)
        self._weights = TfIdf()
        self._heard: deque[_Heard] = deque()

    def add(self, utterance: Utterance) -> Health:
        """Take in a committed turn and return how the talk is doing after it."""
        self._names.setdefault(utterance.speaker_id, utterance.speaker_name)
        words = tokens(utterance.text)
        counts = self._terms(utterance.text, words)
        self._weights.add(counts)
        vector = self._weights.vector(counts)
        likeness = max((dot(vector, heard.vector) for heard in self._heard), default=0.0)
        self._heard.append(
            _Heard(
                utterance.speaker_id,
                counts,
                vector,
                1.0 - likeness,
                lexicon(self._language).agrees(normal(utterance.text)),
                not any(topic.near(words) for topic in self._topics),
            )
        )
        if len(self._heard) > WINDOW:
            self._weights.remove(self._heard.popleft().counts)
        return self._health()

    def _terms(self, text: str, words: Sequence[str]) -> Counter[str]:
        """Return what novelty looks at: content words, or runs of three signs without spaces."""
        if is_unspaced(text):
            self._topics = ()
            return char_grams(run_together(text, frozenset()), 3, 3)
        content = content_words(words, self._language)
        return Counter(word for word in words if word in content)

    def _health(self) -> Health:
        if len(self._heard) < RECENT:
            return Health(None, None, None, None, "It is too early to tell.")
        recent = list(self._heard)[-RECENT:]
        turns = Counter(heard.speaker_id for heard in self._heard)
        uneven = gini([turns[who] for who in self._names])
        novelty = sum(heard.novelty for heard in recent) / RECENT
        agreement = sum(heard.agrees for heard in recent) / RECENT
        drift = sum(heard.off_topic for heard in recent) / RECENT
        health = Health(
            novelty=novelty,
            agreement=agreement if has_stop_words(self._language) else None,
            balance=1.0 - (uneven or 0.0),
            drift=drift if self._topics else None,
            sentence="",
        )
        sentence, remedy = self._words_for(health, turns)
        return Health(
            health.novelty, health.agreement, health.balance, health.drift, sentence, remedy
        )

    def _words_for(self, health: Health, turns: Counter[str]) -> tuple[str, str]:
        """Return the sentence and remedy for the worst complaint, repetition first."""
        if (health.novelty or 0.0) < NOVEL:
            return (
                f"The last {RECENT} turns say little that was not said before.",
                "Bring in a new fact, or move on to another question.",
            )
        if (health.agreement or 0.0) > AGREED:
            return (
                f"{round((health.agreement or 0.0) * RECENT)} of the last {RECENT} turns agree.",
                "Ask somebody for the strongest objection.",
            )
        if (health.drift or 0.0) >= OFF_TOPIC:
            return (
                f"Most of the last {RECENT} turns are off the agenda.",
                f"Put the question again: {self._issues[0].text}",
            )
        if (health.balance or 0.0) < BALANCED:
            loud, quiet = turns.most_common(1)[0][0], self._quietest(turns)
            return (
                f"{self._names[loud]} took {turns[loud]} of the last {len(self._heard)} turns.",
                f"Ask {self._names[quiet]} directly.",
            )
        return "The talk brings new points and the floor is shared.", ""

    def _quietest(self, turns: Counter[str]) -> str:
        return min(self._names, key=lambda who: turns[who])
