"""How a description of a person goes wrong."""

from symposion.core.errors import Refused


class UnknownArchetype(Refused):
    """No archetype has this name."""

    code = "unknown-archetype"
    title = "There is no such archetype."
