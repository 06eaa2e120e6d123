"""How a conversation goes wrong."""

from symposion.core.errors import Conflict, Refused, Unavailable


class NotEnoughAgents(Refused):
    """A conversation needs two."""

    code = "not-enough-agents"
    title = "Need at least 2 agents."


class NoSimulation(Refused):
    """The user has no simulation yet."""

    code = "no-simulation"
    title = "There is no simulation yet; set a scenario or start one first."


class RoomWaits(Unavailable):
    """The language model gave no answer; what was said is kept, and the round can go on."""

    code = "room-waits"
    title = "The round is not finished: the language model gave no answer."


class NobodySpoke(Conflict):
    """Everybody passed: the room has said what it can say to this scenario."""

    code = "nobody-spoke"
    title = "Nobody had anything left to say; change the scenario, or start anew."
