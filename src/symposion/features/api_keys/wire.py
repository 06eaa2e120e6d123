"""API keys over HTTP."""

from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, FailFast, Field

from symposion.core.documents import Timestamp
from symposion.core.texts import Name
from symposion.features.api_keys.models import ApiKey
from symposion.features.api_keys.service import hint
from symposion.ports.identity import Scope

LIFE_LIMIT = 365
"""Longest life that may be asked for, in days; a key may also have no end."""


class KeyDraft(BaseModel):
    """A key to be made; without ``expires_in_days`` it is good until it is deleted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=10), FailFast()]
    expires_in_days: Annotated[int, Field(ge=1, le=LIFE_LIMIT)] | None = None

    @property
    def life(self) -> timedelta | None:
        """How long the key is to be good; None for as long as it is there."""
        return timedelta(days=self.expires_in_days) if self.expires_in_days else None


class KeyReply(BaseModel):
    """A key as its owner sees it; ``prefix`` is how it begins, ``last_used_at`` a full hour."""

    id: str
    name: str
    scopes: list[Scope]
    prefix: str
    created_at: Timestamp
    last_used_at: Timestamp | None
    expires_at: Timestamp | None

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        """Return what is told of ``key``."""
        return cls(**_told(key))


class NewKeyReply(KeyReply):
    """A key that was made; ``key`` itself is never shown again."""

    key: str

    @classmethod
    def made(cls, key: ApiKey, text: str) -> Self:
        """Return what is told of ``key`` this once; ``text`` is what to send."""
        return cls(**_told(key), key=text)


def _told(key: ApiKey) -> dict[str, Any]:
    return key.model_dump(include=set(KeyReply.model_fields)) | {"prefix": hint(key)}
