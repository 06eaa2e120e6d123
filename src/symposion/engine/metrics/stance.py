"""Whether minds differ, move, and move for a reason (engine design, section 7)."""

from collections import defaultdict
from statistics import pstdev

from symposion.engine.metrics.session import Session, StanceMove

REVISED = 0.2
"""Movement from which a position counts as revised."""
FIRM = 0.15
"""Distance from zero that a position must have on both sides of a flip."""


def spread(session: Session) -> float | None:
    """Return the standard deviation of final positions, mean over issues held by two or more."""
    if session.stances is None:
        return None
    by_issue: dict[str, list[float]] = defaultdict(list)
    for (_, issue), x in session.stances.final.items():
        by_issue[issue].append(x)
    found = [pstdev(positions) for positions in by_issue.values() if len(positions) > 1]
    return sum(found) / len(found) if found else None


def revision_rate(session: Session) -> float | None:
    """Return the share of (agent, issue) pairs whose position ended .2 or more from its start."""
    if session.stances is None or not session.stances.initial:
        return None
    initial, final = session.stances.initial, session.stances.final
    moved = [abs(final.get(pair, x) - x) >= REVISED - 1e-9 for pair, x in initial.items()]
    return sum(moved) / len(moved)


def explained_flips(session: Session) -> float | None:
    """Return the share of flips with a cause; None if nobody flipped.

    A flip leads from a firm position to a firm one of the other sign, in one step or several; it
    is explained if every step since the last firm position names its causes.
    """
    if session.stances is None:
        return None
    paths: dict[tuple[str, str], list[StanceMove]] = defaultdict(list)
    for move in session.stances.moves:
        paths[move.agent_id, move.issue_id].append(move)
    flips = [explained for path in paths.values() for explained in _flips(path)]
    total = len(flips) + session.stances.unexplained
    return sum(flips) / total if total else None


def _flips(path: list[StanceMove]) -> list[bool]:
    """Return for each flip on one agent's path whether it is explained."""
    found: list[bool] = []
    side, explained = _side(path[0].before), True
    for move in path:
        explained = explained and bool(move.causes)
        now = _side(move.after)
        if not now:
            continue
        if side and now != side:
            found.append(explained)
        side, explained = now, True
    return found


def _side(x: float) -> int:
    return 0 if abs(x) < FIRM else 1 if x > 0 else -1
