"""Conversations between simulated people: gather a cast, set a scenario, hear the room think.

    from symposion import Agent, Scenario, converse

    async for turn in converse(cast, Scenario(text="..."), turns=40, seed=7):
        print(turn.speaker_name, turn.text)

Names are loaded when first used, so importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symposion.engine.persona import Agent, Archetype, Traits
    from symposion.engine.scenario import Scenario
    from symposion.engine.settings import EngineSettings
    from symposion.engine.turns import Turn
    from symposion.library import converse

__version__ = "1.3.0"
__all__ = ["Agent", "Archetype", "EngineSettings", "Scenario", "Traits", "Turn", "converse"]

_HOMES = {
    "Agent": "symposion.engine.persona",
    "Archetype": "symposion.engine.persona",
    "Traits": "symposion.engine.persona",
    "Scenario": "symposion.engine.scenario",
    "EngineSettings": "symposion.engine.settings",
    "Turn": "symposion.engine.turns",
    "converse": "symposion.library",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'symposion' has no attribute {name!r}")
