"""How the floor is shared, whether questions are answered, and what is decided."""

from collections import Counter
from collections.abc import Sequence

from symposion.engine.metrics.session import Session

ANSWER_WITHIN = 2
OPEN_AFTER = 4
"""Turns after which a question to somebody counts as left open (engine design, section 3)."""


def gini(values: Sequence[float]) -> float | None:
    """Return the Gini coefficient; 0 when all are equal. None of nothing, or of zeros."""
    total = sum(values)
    if not total:
        return None
    ranked = sorted(values)
    weighted = sum(rank * value for rank, value in enumerate(ranked, start=1))
    return 2 * weighted / (len(ranked) * total) - (len(ranked) + 1) / len(ranked)


def turn_gini(session: Session) -> float | None:
    """Return the Gini coefficient of turns a participant; the silent count."""
    turns = Counter(u.speaker_id for u in session.utterances)
    return gini([turns[who] for who in _participants(session)])


def word_gini(session: Session) -> float | None:
    """Return the Gini coefficient of words a participant; the silent count."""
    words: Counter[str] = Counter()
    for utterance, turn in zip(session.utterances, session.tokens, strict=True):
        words[utterance.speaker_id] += len(turn)
    return gini([words[who] for who in _participants(session)])


def _participants(session: Session) -> list[str]:
    return list(dict.fromkeys((*session.names, *(u.speaker_id for u in session.utterances))))


def floor_respect(session: Session) -> float | None:
    """Return the share of turns asking exactly one agent, who then speaks within 2 turns.

    A question in the last turn has nobody to answer it and is left out; one in the last but one
    has one turn.
    """
    speakers = [u.speaker_id for u in session.utterances]
    found = [
        u.asks[0] in speakers[i + 1 : i + 1 + ANSWER_WITHIN]
        for i, u in enumerate(session.utterances[:-1])
        if len(u.asks) == 1 and u.asks[0] != u.speaker_id
    ]
    return sum(found) / len(found) if found else None


def decision_yield(session: Session) -> float | None:
    """Return commitments with an owner or a date, per 20 turns; None if no turn was read."""
    found = [
        bool(commitment.owner_id or commitment.due)
        for u in session.utterances
        if u.reading
        for commitment in u.reading.commitments
    ]
    return _per_20(session, sum(found))


def open_questions(session: Session) -> float | None:
    """Return questions to one person that stay unanswered for 4 turns, per 20 turns."""
    speakers = [u.speaker_id for u in session.utterances]
    found = sum(
        len(u.asks) == 1 and u.asks[0] not in speakers[i + 1 : i + 1 + OPEN_AFTER]
        for i, u in enumerate(session.utterances)
    )
    return _per_20(session, found)


def _per_20(session: Session, count: int) -> float | None:
    if not any(u.reading for u in session.utterances):
        return None
    return 20 * count / len(session.utterances)
