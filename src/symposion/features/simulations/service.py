"""What can be done with a simulation."""

from symposion.context import Context
from symposion.core.errors import Duplicate
from symposion.features.simulations.errors import BlankScenario
from symposion.features.simulations.models import (
    SIMULATIONS,
    ScenarioDraft,
    Simulation,
    StartDraft,
)


async def find_simulation(ctx: Context) -> Simulation | None:
    """Return the caller's simulation, if there is one."""
    found = await ctx.own(SIMULATIONS).find(limit=1)
    return found[0] if found else None


async def open_simulation(ctx: Context) -> Simulation:
    """Return the caller's simulation; one that does not exist yet is made with defaults."""
    found = await find_simulation(ctx)
    if found:
        return found
    now = ctx.now()
    fresh = Simulation(**ctx.owned, created_at=now, last_reset_date=now.date().isoformat())
    try:
        return await ctx.own(SIMULATIONS).insert(fresh)
    except Duplicate:
        return (await ctx.own(SIMULATIONS).find(limit=1))[0]


async def set_scenario(ctx: Context, draft: ScenarioDraft) -> Simulation:
    """Put a scenario before the caller's room; everything else stays.

    Raises:
        BlankScenario: The scenario or its name is blank.
    """
    scenario = {
        "scenario": _filled(draft.scenario, "scenario"),
        "scenario_name": _filled(draft.scenario_name, "scenario_name"),
    }
    simulation = await open_simulation(ctx)
    return await ctx.own(SIMULATIONS).update(simulation.id, lambda old: old.but(**scenario))


async def start(ctx: Context, draft: StartDraft) -> Simulation:
    """Begin a new run on the morning of day 1; the rounds of the last run become the archive.

    Agents, scenario and everything else the draft does not name stay.

    Raises:
        BlankScenario: The draft holds a scenario or a name that is blank.
    """
    changes: dict[str, object] = {
        name: _filled(value, name)
        for name, value in (("scenario", draft.scenario), ("scenario_name", draft.scenario_name))
        if value is not None
    }
    changes |= {
        "run_id": next(ctx.ids),
        "is_active": True,
        "current_day": 1,
        "current_time_period": "morning",
        "simulation_start_time": ctx.now(),
        "time_limit_hours": draft.time_limit_hours,
        "time_limit_display": draft.time_limit_display,
    }
    simulation = await open_simulation(ctx)
    return await ctx.own(SIMULATIONS).update(simulation.id, lambda old: old.but(**changes))


async def count_calls(ctx: Context, simulation: Simulation, calls: int) -> Simulation:
    """Add ``calls`` to the language model to the count of this UTC day."""
    today = ctx.now().date().isoformat()

    def add(old: Simulation) -> Simulation:
        before = old.daily_api_requests if old.last_reset_date == today else 0
        return old.but(daily_api_requests=before + calls, last_reset_date=today)

    return await ctx.own(SIMULATIONS).update(simulation.id, add)


def _filled(text: str, name: str) -> str:
    if not text.strip():
        raise BlankScenario(f"The field {name} must not be blank.")
    return text
