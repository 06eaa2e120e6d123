"""What one agent remembers, and what of it comes to mind (engine design, section 6).

All terms of a score are absolute values in [0, 1]: nothing is scaled over the candidates, so a
single weak memory stays weak. Time is simulated time.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from symposion.engine.periods import DAY, HOUR
from symposion.engine.text import jaccard

MemoryKind: TypeAlias = Literal["episode", "fact", "commitment", "insight", "digest", "secret"]

_HALF_LIFE: Final[dict[str, float]] = {
    "episode": 24 * HOUR,
    "digest": 7 * DAY,
    "insight": 7 * DAY,
    "fact": 30 * DAY,
    "commitment": math.inf,
    "secret": math.inf,
}
_KEPT: Final = frozenset(("secret", "commitment", "fact"))
SAME = 0.60
"""Content Jaccard from which two records are one (starting value)."""
VOICED = 0.40
"""Content Jaccard from which a committed text voices a record."""
DIGESTS = 12
"""Digests kept: those of four days; older ones have faded to two thirds (half-life 7 days)."""
FLOOR = 0.25
"""Lowest score that comes to mind."""


@dataclass(slots=True)
class Record:
    """One memory of one owner.

    Attributes:
        sources: ``seq`` of the events it was made from.
        created: Simulated minute.
        private: True while only its owner knows it.
    """

    id: str
    kind: MemoryKind
    text: str
    keys: frozenset[str]
    sources: tuple[int, ...]
    importance: float
    created: int
    turn: int = 0
    private: bool = False
    voiced: int = 0
    voiced_at: int = 0


@dataclass(frozen=True, slots=True)
class Scored:
    """A record and how strongly it comes to mind, 0 to 1."""

    record: Record
    score: float


@dataclass(slots=True)
class Memory:
    """The live records of one agent; the least telling ones make room beyond ``limit``.

    Attributes:
        frequency: In how many records each word occurs.
        words: Of all records together.
    """

    limit: int
    records: dict[str, Record] = field(default_factory=dict[str, Record])
    frequency: Counter[str] = field(default_factory=Counter[str])
    words: int = 0

    def write(self, record: Record) -> Record:
        """Keep ``record``, or fold it into one that says the same; return the one kept."""
        if record.kind != "episode":
            for old in self.records.values():
                if old.kind == record.kind and jaccard(old.keys, record.keys) >= SAME:
                    old.sources = tuple(sorted({*old.sources, *record.sources}))[-8:]
                    old.importance = max(old.importance, record.importance)
                    return old
        self.forget(record.id)
        self.records[record.id] = record
        self.frequency.update(record.keys)
        self.words += len(record.keys)
        if record.kind == "digest":
            self._bound_digests()
        if len(self.records) > self.limit:
            self._evict(record.created)
        return record

    def forget(self, record_id: str) -> None:
        """Drop one record, if it is there."""
        gone = self.records.pop(record_id, None)
        if gone is None:
            return
        self.words -= len(gone.keys)
        for key in gone.keys:
            self.frequency[key] -= 1
            if not self.frequency[key]:
                del self.frequency[key]

    def _bound_digests(self) -> None:
        found = [r.id for r in self.records.values() if r.kind == "digest"]
        for record_id in found[:-DIGESTS]:
            self.forget(record_id)

    def _evict(self, at: int) -> None:
        loose = [r for r in self.records.values() if r.kind not in _KEPT]
        if loose:
            least = min(loose, key=lambda r: (r.importance * recency(r, at), r.id))
            self.forget(least.id)

    def recall(
        self, query: frozenset[str], at: int, *, limit: int = 7, before_turn: int = 0
    ) -> list[Scored]:
        """Return what comes to mind for speaking, best first, near-duplicates left out.

        Args:
            query: Content words of the last turns, the move and the issue.
            at: Simulated minute.
            limit: Records at most.
            before_turn: Episodes of this turn or later are left out (they are still in view);
                0 for none.
        """
        weights = self._weights(query)
        found = [
            Scored(record, self._score(record, weights, at))
            for record in self.records.values()
            if not (before_turn and record.turn >= before_turn)
        ]
        found.sort(key=lambda s: (-s.score, s.record.id))
        chosen: list[Scored] = []
        for one in found:
            if one.score < FLOOR or len(chosen) == limit:
                break
            if all(jaccard(one.record.keys, other.record.keys) < SAME for other in chosen):
                chosen.append(one)
        return chosen

    def _weights(self, query: frozenset[str]) -> dict[str, float]:
        """Return the inverse document frequency of the words of ``query`` that occur at all."""
        count, known = len(self.records), self.frequency
        return {
            word: math.log(1.0 + (count - known[word] + 0.5) / (known[word] + 0.5))
            for word in query
            if word in known
        }

    def _score(self, record: Record, weights: Mapping[str, float], at: int) -> float:
        unsaid = 1.0 if not record.voiced else 0.0
        if record.voiced == 1 and at // (DAY // 3) > record.voiced_at // (DAY // 3):
            unsaid = 0.3
        new = 1.0 if record.private and not record.voiced else 0.0
        return (
            0.40 * self._relevance(record, weights)
            + 0.20 * record.importance
            + 0.15 * recency(record, at)
            + 0.15 * unsaid
            + 0.10 * new
        )

    def relevance(self, record: Record, query: frozenset[str]) -> float:
        """Return bm25 / (bm25 + 4), the offline relevance (k1 1.2, b .75, set semantics)."""
        return self._relevance(record, self._weights(query))

    def _relevance(self, record: Record, weights: Mapping[str, float]) -> float:
        shared = weights.keys() & record.keys
        if not shared:
            return 0.0
        mean = max(1.0, self.words / len(self.records))
        length = 1.2 * (0.25 + 0.75 * len(record.keys) / mean)
        bm25 = math.fsum(weights[word] for word in shared) * 2.2 / (1.0 + length)
        return bm25 / (bm25 + 4.0)

    def voice(self, keys: frozenset[str], at: int) -> list[str]:
        """Mark every record that a committed text of its owner voices; return their ids."""
        said: list[str] = []
        for record in self.records.values():
            if record.kind != "episode" and voices(keys, record.keys):
                record.voiced += 1
                record.voiced_at = at
                said.append(record.id)
        return said

    def fold_before(self, minute: int) -> list[Record]:
        """Drop all episodes older than ``minute`` and return them, oldest first."""
        old = [r for r in self.records.values() if r.kind == "episode" and r.created < minute]
        for record in old:
            self.forget(record.id)
        return old


def recency(record: Record, at: int) -> float:
    """Return 2^(-age / half-life); kinds that never fade stay at 1."""
    half_life = _HALF_LIFE[record.kind]
    return 1.0 if math.isinf(half_life) else 2.0 ** (-max(0, at - record.created) / half_life)


def voices(said: frozenset[str], keys: frozenset[str]) -> bool:
    """Return whether a text with content words ``said`` voices what has ``keys``.

    Content Jaccard >= `VOICED`, or >= 60% of at least three keys: a long memory is voiced by a
    short turn that names what it is about.
    """
    shared = len(said & keys)
    if shared >= VOICED * (len(said) + len(keys) - shared):
        return shared > 0
    return len(keys) >= 3 and shared >= 0.6 * len(keys)


def digest(records: Sequence[Record], limit_words: int = 120) -> str:
    """Return an extractive digest: the most important texts in order, within ``limit_words``."""
    chosen: list[Record] = []
    room = limit_words
    for record in sorted(records, key=lambda r: (-r.importance, r.created, r.id)):
        words = len(record.text.split())
        if words <= room:
            chosen.append(record)
            room -= words
    return " / ".join(r.text for r in sorted(chosen, key=lambda r: (r.created, r.id)))


def importance_of(*, marks: Iterable[float], goal_overlap: float) -> float:
    """Return the importance of a new record: the strongest mark, +.2 x overlap with the goal."""
    return min(1.0, max([0.3, *marks]) + 0.2 * goal_overlap)
