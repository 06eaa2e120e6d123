"""Archetypes as the HTTP contract tells them (section 4)."""

from typing import Self

from pydantic import BaseModel

from symposion.engine.persona import Archetype, Traits
from symposion.features.archetypes.models import DESCRIPTIONS


class ArchetypeReply(BaseModel):
    """What is told of an archetype."""

    name: str
    description: str
    default_traits: Traits

    @classmethod
    def of(cls, archetype: Archetype) -> Self:
        """Return what is told of ``archetype``."""
        return cls(
            name=archetype.label,
            description=DESCRIPTIONS[archetype],
            default_traits=Traits.of(archetype),
        )
