"""What the state of a simulation is."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from symposion.core.documents import Owned, Timestamp, new_id
from symposion.core.numbers import WHOLE
from symposion.core.texts import FILLED
from symposion.engine.scenario import SCENARIO_LIMIT
from symposion.ports.store import Kind

Period = Literal["morning", "afternoon", "evening"]
_Filled = Field(json_schema_extra={"minLength": 1, "pattern": FILLED})
ScenarioText = Annotated[str, StringConstraints(max_length=SCENARIO_LIMIT), _Filled]
ScenarioName = Annotated[str, StringConstraints(max_length=200), _Filled]

DEFAULT_SCENARIO = "Research station: a small team meets to plan its work for the coming weeks."


class Simulation(Owned):
    """The one simulation of a user.

    Attributes:
        run_id: The run that is going on; its event log holds what was said. Rounds of other runs
            are the archive.
        daily_api_requests: Calls to the language model on ``last_reset_date``.
        time_limit_hours: Hours of real time from ``simulation_start_time``.
        conversation_interval, time_interval: Seconds.
    """

    run_id: str = Field(default_factory=new_id)
    is_active: bool = False
    scenario: str = DEFAULT_SCENARIO
    scenario_name: str | None = None
    current_day: int = 1
    current_time_period: Period = "morning"
    daily_api_requests: int = 0
    last_reset_date: str = ""
    time_limit_hours: int | None = None
    time_limit_display: str | None = None
    simulation_start_time: Timestamp | None = None
    language: str = "en"
    auto_conversations: bool = False
    auto_time: bool = False
    conversation_interval: int = 10
    time_interval: int = 60


SIMULATIONS = Kind("simulations", Simulation, unique=(("user_id",),))


class ScenarioDraft(BaseModel):
    """A scenario to put before the room; both parts must be more than blanks.

    The contract has callers that send more than is read here.
    """

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        json_schema_extra={"required": ["scenario", "scenario_name"]},  # told apart: 422 and 400
    )

    scenario: ScenarioText
    scenario_name: ScenarioName = ""


class StartDraft(BaseModel):
    """How to start; what is not given stays (scenario) or is without limit (time)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    time_limit_hours: Annotated[int, Field(ge=1, le=8_760, strict=True), WHOLE] | None = None
    time_limit_display: Annotated[str, StringConstraints(max_length=100)] | None = None
    scenario: ScenarioText | None = None
    scenario_name: ScenarioName | None = None
