"""API keys over HTTP."""

from symposion.core.errors import NotFound
from symposion.features.api_keys import service
from symposion.features.api_keys.errors import TooManyKeys
from symposion.features.api_keys.wire import KeyDraft, KeyReply, NewKeyReply
from symposion.web.deps import Ctx
from symposion.web.problems import tells
from symposion.web.replies import Message
from symposion.web.routing import room

versioned = room("/api-keys", "accounts")
"""Routes beyond the contract, under ``/api/v1`` only."""


@versioned.get("")
async def list_keys(ctx: Ctx) -> list[KeyReply]:
    """List your API keys, newest first."""
    return [KeyReply.of(key) for key in await service.list_keys(ctx)]


@versioned.post("", responses=tells(TooManyKeys))
async def make_key(ctx: Ctx, draft: KeyDraft) -> NewKeyReply:
    """Make an API key, to be sent as a bearer token; it is shown this once."""
    key, text = await service.make_key(ctx, draft.name, draft.scopes, draft.life)
    return NewKeyReply.made(key, text)


@versioned.delete("/{key_id}", responses=tells(NotFound))
async def delete_key(ctx: Ctx, key_id: str) -> Message:
    """Delete an API key: it is no good from now on."""
    await service.delete_key(ctx, key_id)
    return Message(message="The key is deleted.")
