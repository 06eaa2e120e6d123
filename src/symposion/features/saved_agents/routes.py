"""Saved agents over HTTP."""

from symposion.core.errors import NotFound
from symposion.features.archetypes.errors import UnknownArchetype
from symposion.features.saved_agents import service
from symposion.features.saved_agents.errors import LibraryFull
from symposion.features.saved_agents.models import SavedAgentChanges, SavedAgentDraft
from symposion.features.saved_agents.wire import FavoriteReply, SavedAgentReply
from symposion.web.deps import Ctx
from symposion.web.problems import tells
from symposion.web.replies import Message
from symposion.web.routing import room

router = room("/saved-agents", "saved agents")


@router.get("")
async def list_saved(ctx: Ctx) -> list[SavedAgentReply]:
    """List your saved agents, newest first."""
    return [SavedAgentReply.of(saved) for saved in await service.list_saved(ctx)]


@router.post("", responses=tells(UnknownArchetype, LibraryFull))
async def save_agent(ctx: Ctx, draft: SavedAgentDraft) -> SavedAgentReply:
    """Put an agent into your library."""
    return SavedAgentReply.of(await service.save_agent(ctx, draft))


@router.put("/{saved_id}", responses=tells(NotFound, UnknownArchetype))
async def change_saved(ctx: Ctx, saved_id: str, changes: SavedAgentChanges) -> SavedAgentReply:
    """Change one of your saved agents; what is not sent stays."""
    return SavedAgentReply.of(await service.change_saved(ctx, saved_id, changes))


@router.put("/{saved_id}/favorite", responses=tells(NotFound))
async def toggle_favorite(ctx: Ctx, saved_id: str) -> FavoriteReply:
    """Make a saved agent a favorite, or none if it is one."""
    return FavoriteReply.of(await service.toggle_favorite(ctx, saved_id))


@router.delete("/{saved_id}", responses=tells(NotFound))
async def delete_saved(ctx: Ctx, saved_id: str) -> Message:
    """Take an agent out of your library; simulations keep theirs."""
    await service.delete_saved(ctx, saved_id)
    return Message(message="The saved agent is deleted.")
