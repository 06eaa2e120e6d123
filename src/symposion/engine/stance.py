"""Where agents stand, and what it takes to move them (engine design, section 7)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from symposion.engine.chance import Chance
from symposion.engine.lexicon import lexicon
from symposion.engine.persona import Agent
from symposion.engine.text import content_words, tokens
from symposion.ports.brief import Issue, Style


@dataclass(slots=True)
class Position:
    """One agent's stance on one issue.

    Attributes:
        x: -1 (against acting) to 1 (for it).
        conviction: .15 to .90.
        pressure: Summed movement since the last change.
        causes: ``seq`` of the turns that made the pressure, newest last, at most 8.
        first: The stance before the first turn.
    """

    x: float
    conviction: float
    first: float
    pressure: float = 0.0
    causes: list[int] = field(default_factory=list[int])


PERSUASION = 0.35
"""How far one argument moves at most; a starting value (.25 in the design moved next to nobody)."""


def leaning(goal: str, issue: Issue, language: str) -> int:
    """Return what ``goal`` says of acting on ``issue``: 1 for, -1 against, 0 if it says nothing.

    It says something if it shares a content word with the issue. It is against if one of the two
    holds a word such as "keep", "avoid" or "not" and the other does not: who wants to keep things
    is for a question that asks whether to keep them. A reading of words, which irony misleads.
    """
    said, asked = frozenset(tokens(goal)), frozenset(tokens(issue.text))
    about = content_words((*asked, *(w for t in issue.terms for w in tokens(t))), language)
    if not about & content_words(said, language):
        return 0
    holding = lexicon(language).holding
    return 1 if bool(holding & said) == bool(holding & asked) else -1


def opening_positions(
    cast: Sequence[tuple[Agent, Style]], issue: Issue, chance: Chance, language: str
) -> list[tuple[float, float]]:
    """Return (x, conviction) for every agent on ``issue``, before anybody spoke.

    Most of x is a place on a ladder from -.85 to .85 dealt by seed, so that a room never starts
    of one mind; an agent whose goal speaks of the issue leans that way instead. The rest is temper
    (optimism) and noise. Conviction is the style's base with normal noise of .10, clipped to
    [.15, .90]. The weights are starting values.
    """
    ladder = chance.shuffled(range(len(cast)), "ladder", issue.id)
    found: list[tuple[float, float]] = []
    for place, (agent, style) in zip(ladder, cast, strict=True):
        height = place / (len(cast) - 1) if len(cast) > 1 else chance.number("alone", agent.id)
        rung = -0.85 + 1.7 * height
        goal = leaning(agent.goal, issue, language)
        base = 0.55 * goal + 0.2 * rung if goal else 0.6 * rung + 0.3 * style.polarity
        x = base + 0.15 * chance.normal("stance", issue.id, agent.id)
        conviction = style.conviction_base + 0.10 * chance.normal("conviction", issue.id, agent.id)
        found.append((_clip(x, -1.0, 1.0), _clip(conviction, 0.15, 0.90)))
    return found


def pull(
    listener: Position, side: float, *, trust: float, novelty: float, strength: float, bias: float
) -> float:
    """Return how far one turn moves ``listener``: dx of engine design, section 7.

    Args:
        listener: Who hears it.
        side: The position the turn speaks for, -1 to 1.
        trust: .5 + relation / 20, 0 to 1.
        novelty: 1 for a claim heard first, .25 the second time, 0 after.
        strength: .5 to 1 by overlap with the listener's goal.
        bias: Confirmation bias; halves what speaks against the listener's sign at 1.
    """
    gap = _clip(side - listener.x, -1.0, 1.0)
    dx = PERSUASION * (1.0 - listener.conviction) * trust * novelty * strength * gap
    return dx * (1.0 - 0.5 * bias) if side * listener.x < 0 else dx


def is_flip(before: float, after: float) -> bool:
    """Return whether a stance changed sides: another sign, and at least .15 on both."""
    return before * after < 0 and min(abs(before), abs(after)) >= 0.15


def _clip(value: float, low: float, high: float) -> float:
    return round(max(low, min(high, value)), 4)
