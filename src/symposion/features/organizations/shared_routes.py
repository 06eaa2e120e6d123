"""What is shared in organizations, over HTTP; under ``/api/v1`` only."""

from symposion.core.errors import NotFound
from symposion.features.agents.errors import RosterFull
from symposion.features.agents.wire import AgentReply
from symposion.features.conversations.wire import RoundReply
from symposion.features.organizations import sharing
from symposion.features.organizations.errors import RoleForbids, SharesFull
from symposion.features.organizations.models import AgentChoice, SimulationChoice
from symposion.features.organizations.wire import (
    SharedAgentReply,
    SharedAgentRow,
    SharedSimulationReply,
)
from symposion.web.deps import Ctx
from symposion.web.problems import tells
from symposion.web.replies import Message
from symposion.web.routing import room

versioned = room("/organizations/{organization_id}", "organizations")

_IN = tells(NotFound, RoleForbids)
_SHARES = tells(NotFound, RoleForbids, SharesFull)


@versioned.post("/agents", responses=_SHARES)
async def share_agent(ctx: Ctx, organization_id: str, choice: AgentChoice) -> SharedAgentReply:
    """Show one of your agents to an organization; it stays yours, and is shown as it is."""
    shared = await sharing.share(ctx, organization_id, "agents", choice.agent_id)
    return SharedAgentReply.of(shared)


@versioned.get("/agents", responses=_IN)
async def list_agents(ctx: Ctx, organization_id: str) -> list[SharedAgentRow]:
    """List the agents that members share, newest first."""
    found = await sharing.list_shared(ctx, organization_id, "agents")
    return [SharedAgentRow.of(shared) for shared in found]


@versioned.get("/agents/{agent_id}", responses=_IN)
async def read_agent(ctx: Ctx, organization_id: str, agent_id: str) -> SharedAgentReply:
    """Read a shared agent, as it is now."""
    found = await sharing.read_shared(ctx, organization_id, "agents", agent_id)
    return SharedAgentReply.of(found)


@versioned.delete("/agents/{agent_id}", responses=_IN)
async def unshare_agent(ctx: Ctx, organization_id: str, agent_id: str) -> Message:
    """Stop showing an agent; yours, or as an admin anybody's."""
    await sharing.unshare(ctx, organization_id, "agents", agent_id)
    return Message(message="The agent is not shared any more.")


@versioned.post("/agents/{agent_id}/copy", responses=tells(NotFound, RoleForbids, RosterFull))
async def copy_agent(ctx: Ctx, organization_id: str, agent_id: str) -> AgentReply:
    """Add a copy of a shared agent to your own agents."""
    return AgentReply.of(await sharing.copy_agent(ctx, organization_id, agent_id))


@versioned.post("/simulations", responses=_SHARES)
async def share_simulation(
    ctx: Ctx, organization_id: str, choice: SimulationChoice
) -> SharedSimulationReply:
    """Show your simulation, with the rounds of its current run, to an organization."""
    shared = await sharing.share(ctx, organization_id, "simulations", choice.simulation_id)
    return SharedSimulationReply.of(shared)


@versioned.get("/simulations", responses=_IN)
async def list_simulations(ctx: Ctx, organization_id: str) -> list[SharedSimulationReply]:
    """List the simulations that members share, newest first."""
    found = await sharing.list_shared(ctx, organization_id, "simulations")
    return [SharedSimulationReply.of(shared) for shared in found]


@versioned.get("/simulations/{simulation_id}", responses=_IN)
async def read_simulation(
    ctx: Ctx, organization_id: str, simulation_id: str
) -> SharedSimulationReply:
    """Read a shared simulation, as it is now."""
    found = await sharing.read_shared(ctx, organization_id, "simulations", simulation_id)
    return SharedSimulationReply.of(found)


@versioned.delete("/simulations/{simulation_id}", responses=_IN)
async def unshare_simulation(ctx: Ctx, organization_id: str, simulation_id: str) -> Message:
    """Stop showing a simulation; yours, or as an admin anybody's."""
    await sharing.unshare(ctx, organization_id, "simulations", simulation_id)
    return Message(message="The simulation is not shared any more.")


@versioned.get("/simulations/{simulation_id}/conversations", responses=_IN)
async def list_rounds(ctx: Ctx, organization_id: str, simulation_id: str) -> list[RoundReply]:
    """List the rounds of the current run of a shared simulation, oldest first."""
    found = await sharing.list_rounds(ctx, organization_id, simulation_id)
    return [RoundReply.of(told) for told in found]
