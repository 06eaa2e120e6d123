"""What can be done with conversations."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from symposion.context import Context
from symposion.core.errors import Contended
from symposion.engine import drive as driving
from symposion.engine import fold, opening
from symposion.engine.log import Draft
from symposion.engine.persona import Agent as Persona
from symposion.engine.room import Room
from symposion.engine.scenario import Scenario
from symposion.engine.settings import EngineSettings
from symposion.features.agents.service import list_agents
from symposion.features.conversations import casting, keeping
from symposion.features.conversations.errors import (
    NobodySpoke,
    NoSimulation,
    NotEnoughAgents,
    RoomWaits,
)
from symposion.features.conversations.models import LIST_LIMIT, ROUNDS, SPEAKERS_LIMIT, Round
from symposion.features.conversations.projection import Scene, closed_rounds
from symposion.features.simulations.models import Simulation
from symposion.features.simulations.service import count_calls, find_simulation
from symposion.lease import sole_holder
from symposion.ports.log import Event, StaleHead

_LEAST = 2
_TRIES = 3
_SETTINGS = EngineSettings(turns=0, turns_per_period=0)


async def list_rounds(ctx: Context) -> list[Round]:
    """Return the newest `LIST_LIMIT` rounds of the caller's current run, oldest first."""
    simulation = await find_simulation(ctx)
    if simulation is None:
        return []
    await keeping.catch_up(ctx, simulation.run_id)
    where = {"run_id": simulation.run_id}
    newest = await ctx.own(ROUNDS).find(where, order="-round_number", limit=LIST_LIMIT)
    return newest[::-1]


async def generate(ctx: Context) -> Round:
    """Play the next round of the caller's run, or the rest of one that was cut short.

    Each of the first `SPEAKERS_LIMIT` agents listed speaks at least once. Requests of one user
    wait for each other, in whichever process they arrive.

    Raises:
        NotEnoughAgents: The caller has fewer than two.
        NoSimulation: The caller has no simulation yet.
        RoomWaits: The model gave no answer; the next call goes on at the same speaker.
        NobodySpoke: Everybody passed; no round came of it.
        Busy: Too many requests of the caller wait already.
    """
    async with ctx.turnstile.through(f"conversation of {ctx.actor.user_id}"):
        agents = (await list_agents(ctx))[:SPEAKERS_LIMIT]
        if len(agents) < _LEAST:
            raise NotEnoughAgents
        simulation = await find_simulation(ctx)
        if simulation is None:
            raise NoSimulation
        async with sole_holder(ctx, simulation.run_id):
            return await _once(ctx, simulation, casting.cast_of(agents))


async def _once(ctx: Context, simulation: Simulation, cast: Sequence[Persona]) -> Round:
    """Return the round that this request made before it was cut short, or else a new one."""
    round_id = next(ctx.ids)
    await keeping.catch_up(ctx, simulation.run_id)
    made = await ctx.own(ROUNDS).find({"id": round_id}, limit=1)
    return made[0] if made else await _play(ctx, simulation, cast, round_id)


@dataclass(frozen=True, slots=True)
class _Played:
    """What was played; ``scene`` is as it was before ``events``."""

    room: Room
    events: Sequence[Event]
    scene: Scene


async def _play(
    ctx: Context, simulation: Simulation, cast: Sequence[Persona], round_id: str
) -> Round:
    outside = driving.Outside(
        keeping.log_of(ctx, simulation.run_id), ctx.language, ctx, asyncio.sleep
    )
    for _ in range(_TRIES):
        if await find_simulation(ctx) is None:
            raise NoSimulation  # the account was deleted meanwhile: found no new log for it
        try:
            played = await _one_round(ctx, outside, simulation, (cast, round_id))
            break
        except StaleHead:
            continue  # another process appended: read on and decide again
    else:
        raise Contended
    calls = sum(event.type == "call.sent" for event in played.events)
    await count_calls(ctx, simulation, calls)
    return await _told(ctx, simulation.run_id, played)


async def _one_round(
    ctx: Context,
    outside: driving.Outside,
    simulation: Simulation,
    wanted: tuple[Sequence[Persona], str],
) -> _Played:
    (cast, round_id), run_id = wanted, simulation.run_id
    scenario = Scenario(
        text=simulation.scenario,
        name=simulation.scenario_name or "Untitled",
        language=simulation.language,
    )
    room = await _resumed(outside, ctx.rooms.take(run_id))
    if room is None:
        room = await driving.found(outside, run_id, cast, scenario, seed=run_id, settings=_SETTINGS)
    await driving.note(outside, room, opening.update(room, cast, scenario))
    if room.round is None:
        opened = {"number": room.rounds + 1, "coverage": "all", "id": round_id}
        await driving.note(outside, room, [Draft("round.opened", opened)])
    scene = Scene.of(room)
    events = [event async for event in driving.drive(outside, room)]
    ctx.rooms.put(run_id, room)
    return _Played(room, events, scene)


async def _resumed(outside: driving.Outside, known: Room | None) -> Room | None:
    """Return the room as its log says; one that is ``known`` needs only what was added since."""
    if known is None:
        return await driving.resume(outside)
    for event in await outside.log.read(after=known.head.seq):
        fold.apply(known, event)
    return known


async def _told(ctx: Context, run_id: str, played: _Played) -> Round:
    """Return the round just played.

    Raises:
        RoomWaits: It is still open.
        NobodySpoke: It has no turns.
    """
    if played.room.round is not None:
        halts = [e.payload["detail"] for e in played.events if e.type == "run.halted"]
        raise RoomWaits(halts[-1] if halts else "", retry_after=10)
    if any(e.type == "round.closed" and not e.payload["turns"] for e in played.events):
        raise NobodySpoke
    told = closed_rounds(played.events, played.scene)
    if told:
        return await keeping.keep(ctx, run_id, told[-1])
    await keeping.catch_up(ctx, run_id)
    where = {"run_id": run_id, "round_number": played.room.rounds}
    return (await ctx.own(ROUNDS).find(where, limit=1))[0]
