"""What every stored thing has in common."""

from datetime import UTC, datetime
from typing import Annotated, Any, Self

import uuid_utils
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer


def utc_ms(value: datetime) -> datetime:
    """Return ``value`` in UTC, cut to whole milliseconds (the coarsest clock of our stores)."""
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    surplus = value.microsecond % 1000
    return value.replace(microsecond=value.microsecond - surplus) if surplus else value


def iso_ms(value: datetime) -> str:
    """Write ``value`` as fixed-width RFC 3339 in UTC, so that text order is time order."""
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(timespec="milliseconds")[:-6] + "Z"


Timestamp = Annotated[datetime, AfterValidator(utc_ms), PlainSerializer(iso_ms, when_used="json")]


def now() -> datetime:
    """Return the present moment, ready to be a `Timestamp`."""
    return utc_ms(datetime.now(UTC))


def new_id() -> str:
    """Return a new UUIDv7 as text: unique, and in order of creation to the millisecond."""
    return str(uuid_utils.uuid7())


class Document(BaseModel):
    """A stored thing: immutable, named by ``id``, and counted by ``version`` at each change.

    Fields hold only JSON types and `Timestamp`, so every store keeps them exactly; NaN and the
    infinities are no JSON numbers and are refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str = Field(default_factory=new_id)
    version: int = 1
    created_at: Timestamp = Field(default_factory=now)

    def but(self, **changes: Any) -> Self:  # noqa: ANN401 - a field may hold any JSON type
        """Return a validated copy with ``changes`` applied."""
        return type(self).model_validate(self.model_dump() | changes)


class Owned(Document):
    """A document that belongs to one user of one tenant."""

    tenant_id: str
    user_id: str
