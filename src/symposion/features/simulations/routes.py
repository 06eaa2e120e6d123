"""Simulations over HTTP."""

from symposion.features.simulations import service
from symposion.features.simulations.errors import BlankScenario
from symposion.features.simulations.models import ScenarioDraft, StartDraft
from symposion.features.simulations.wire import ScenarioReply, StartReply, StateReply
from symposion.web.deps import Ctx
from symposion.web.problems import tells
from symposion.web.routing import room

router = room("/simulation", "simulation")


@router.get("/state")
async def read_state(ctx: Ctx) -> StateReply:
    """Tell where your simulation stands; a new account gets one with defaults."""
    return StateReply.of(await service.open_simulation(ctx), ctx.now())


@router.post("/set-scenario", responses=tells(BlankScenario))
async def set_scenario(ctx: Ctx, draft: ScenarioDraft) -> ScenarioReply:
    """Put a scenario before your agents."""
    simulation = await service.set_scenario(ctx, draft)
    return ScenarioReply(
        message="Scenario set.",
        scenario=simulation.scenario,
        scenario_name=simulation.scenario_name or "",
        state=StateReply.of(simulation, ctx.now()),
    )


@router.post("/start", responses=tells(BlankScenario))
async def start(ctx: Ctx, draft: StartDraft | None = None) -> StartReply:
    """Begin a new run; the rounds so far become the archive."""
    simulation = await service.start(ctx, draft or StartDraft())
    return StartReply(
        message="Simulation started.",
        state=StateReply.of(simulation, ctx.now()),
        time_limit_active=simulation.time_limit_hours is not None,
        time_limit_display=simulation.time_limit_display,
    )
