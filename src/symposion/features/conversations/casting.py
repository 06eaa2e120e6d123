"""How a user's agents become the cast of a run. Pure."""

from collections.abc import Sequence

from symposion.engine.persona import Agent as Persona
from symposion.features.agents.models import Agent

_MEMORIES = 100
"""Most memories of a persona."""


def cast_of(agents: Sequence[Agent]) -> list[Persona]:
    """Return ``agents`` as the engine wants them.

    A user may have two agents of one name; a room may not. The later one is called "Ada (2)".
    """
    cast: list[Persona] = []
    taken: set[str] = set()
    for agent in agents:
        name = _free_name(agent.name, taken)
        taken.add(name.casefold())
        cast.append(_persona(agent, name))
    return cast


def _free_name(name: str, taken: set[str]) -> str:
    number, candidate = 1, name
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{name[:90]} ({number})"
    return candidate


def _persona(agent: Agent, name: str) -> Persona:
    return Persona(
        id=agent.id,
        name=name,
        archetype=agent.archetype,
        personality=agent.personality,
        goal=agent.goal,
        expertise=agent.expertise,
        background=agent.background,
        memories=_memories(agent.memory_summary),
        role=agent.role,
        blind_spot=agent.blind_spot,
        contradiction=agent.contradiction,
        pushback=agent.pushback,
    )


def _memories(summary: str) -> tuple[str, ...]:
    """Return one memory for each line; those beyond the most that a persona has are one."""
    lines = [line.strip() for line in summary.splitlines() if line.strip()]
    last = " ".join(lines[_MEMORIES - 1 :])
    return (*lines[: _MEMORIES - 1], *([last] if last else []))
