"""Agents over HTTP."""

from typing import Annotated

from fastapi import Body, Request, Response

from symposion.core.errors import NotFound, Outdated
from symposion.features.agents import service
from symposion.features.agents.errors import RosterFull
from symposion.features.agents.models import AgentChanges, AgentDraft, Expertise, MemoryDraft
from symposion.features.agents.wire import (
    AgentIds,
    AgentReply,
    Deleted,
    MemoryAdded,
    MemoryCleared,
)
from symposion.features.archetypes.errors import UnknownArchetype
from symposion.web.addresses import home_of
from symposion.web.deps import Ctx
from symposion.web.etags import (
    TELLS_ETAG,
    TELLS_LIST,
    IfMatch,
    IfNoneMatch,
    is_known,
    stamp,
    tag_of,
)
from symposion.web.problems import tells
from symposion.web.replies import Message
from symposion.web.routing import room

router = room("/agents", "agents")


@router.get("", responses=TELLS_LIST, response_model=list[AgentReply])
async def list_agents(
    ctx: Ctx, response: Response, if_none_match: IfNoneMatch = None
) -> list[AgentReply] | Response:
    """List your agents, in order of creation."""
    agents = await service.list_agents(ctx)
    tag = tag_of(agents)
    if is_known(tag, if_none_match):
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return [AgentReply.of(agent) for agent in agents]


@router.post("", responses={**TELLS_ETAG, **tells(UnknownArchetype, RosterFull)})
async def create_agent(
    ctx: Ctx, request: Request, draft: AgentDraft, response: Response
) -> AgentReply:
    """Add an agent to your simulation."""
    agent = await service.create_agent(ctx, draft, home_of(request))
    stamp(response, agent)
    return AgentReply.of(agent)


@router.post("/bulk-delete", responses=tells(NotFound))
async def delete_agents(ctx: Ctx, agent_ids: Annotated[AgentIds, Body()]) -> Deleted:
    """Delete several agents, all or none; the same id twice counts once."""
    return Deleted.of(await service.delete_agents(ctx, agent_ids))


@router.delete("/bulk", responses=tells(NotFound))
async def delete_agents_in_bulk(ctx: Ctx, agent_ids: Annotated[AgentIds, Body()]) -> Deleted:
    """Delete several agents, all or none; the same as `POST /agents/bulk-delete`."""
    return Deleted.of(await service.delete_agents(ctx, agent_ids))


@router.get("/{agent_id}", responses={**TELLS_ETAG, **tells(NotFound)})
async def read_agent(ctx: Ctx, agent_id: str, response: Response) -> AgentReply:
    """Read one of your agents."""
    agent = await service.read_agent(ctx, agent_id)
    stamp(response, agent)
    return AgentReply.of(agent)


@router.put("/{agent_id}", responses={**TELLS_ETAG, **tells(NotFound, UnknownArchetype, Outdated)})
async def change_agent(
    ctx: Ctx, agent_id: str, changes: AgentChanges, versions: IfMatch, response: Response
) -> AgentReply:
    """Change one of your agents; what is not sent stays."""
    agent = await service.change_agent(ctx, agent_id, changes, versions)
    stamp(response, agent)
    return AgentReply.of(agent)


@router.delete("/{agent_id}", responses=tells(NotFound, Outdated))
async def delete_agent(ctx: Ctx, agent_id: str, versions: IfMatch) -> Message:
    """Delete one of your agents; what it said stays."""
    await service.delete_agent(ctx, agent_id, versions)
    return Message(message="The agent is deleted.")


@router.put("/{agent_id}/expertise", responses={**TELLS_ETAG, **tells(NotFound)})
async def set_expertise(
    ctx: Ctx, agent_id: str, draft: Expertise, response: Response
) -> AgentReply:
    """Say what one of your agents knows about."""
    agent = await service.set_expertise(ctx, agent_id, draft.expertise)
    stamp(response, agent)
    return AgentReply.of(agent)


@router.post("/{agent_id}/add-memory", responses=tells(NotFound))
async def add_memory(ctx: Ctx, agent_id: str, draft: MemoryDraft) -> MemoryAdded:
    """Let an agent remember one thing more; about the last 1,000 characters are kept."""
    agent = await service.add_memory(ctx, agent_id, draft.memory)
    return MemoryAdded(
        message="The memory is added.", agent_id=agent.id, updated_memory=agent.memory_summary
    )


@router.post("/{agent_id}/clear-memory", responses=tells(NotFound))
async def clear_memory(ctx: Ctx, agent_id: str) -> MemoryCleared:
    """Let an agent forget all it brought along."""
    await service.clear_memory(ctx, agent_id)
    return MemoryCleared(message="The memory is cleared.", agent_id=agent_id)
