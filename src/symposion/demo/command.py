"""``symposion demo``: from what was typed to an exit code."""

import asyncio
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from symposion.core.errors import DomainError
from symposion.demo import inputs
from symposion.demo.inputs import BadInput
from symposion.demo.picture import draw, recording
from symposion.demo.play import Order, Stopped, perform
from symposion.demo.stage import Stage, clean
from symposion.engine.persona import Agent
from symposion.engine.scenario import Scenario
from symposion.main import language_model
from symposion.ports.language import LanguageModel, parse_model_name
from symposion.settings import Settings, SettingsError, load

DONE, STOPPED, REFUSED, INTERRUPTED = 0, 1, 2, 130
TURNS = (1, 1000)
DEFAULT_PANEL = "round-table"
"""Who talks about a scenario that comes without a cast."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed, unchecked; None for what was left out."""

    scenario: Path | None
    cast: Path | None
    panel: str | None
    turns: int
    seed: int
    model: str
    out: Path | None
    pace: float
    picture: Path | None = None


def run(wish: Wish, typed: Sequence[str]) -> int:
    """Do what was wished for and return the exit code.

    0: done. 1: it stopped on its way. 2: refused, nothing written. 130: interrupted.

    Args:
        wish: The options.
        typed: The command, to be repeated where a run can be continued.
    """
    again = shlex.join(typed)
    try:
        order = _order(wish)
    except (DomainError, SettingsError) as error:
        return _refuse(error)
    console = recording() if wish.picture else Console(highlight=False)
    try:
        asyncio.run(_played(order, Stage(console, meter=wish.picture is None)))
        if wish.picture is not None:
            draw(console, again, wish.picture)
    except KeyboardInterrupt:
        _tell("Interrupted." + _how_to_go_on(order, again))
        return INTERRUPTED
    except Stopped as error:
        _tell(f"The conversation stopped: {error}{_how_to_go_on(order, again)}")
        return STOPPED
    except DomainError as error:
        return _refuse(error)
    except OSError as error:  # such as a full disk behind the screen
        _tell(f"The conversation stopped: {error.strerror}.{_how_to_go_on(order, again)}")
        return STOPPED
    return DONE


async def _played(order: Order, stage: Stage) -> None:
    try:
        await perform(order, stage)
    finally:
        stage.leave()
        await order.model.close()


def _order(wish: Wish) -> Order:
    """Return what is to be played. Raises `DomainError` or `SettingsError`."""
    if wish.cast is not None and wish.panel is not None:
        raise BadInput("Please give either --cast or --panel, not both.")
    if not TURNS[0] <= wish.turns <= TURNS[1]:
        raise BadInput(f"--turns takes {TURNS[0]} to {TURNS[1]:,}, not {wish.turns:,}.")
    if not 0 <= wish.pace <= 60:  # noqa: PLR2004 - a minute a turn is slow enough
        raise BadInput("--pace takes 0 to 60 seconds.")
    return Order(
        scenario=_scenario(wish),
        cast=_cast(wish),
        turns=wish.turns,
        seed=wish.seed,
        model=_model(wish.model),
        out=wish.out,
        pace=wish.pace,
    )


def _scenario(wish: Wish) -> Scenario:
    if wish.scenario is None:
        return inputs.built_in_scenario()
    return inputs.read_scenario(wish.scenario)


def _cast(wish: Wish) -> tuple[Agent, ...]:
    if wish.cast is not None:
        return inputs.read_cast(wish.cast)
    if wish.panel is not None:
        return inputs.read_panel(wish.panel)
    if wish.scenario is not None:
        return inputs.read_panel(DEFAULT_PANEL)
    return inputs.built_in_cast()


def _model(name: str) -> LanguageModel:
    """Return the model; the offline one needs no settings, so bad ones cannot stop it."""
    provider, _ = parse_model_name(name)
    return language_model(name, Settings.model_construct() if provider == "offline" else load())


def _refuse(error: Exception) -> int:
    _tell(str(error))
    return REFUSED


def _how_to_go_on(order: Order, again: str) -> str:
    if order.out is None:
        return " Nothing was kept, because there was no --out FOLDER."
    return f" Everything up to here is in {order.out}; the same command goes on: {again}"


def _tell(sentence: str) -> None:
    sys.stderr.write(f"symposion: {' '.join(clean(sentence).split())}\n")
