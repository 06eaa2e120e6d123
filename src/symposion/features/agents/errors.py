"""How work with agents goes wrong."""

from symposion.core.errors import Refused, TooMany


class UnknownArchetype(Refused):
    """No archetype has this name."""

    code = "unknown-archetype"
    title = "There is no such archetype."


class RosterFull(TooMany):
    """The user has as many agents as anybody may keep."""

    code = "roster-full"
    title = "Your roster of agents is full."
