"""The arguments on the table: who brought what, on which side, and how often it came back."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from symposion.engine.log import may_see
from symposion.engine.text import jaccard
from symposion.ports.log import Audience

SAME = 0.40
REACH = 0.75
"""Distance between a stance and a proposal up to which one can go along (starting value)."""
KEPT = 80
"""Arguments kept, some 130 turns of them; a prompt shows ten."""


@dataclass(slots=True)
class Point:
    """One argument.

    Attributes:
        side: The position it speaks for, -1 to 1.
        uses: How often it was said, the first time included.
        backers: Others who took it up without dissent, in order.
        proposal: True if it proposes to do something.
    """

    id: str
    issue: str
    text: str
    keys: frozenset[str]
    side: float
    owner: str
    turn: int
    seq: int
    visible_to: Audience = "all"
    uses: int = 1
    proposal: bool = False
    backers: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class Inventory:
    """All arguments of a run that are still alive, oldest first, at most `KEPT`."""

    points: dict[str, Point] = field(default_factory=dict[str, Point])

    def add(self, point: Point) -> tuple[Point, float]:
        """Keep ``point`` or count it as a use of an old one; return it and its novelty.

        Novelty is 1 for a new claim, .25 when it is said a second time, 0 after that. What only
        some have heard is no old claim to the others.
        """
        for old in self.points.values():
            heard = old.visible_to in ("all", point.visible_to)
            if heard and old.issue == point.issue and jaccard(old.keys, point.keys) >= SAME:
                old.uses += 1
                return old, 0.25 if old.uses == 2 else 0.0
        self.points[point.id] = point
        if len(self.points) > KEPT:
            oldest = next(iter(self.points))
            del self.points[oldest]
        return point, 1.0

    def on(self, issue: str, viewer: str, since: int = 0) -> list[Point]:
        """Return what ``viewer`` heard on ``issue`` after event ``since``, oldest first."""
        return [
            p
            for p in self.points.values()
            if p.issue == issue and p.seq > since and may_see(p.visible_to, viewer)
        ]


def backed(points: Iterable[Point], backers: int) -> Point | None:
    """Return the proposal among ``points`` with the most backers, if at least ``backers``."""
    found = [p for p in points if p.proposal and len(p.backers) >= backers]
    return max(found, key=lambda p: (len(p.backers), p.turn), default=None)
