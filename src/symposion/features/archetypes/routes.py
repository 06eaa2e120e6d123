"""Archetypes over HTTP."""

from symposion.engine.persona import Archetype
from symposion.features.archetypes.wire import ArchetypeReply
from symposion.web.routing import room

router = room("/archetypes", "agents")


@router.get("")
async def list_archetypes() -> dict[Archetype, ArchetypeReply]:
    """List the archetypes there are, by their ids."""
    return {archetype: ArchetypeReply.of(archetype) for archetype in Archetype}
