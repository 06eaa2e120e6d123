"""Driving a run: ask the rules, append to the log, call the model, fold, ask again.

The only asynchronous module of the engine. It holds no state of its own: killed anywhere, another
driver goes on from the log.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from symposion.core.documents import iso_ms
from symposion.engine import calls, fold, life, opening
from symposion.engine.log import Draft, Head, seal
from symposion.engine.persona import Agent
from symposion.engine.room import Room
from symposion.engine.scenario import Scenario
from symposion.engine.settings import EngineSettings
from symposion.engine.turns import Turn
from symposion.ports.clock import Clock
from symposion.ports.language import LanguageModel, ModelFailed, Request
from symposion.ports.log import Event, RunLog


@dataclass(frozen=True, slots=True)
class Outside:
    """What a run needs from outside.

    Attributes:
        sleep: Waits some seconds; used between tries of a failing model.
    """

    log: RunLog
    model: LanguageModel
    clock: Clock
    sleep: Callable[[float], Awaitable[None]]


async def found(
    outside: Outside,
    run_id: str,
    cast: Sequence[Agent],
    scenario: Scenario,
    *,
    seed: str,
    settings: EngineSettings | None = None,
) -> Room:
    """Begin a run: write its founding events to the empty log and return the room.

    Raises:
        BadCast: The cast cannot hold a conversation; nothing was written.
        StaleHead: The log is not empty.
    """
    drafts = opening.founding(
        cast, scenario, seed, settings or EngineSettings(), outside.model.card
    )
    events = seal(Head(run_id), drafts, 0, iso_ms(outside.clock.now()))
    await outside.log.append(events)
    return fold.replay(events)


async def resume(outside: Outside) -> Room | None:
    """Return the room that the log adds up to; None if the log is empty.

    A call that was sent and never answered is noted as in doubt by the next `drive`.
    """
    events = await outside.log.read()
    return fold.replay(events) if events else None


async def note(outside: Outside, room: Room, drafts: Sequence[Draft]) -> list[Event]:
    """Append ``drafts`` to the log and fold them into ``room``.

    Raises:
        StaleHead: Somebody else appended first; ``room`` is as it was.
    """
    if not drafts:
        return []
    events = seal(room.head, drafts, room.sim_time, iso_ms(outside.clock.now()))
    await outside.log.append(events)
    for event in events:
        fold.apply(room, event)
    return events


async def drive(outside: Outside, room: Room) -> AsyncGenerator[Event]:
    """Take turns until the run rests; yield every event once it is in the log.

    It rests when it has ended, is paused or halted, or when the open round is complete. A halted
    run is taken up again, a paused one is not.

    Raises:
        StaleHead: Somebody else appended to the log; resume from it.
    """
    card = outside.model.card
    halted = room.halted and not room.paused
    start: tuple[Draft, ...] = (Draft("run.resumed", {}),) if halted else ()
    for event in await note(outside, room, (*start, *calls.in_doubt(room))):
        yield event
    ready: Request | None = None
    while True:
        match life.next_step(room, card, ready):
            case life.Append(drafts, wait, ready):
                if wait:
                    await outside.sleep(wait)
                events = await note(outside, room, drafts)
            case life.Call() as call:
                events = await note(outside, room, await _answered(outside, room, call))
            case life.Rest():
                return
        for event in events:
            yield event


async def _answered(outside: Outside, room: Room, call: life.Call) -> tuple[Draft, ...]:
    began = outside.clock.now()
    try:
        reply = await outside.model.reply(call.request)
    except ModelFailed as error:
        return calls.failed(room, call.request, error)
    latency = round((outside.clock.now() - began).total_seconds() * 1000)
    return (calls.received(call.request, reply, latency, outside.model.card),)


def turn_of(event: Event, names: dict[str, str]) -> Turn | None:
    """Return the turn that a ``turn.committed`` event stands for; None for any other event.

    Args:
        event: Any event of a run.
        names: Names by agent id.
    """
    if event.type != "turn.committed":
        return None
    p = event.payload
    return Turn(
        number=p["number"],
        seq=event.seq,
        speaker_id=p["speaker"],
        speaker_name=names.get(p["speaker"]) or str(p["speaker"]),
        text=p["text"],
        move=p["move"],
        addressee_id=p["addressee"],
        mood=p["mood"],
        day=p["day"],
        period=p["period"],
        sim_time=event.sim_time,
        produced_by=dict(p["produced_by"]),
        tokens_in=p["tokens_in"],
        tokens_out=p["tokens_out"],
        cost=p["cost"],
        attempts=p["calls"],
    )
