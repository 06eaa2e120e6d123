"""What can be asked about archetypes."""

from symposion.engine.persona import Archetype
from symposion.features.archetypes.errors import UnknownArchetype


def known_archetype(name: str) -> Archetype:
    """Return the archetype called ``name``. Raises `UnknownArchetype`."""
    try:
        return Archetype(name)
    except ValueError:
        known = ", ".join(Archetype)
        raise UnknownArchetype(f"The archetype must be one of: {known}.") from None
