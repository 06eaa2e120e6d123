"""How work with agents goes wrong."""

from symposion.core.errors import TooMany


class RosterFull(TooMany):
    """The user has as many agents as anybody may keep."""

    code = "roster-full"
    title = "Your roster of agents is full."
