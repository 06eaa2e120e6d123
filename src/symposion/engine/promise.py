"""What a turn promises, assigns and decides."""

from collections.abc import Iterator

from symposion.engine.asking import is_question
from symposion.engine.grammar import NAME_BASE, Grammar
from symposion.engine.mention import has_name

NOBODY = -1
"""Owner of a commitment that names none."""


def promises(masked: str, me: int, rules: Grammar) -> Iterator[tuple[int, str]]:
    """Yield owner number and due date of each commitment in one masked sentence, each owner once.

    A promise of nobody in particular counts only with a date. ``me`` is the speaker's number,
    or `NOBODY`. Dates come lower-case, as the mask has them; empty if none is given.
    """
    if is_question(masked):
        return
    owners = dict(_owners(masked, me, rules))
    if not owners and rules.due.search(masked):
        owners = dict(_unowned(masked, rules))
    if not owners or rules.withdrawn.search(masked) or rules.past.search(masked):
        return
    for owner, start in owners.items():
        due = _due(masked, start, rules)
        if due or (owner != NOBODY and not rules.conditional.search(masked)):
            yield owner, due


def is_decision(masked: str, rules: Grammar) -> bool:
    """Return whether a masked sentence says that something is decided here and now."""
    return (
        not is_question(masked)
        and any(
            not rules.undecided.search(masked[: match.start()])
            for match in rules.decided.matches(masked)
        )
        and not rules.past.search(masked)
    )


def _owners(masked: str, me: int, rules: Grammar) -> Iterator[tuple[int, int]]:
    """Yield who is to do something, with the position where the sentence says so."""
    for match in rules.promised.matches(masked):
        if _is_meant(match.start(), masked, rules):
            yield me, match.start()
    for match in rules.assigned.matches(masked) if has_name(masked) else ():
        if match.lastindex and _is_meant(match.start(), masked, rules):
            yield ord(match[match.lastindex]) - NAME_BASE, match.start()


def _unowned(masked: str, rules: Grammar) -> Iterator[tuple[int, int]]:
    for match in rules.scheduled.matches(masked):
        if _is_meant(match.start(), masked, rules):
            yield NOBODY, match.start()


def _is_meant(start: int, masked: str, rules: Grammar) -> bool:
    return not rules.musing.search(masked[:start])


def _due(masked: str, start: int, rules: Grammar) -> str:
    """Return the first date after ``start``, else the first one of the sentence."""
    match = rules.due.search(masked, start) or rules.due.search(masked)
    return match[0] if match else ""
