"""What can be asked about the way an agent speaks."""

from collections.abc import Mapping
from dataclasses import dataclass

from symposion.context import Context
from symposion.engine.metrics.conduct import Figure, conduct
from symposion.engine.style import style_of
from symposion.features.agents.models import Agent
from symposion.features.agents.service import read_agent
from symposion.features.conversations.models import ROUNDS

ROUNDS_LIMIT = 200
"""Newest rounds that are looked at; whoever spoke earlier only counts as not having spoken."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """How an agent is to speak, and how it spoke in ``turns`` turns of ``rounds`` rounds."""

    agent: Agent
    figures: Mapping[str, Figure]
    turns: int
    rounds: int


async def read_style(ctx: Context, agent_id: str) -> Conduct:
    """Hold the present traits of one of the caller's agents against what it said.

    Its turns are those in the caller's newest `ROUNDS_LIMIT` rounds, of any run, but for rounds
    that were translated: those are not its words any more. Raises `NotFound`.
    """
    agent = await read_agent(ctx, agent_id)
    kept = await ctx.own(ROUNDS).find(
        {"translated_at": None}, order="-created_at", limit=ROUNDS_LIMIT
    )
    said = [
        (told.id, told.language, line.message)
        for told in kept
        for line in told.messages
        if line.agent_id == agent.id
    ]
    figures = conduct(style_of(agent.personality), [(code, text) for _, code, text in said])
    return Conduct(agent, figures, len(said), len({round_id for round_id, _, _ in said}))
