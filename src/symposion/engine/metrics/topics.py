"""Which items of the agenda the talk touches."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from symposion.engine.metrics.session import Session
from symposion.engine.text import content_words, tokens
from symposion.ports.brief import Issue


@dataclass(frozen=True, slots=True)
class Topic:
    """An agenda item, ready to be looked for; a plural in -s counts as its singular.

    Attributes:
        phrases: Its terms, normalised, a space on either side.
        content: The content words of its text and terms.
    """

    phrases: tuple[str, ...]
    content: frozenset[str]

    def touched_by(self, turn: Sequence[str]) -> bool:
        """Return whether a turn holds one of the terms or two content words of the text."""
        return self.near(turn, 2) or any(phrase in _line(turn) for phrase in self.phrases)

    def near(self, turn: Sequence[str], words: int = 1) -> bool:
        """Return whether a turn holds at least so many of the content words."""
        return len(self.content.intersection(map(_singular, turn))) >= words


def topic_of(issue: Issue, language: str) -> Topic:
    """Return ``issue`` ready to be looked for."""
    terms = [tokens(term) for term in issue.terms]
    words = [*tokens(issue.text), *(word for term in terms for word in term)]
    return Topic(
        phrases=tuple(_line(term) for term in terms if term),
        content=frozenset(map(_singular, content_words(words, language))),
    )


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _line(words: Sequence[str]) -> str:
    return f" {' '.join(map(_singular, words))} "


def _touched(session: Session) -> list[int]:
    topics = [topic_of(issue, session.language) for issue in session.issues]
    return [sum(map(topic.touched_by, session.tokens)) for topic in topics]


def topic_coverage(session: Session) -> float | None:
    """Return the share of agenda items that any turn touches; None without an agenda."""
    counts = _touched(session)
    return sum(map(bool, counts)) / len(counts) if counts else None


def topic_divergence(session: Session) -> float | None:
    """Return the Jensen-Shannon divergence (bits, 0 to 1) of the turns' topics to the agenda.

    The agenda gives each item the same weight. None without an agenda, or if none was touched.
    """
    counts = _touched(session)
    total = sum(counts)
    if not total:
        return None
    fair = 1 / len(counts)
    shares = [count / total for count in counts]
    middle = [(share + fair) / 2 for share in shares]
    parts = [_surprise(p, m) + _surprise(fair, m) for p, m in zip(shares, middle, strict=True)]
    return sum(parts) / 2


def _surprise(share: float, other: float) -> float:
    return share * math.log2(share / other) if share else 0.0
