"""Styles over HTTP; under ``/api/v1`` only."""

from symposion.core.errors import NotFound
from symposion.features.styles import service
from symposion.features.styles.wire import StyleReply
from symposion.web.deps import Ctx
from symposion.web.problems import tells
from symposion.web.routing import room

versioned = room("/agents", "agents")


@versioned.get("/{agent_id}/style", responses=tells(NotFound))
async def read_style(ctx: Ctx, agent_id: str) -> StyleReply:
    """Tell how an agent's traits command it to speak, and how it spoke in your newest rounds."""
    return StyleReply.of(await service.read_style(ctx, agent_id))
