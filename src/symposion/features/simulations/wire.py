"""Simulations as the HTTP contract tells them (section 6)."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, SerializerFunctionWrapHandler, model_serializer

from symposion.core.documents import Timestamp
from symposion.features.simulations.models import Period, Simulation

_ONLY_WITH_A_LIMIT = ("time_elapsed_hours", "time_expired")


class StateReply(BaseModel):
    """The state of a simulation at one moment.

    ``time_elapsed_hours`` and ``time_expired`` are there only with a time limit.
    """

    id: str
    user_id: str
    is_active: bool
    scenario: str
    scenario_name: str | None
    current_day: int
    current_time_period: Period
    daily_api_requests: int
    last_reset_date: str
    time_limit_hours: int | None
    time_limit_display: str | None
    simulation_start_time: Timestamp | None
    time_remaining_hours: float | None = None
    time_elapsed_hours: float | None = None
    time_expired: bool | None = None
    language: str
    auto_conversations: bool
    auto_time: bool
    conversation_interval: int
    time_interval: int

    @classmethod
    def of(cls, simulation: Simulation, now: datetime) -> Self:
        """Return what is told of ``simulation`` at the moment ``now``."""
        reply = cls.model_validate(simulation, from_attributes=True)
        return reply.model_copy(update=_today(simulation, now) | _time(simulation, now))

    @model_serializer(mode="wrap")
    def _drop_what_needs_a_limit(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        if self.time_limit_hours is None:
            for name in _ONLY_WITH_A_LIMIT:
                written.pop(name, None)
        return written


def _today(simulation: Simulation, now: datetime) -> dict[str, object]:
    today = now.date().isoformat()
    if simulation.last_reset_date == today:
        return {}
    return {"daily_api_requests": 0, "last_reset_date": today}


def _time(simulation: Simulation, now: datetime) -> dict[str, object]:
    began, limit = simulation.simulation_start_time, simulation.time_limit_hours
    if began is None or limit is None:
        return {}
    elapsed = max(0.0, (now - began).total_seconds() / 3600)
    return {
        "time_elapsed_hours": round(elapsed, 4),
        "time_remaining_hours": round(max(0.0, limit - elapsed), 4),
        "time_expired": elapsed >= limit,
    }


class ScenarioReply(BaseModel):
    """The scenario that was set, and the state it was set in."""

    success: bool = True
    message: str
    scenario: str
    scenario_name: str
    state: StateReply


class StartReply(BaseModel):
    """The state a new run starts in."""

    success: bool = True
    message: str
    state: StateReply
    time_limit_active: bool
    time_limit_display: str | None
