"""Styles as callers see them."""

from typing import Self

from pydantic import BaseModel

from symposion.engine.metrics.conduct import Figure, Of
from symposion.engine.persona import Traits
from symposion.features.styles.service import Conduct


class FigureReply(BaseModel):
    """One way of speaking.

    Attributes:
        commanded: What the traits want.
        did: What was counted; null if the agent has not spoken, or nothing could be counted.
        n: How many turns, sentences or listed words it was counted over, as ``of`` says.
    """

    commanded: float
    did: float | None
    n: int
    of: Of

    @classmethod
    def of_figure(cls, figure: Figure) -> Self:
        """Return what is told of ``figure``, to three places."""
        did = None if figure.done is None else round(figure.done, 3)
        return cls(commanded=round(figure.commanded, 3), did=did, n=figure.n, of=figure.of)


class FiguresReply(BaseModel):
    """The ways of speaking that are both commanded and counted.

    Attributes:
        words_per_turn: Median.
        words_per_sentence: Mean.
        question_rate, exclaim_rate, hedge_rate: Shares of turns, 0 to 1.
        agreement_rate: Share of turns; the command is the most there may be.
        we_share: Share of "we" words in self-reference.
        polarity: -1 (dark words only) to 1 (bright words only).
    """

    words_per_turn: FigureReply
    words_per_sentence: FigureReply
    question_rate: FigureReply
    exclaim_rate: FigureReply
    hedge_rate: FigureReply
    agreement_rate: FigureReply
    we_share: FigureReply
    polarity: FigureReply


class StyleReply(BaseModel):
    """How an agent is commanded to speak, and how it spoke."""

    agent_id: str
    name: str
    personality: Traits
    rounds: int
    turns: int
    style: FiguresReply

    @classmethod
    def of(cls, conduct: Conduct) -> Self:
        """Return what is told of ``conduct``."""
        figures = {name: FigureReply.of_figure(told) for name, told in conduct.figures.items()}
        return cls(
            agent_id=conduct.agent.id,
            name=conduct.agent.name,
            personality=conduct.agent.personality,
            rounds=conduct.rounds,
            turns=conduct.turns,
            style=FiguresReply(**figures),
        )
