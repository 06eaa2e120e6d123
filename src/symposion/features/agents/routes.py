"""Agents over HTTP."""

from symposion.features.agents import service
from symposion.features.agents.errors import RosterFull, UnknownArchetype
from symposion.features.agents.models import AgentDraft
from symposion.features.agents.wire import AgentReply
from symposion.web.deps import Ctx
from symposion.web.problems import tells
from symposion.web.routing import room

router = room("/agents", "agents")


@router.get("")
async def list_agents(ctx: Ctx) -> list[AgentReply]:
    """List your agents, in order of creation."""
    return [AgentReply.of(agent) for agent in await service.list_agents(ctx)]


@router.post("", responses=tells(UnknownArchetype, RosterFull))
async def create_agent(ctx: Ctx, draft: AgentDraft) -> AgentReply:
    """Add an agent to your simulation."""
    return AgentReply.of(await service.create_agent(ctx, draft))
