"""Rounds as the HTTP contract tells them (section 7)."""

from typing import Self

from pydantic import BaseModel

from symposion.core.documents import Timestamp
from symposion.features.conversations.models import Message, Round


class RoundReply(BaseModel):
    """A round as its owner sees it."""

    id: str
    user_id: str
    round_number: int
    time_period: str
    scenario: str
    scenario_name: str
    messages: list[Message]
    created_at: Timestamp
    language: str
    original_language: str | None
    translated_at: Timestamp | None
    force_translated: bool
    title: str
    agents: list[str]
    duration: str

    @classmethod
    def of(cls, told: Round) -> Self:
        """Return what is told of a round."""
        return cls.model_validate(told, from_attributes=True)
