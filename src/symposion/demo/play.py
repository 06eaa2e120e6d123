"""Playing a run to its end, from wherever its log stands."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from symposion.core.errors import DomainError
from symposion.demo import folder
from symposion.demo.stage import Stage
from symposion.engine import drive as driving
from symposion.engine import opening
from symposion.engine.log import Draft
from symposion.engine.memory_log import MemoryLog
from symposion.engine.persona import Agent
from symposion.engine.scenario import Scenario
from symposion.engine.settings import EngineSettings
from symposion.main import SystemClock, open_log
from symposion.ports.language import LanguageModel
from symposion.ports.log import Event, RunLog


class Stopped(DomainError):
    """The run stopped on its way; the log has everything up to here."""

    code = "run-stopped"
    title = "The conversation could not go on."


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be played.

    Attributes:
        out: Folder the run is kept in; None to keep nothing.
        pace: Seconds to wait after each turn.
    """

    cast: tuple[Agent, ...]
    scenario: Scenario
    turns: int
    seed: int
    model: LanguageModel
    out: Path | None = None
    pace: float = 0.0

    @property
    def settings(self) -> EngineSettings:
        """The settings of the engine for this run."""
        return EngineSettings(turns=self.turns)

    def founding(self) -> list[Draft]:
        """Return the events the run begins with."""
        return opening.founding(
            self.cast, self.scenario, str(self.seed), self.settings, self.model.card
        )


async def perform(order: Order, stage: Stage) -> None:
    """Play ``order`` before the eyes of ``stage``; write its pages if it has a folder.

    A folder that holds part of this run is continued; one that holds all of it only gets its
    pages anew. Nothing is written before model, input and folder are found good.

    Raises:
        DomainError: Something is wrong with input, folder or model; nothing was written.
        Stopped: The run stopped on its way.
    """
    if order.out is None:
        await order.model.check()
        await _play(order, MemoryLog(), [], stage)
        stage.not_kept()
        return
    from symposion.report.pages import PAGES, pages  # noqa: PLC0415 - Jinja, for kept runs only

    folder.check_place(order.out, PAGES)
    if not (order.out / folder.LOG).exists():
        await order.model.check()
        folder.make(order.out)
    with open_log(order.out / folder.LOG) as log:
        events = await log.read()
        folder.check_same_run(order.out, events, order.founding())
        if any(event.type == "run.ended" for event in events):
            stage.finished_before(order.out)
        else:
            if events:
                await order.model.check()
            events = await _play(order, log, events, stage)
        stage.kept(folder.write_all(order.out, pages(events)))


async def _play(order: Order, log: RunLog, before: Sequence[Event], stage: Stage) -> list[Event]:
    """Play until the run ends and return its whole log."""
    try:
        return await _played(order, log, before, stage)
    except DomainError as error:
        raise Stopped(str(error)) from error


async def _played(order: Order, log: RunLog, before: Sequence[Event], stage: Stage) -> list[Event]:
    outside = driving.Outside(log, order.model, SystemClock(), asyncio.sleep)
    room = await driving.resume(outside)
    if room is None:
        name = folder.run_name(order.founding())
        room = await driving.found(
            outside, name, order.cast, order.scenario, seed=str(order.seed), settings=order.settings
        )
    stage.open(room, before, order.model.card)
    halted = ""
    async with aclosing(driving.drive(outside, room)) as happening:
        async for event in happening:
            stage.show(event)
            if event.type == "run.halted":
                halted = event.payload["detail"]
            if event.type == "turn.committed" and order.pace:
                await asyncio.sleep(order.pace)
    if room.halted:
        raise Stopped(halted)
    events = await log.read()
    stage.close(events)
    return events
