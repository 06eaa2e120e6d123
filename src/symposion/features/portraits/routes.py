"""Portraits over HTTP."""

from base64 import b64decode

from fastapi import Request, Response

from symposion.core.errors import NotFound
from symposion.features.accounts.service import own_account
from symposion.features.portraits import service
from symposion.features.portraits.errors import ImageBudgetExhausted
from symposion.features.portraits.models import Portrait
from symposion.features.portraits.wire import (
    AgentAvatarDraft,
    AgentAvatarReply,
    AvatarDraft,
    AvatarReply,
    ProfileAvatarDraft,
    ProfileAvatarReply,
)
from symposion.ports.images import ImageFailed
from symposion.web.addresses import home_of
from symposion.web.deps import Ctx, PortsDep
from symposion.web.problems import tells
from symposion.web.routing import room

router = room("", "portraits")
versioned = room("/portraits", "portraits")
"""Routes beyond the contract, under ``/api/v1`` only."""

_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""An image may stand in pages of other origins; opened by itself, it can do nothing."""

_MEDIA = ("image/svg+xml", "image/png", "image/jpeg", "image/webp")
_BYTES = {"schema": {"type": "string", "format": "binary"}}


@router.post("/avatars/generate", responses=tells(ImageBudgetExhausted))
async def portray_description(ctx: Ctx, request: Request, draft: AvatarDraft) -> AvatarReply:
    """Have a portrait made from a description; when none comes, the reply says why."""
    try:
        portrait = await service.portray(ctx, draft.prompt, "agent")
    except ImageFailed as error:
        return AvatarReply(success=False, error=str(error))
    url = service.address_of(portrait, home_of(request))
    return AvatarReply(success=True, image_url=url, drawn=_is_drawn(portrait))


@router.post("/agents/generate-avatar", responses=tells(ImageFailed, ImageBudgetExhausted))
async def portray_agent(ctx: Ctx, request: Request, draft: AgentAvatarDraft) -> AgentAvatarReply:
    """Have a portrait made for the name of an agent."""
    portrait = await service.portray(ctx, draft.agent_name, "agent")
    return AgentAvatarReply(
        avatar_url=service.address_of(portrait, home_of(request)),
        agent_name=draft.agent_name,
        drawn=_is_drawn(portrait),
    )


@router.post("/auth/generate-profile-avatar", responses=tells(ImageFailed, ImageBudgetExhausted))
async def portray_caller(
    ctx: Ctx, request: Request, draft: ProfileAvatarDraft
) -> ProfileAvatarReply:
    """Have a portrait of yourself made; your profile stays as it is."""
    text = (draft.prompt or "").strip() or (draft.name or "").strip()
    portrait = await service.portray(ctx, text or (await own_account(ctx)).name, "profile")
    return ProfileAvatarReply(
        avatar_url=service.address_of(portrait, home_of(request)), drawn=_is_drawn(portrait)
    )


@versioned.get(
    "/{portrait_id}",
    response_class=Response,
    responses={200: {"content": dict.fromkeys(_MEDIA, _BYTES)}, **tells(NotFound)},
)
async def show_portrait(ports: PortsDep, portrait_id: str) -> Response:
    """Show a portrait to whoever knows its address."""
    portrait = await service.show(ports, portrait_id)
    return Response(b64decode(portrait.data), media_type=portrait.media, headers=_HEADERS)


def _is_drawn(portrait: Portrait) -> bool:
    return portrait.media == "image/svg+xml"
