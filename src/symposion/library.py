"""Conversations without the server: what a notebook calls."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from symposion.core.documents import new_id
from symposion.core.errors import DomainError
from symposion.engine import drive as driving
from symposion.engine.memory_log import MemoryLog
from symposion.engine.persona import Agent
from symposion.engine.scenario import Scenario
from symposion.engine.settings import EngineSettings
from symposion.engine.turns import Turn
from symposion.main import SystemClock, language_model
from symposion.ports.language import LanguageModel
from symposion.ports.log import RunLog


class RunHalted(DomainError):
    """The run stopped before its end; what was said so far is in the log.

    Attributes:
        reason: "waiting_provider", "model-refused" or "budget_exhausted".
    """

    code = "run-halted"
    title = "The conversation could not go on."

    def __init__(self, detail: str, *, reason: str) -> None:
        super().__init__(detail, reason=reason)
        self.reason = reason


async def converse(  # noqa: PLR0913 - all but the first two are named and optional
    cast: Sequence[Agent],
    scenario: Scenario,
    *,
    turns: int = 40,
    seed: int | str = 7,
    model: LanguageModel | None = None,
    log: RunLog | None = None,
    settings: EngineSettings | None = None,
) -> AsyncGenerator[Turn]:
    """Let ``cast`` talk about ``scenario``; yield each turn once it is committed.

    The same cast, scenario, turns and seed give the same words with the offline model, which is
    the default. A ``log`` that holds this run already is continued where it stopped.

    Args:
        cast: 2 to 50 agents with different names.
        scenario: What they talk about.
        turns: Turns after which the run ends; it may end sooner if the room falls silent.
        seed: Fixes every free choice.
        model: Who writes the words.
        log: Where the run is kept; in memory when left out.
        settings: Other constants of the engine; ``turns`` wins over its own.

    Raises:
        BadCast: The cast cannot hold a conversation.
        RunHalted: The model failed for good, or the budget is used up.
    """
    chosen = model or language_model("offline")
    kept = log if log is not None else MemoryLog()
    outside = driving.Outside(kept, chosen, SystemClock(), asyncio.sleep)
    whole = (settings or EngineSettings()).model_copy(update={"turns": turns})
    room = await driving.resume(outside)
    if room is None:
        room = await driving.found(
            outside, new_id(), cast, scenario, seed=str(seed), settings=whole
        )
    names = {agent.id: agent.name for agent in cast}
    halted = ""
    async with aclosing(driving.drive(outside, room)) as events:
        async for event in events:
            if event.type == "run.halted":
                halted = event.payload["detail"]
            turn = driving.turn_of(event, names)
            if turn is not None:
                yield turn
    if room.halted:
        raise RunHalted(halted, reason=room.halted)
