"""Conversations over HTTP."""

from typing import Annotated

from fastapi import Body
from pydantic import BaseModel, ConfigDict

from symposion.core.turnstile import Busy
from symposion.features.conversations import service
from symposion.features.conversations.errors import (
    NobodySpoke,
    NoSimulation,
    NotEnoughAgents,
    RoomWaits,
)
from symposion.features.conversations.wire import RoundReply
from symposion.web.deps import Ctx
from symposion.web.problems import tells
from symposion.web.routing import room

router = room("", "conversations")


class Nothing(BaseModel):
    """An empty object; clients that always send a body send this."""

    model_config = ConfigDict(extra="forbid")


@router.get("/conversations")
async def list_rounds(ctx: Ctx) -> list[RoundReply]:
    """List the rounds of your current run, oldest first."""
    return [RoundReply.of(told) for told in await service.list_rounds(ctx)]


@router.post(
    "/conversation/generate",
    responses=tells(NotEnoughAgents, NoSimulation, RoomWaits, NobodySpoke, Busy),
)
async def generate(ctx: Ctx, _: Annotated[Nothing | None, Body()] = None) -> RoundReply:
    """Play the next round: each of your agents speaks at least once."""
    return RoundReply.of(await service.generate(ctx))
