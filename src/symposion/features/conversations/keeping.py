"""How rounds come from the log into the store; each step may run twice."""

from datetime import datetime

from symposion.context import Context
from symposion.core.documents import new_id
from symposion.core.errors import Duplicate
from symposion.features.conversations.models import LOG, ROUNDS, Message, Round
from symposion.features.conversations.projection import ClosedRound, Spoken, closed_rounds
from symposion.features.conversations.store_log import StoreLog
from symposion.features.saved_agents.service import note_uses
from symposion.ports.store import Range


def log_of(ctx: Context, run_id: str) -> StoreLog:
    """Return the log of one of the caller's runs."""
    return StoreLog(ctx.own(LOG), ctx.owned, run_id)


async def keep(ctx: Context, run_id: str, told: ClosedRound) -> Round:
    """Store ``told`` unless it is stored already; return the round as it is stored.

    Saved agents of the speakers' names count it first: what is stored has been counted.
    """
    closed = Round(
        **ctx.owned,
        id=told.id,
        run_id=run_id,
        created_at=datetime.fromisoformat(told.at),
        round_number=told.number,
        time_period=told.label,
        scenario=told.scenario,
        scenario_name=told.scenario_name,
        messages=tuple(_message(spoken) for spoken in told.spoken),
        title=f"{told.scenario_name}, round {told.number}",
        agents=tuple(dict.fromkeys(spoken.agent_name for spoken in told.spoken)),
        duration=f"{told.minutes} min",
        language=told.language,
    )
    await note_uses(ctx, closed.agents, source=f"round {closed.id}")
    try:
        return await ctx.own(ROUNDS).insert(closed)
    except Duplicate:
        where = {"run_id": run_id, "round_number": told.number}
        return (await ctx.own(ROUNDS).find(where, limit=1))[0]


def _message(spoken: Spoken) -> Message:
    return Message(
        id=new_id(),
        agent_id=spoken.agent_id,
        agent_name=spoken.agent_name,
        message=spoken.text,
        mood=spoken.mood,
        timestamp=datetime.fromisoformat(spoken.at),
        source="simulated" if spoken.source == "simulated" else "provider",
        model=spoken.model,
    )


async def catch_up(ctx: Context, run_id: str) -> None:
    """Store the rounds of a run that its log has closed and a crash kept from being stored."""
    closed = await ctx.own(LOG).count({"run_id": run_id, "closed_round": Range(start=1)})
    if closed == await ctx.own(ROUNDS).count({"run_id": run_id}):
        return
    for told in closed_rounds(await log_of(ctx, run_id).read()):
        await keep(ctx, run_id, told)
