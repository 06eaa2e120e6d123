"""Secrets kept, quotes exact, calls not wasted."""

from symposion.engine.metrics.repetition import flags
from symposion.engine.metrics.session import Session


def leak_rate(session: Session) -> float | None:
    """Return the share of places, seen by somebody who may not know, that hold a canary.

    None if the session has no secret, or no place was searched that is forbidden to one.
    """
    forbidden = [
        secret.canary in place.text
        for secret in session.secrets
        for place in session.places
        if not secret.holders.issuperset(place.viewers)
    ]
    return sum(forbidden) / len(forbidden) if forbidden else None


def quote_fidelity(session: Session) -> float | None:
    """Return the share of quotes that are exact substrings of the turns they cite."""
    if not session.quotes:
        return None
    texts = {u.turn: u.text for u in session.utterances}
    exact = [bool(q.text) and q.text in texts.get(q.turn, "") for q in session.quotes]
    return sum(exact) / len(exact)


def generations_per_turn(session: Session) -> float | None:
    """Return calls made per committed turn; repairs and discarded drafts count."""
    if session.generations is None or not session.utterances:
        return None
    return session.generations / len(session.utterances)


def cost_per_turn(session: Session) -> float | None:
    """Return USD per turn that the guard does not flag; None if the price is unknown."""
    unflagged = flags(session).count(False)
    if session.cost is None or not unflagged:
        return None
    return session.cost / 1e6 / unflagged
