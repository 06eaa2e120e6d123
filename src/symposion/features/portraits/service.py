"""What can be done with portraits."""

from base64 import b64encode
from hashlib import sha256
from secrets import token_urlsafe

import structlog

from symposion.context import Context, Ports
from symposion.core.errors import Duplicate, TooMany
from symposion.features.portraits.budget import reserve
from symposion.features.portraits.models import PORTRAITS, PORTRAITS_LIMIT, Portrait
from symposion.ports.images import Image, ImageFailed, Sitter

ID_BYTES = 24

_log = structlog.get_logger("symposion.portraits")


async def portray(ctx: Context, text: str, sitter: Sitter) -> Portrait:
    """Have a portrait made of whom ``text`` names or describes, and keep it.

    Raises:
        ImageFailed: Nobody made one.
        ImageBudgetExhausted: It would have been paid for, and no more may be today.
    """
    if ctx.images is None:
        raise ImageFailed("This server makes no images.")
    if ctx.images.paid:
        await reserve(ctx)
    return await _keep(ctx, await ctx.images.draw(text, sitter))


async def offered(ctx: Context, text: str, home: str) -> str:
    """Return the address of a portrait that is nice to have; empty if none can be had.

    An API key that may not spend has none that is paid for.
    """
    spends = ctx.actor.scopes is None or "spend" in ctx.actor.scopes
    if ctx.images is None or (ctx.images.paid and not spends):
        return ""
    try:
        return address_of(await portray(ctx, text, "agent"), home)
    except (ImageFailed, TooMany) as error:
        _log.info("made without a portrait", cause=type(error).__name__)
        return ""


async def show(ports: Ports, portrait_id: str) -> Portrait:
    """Return the portrait called ``portrait_id``, whoever asks. Raises `NotFound`."""
    return await ports.store.collection(PORTRAITS).get(portrait_id)


def address_of(portrait: Portrait, home: str) -> str:
    """Return where browsers that reach us at ``home`` find ``portrait``."""
    return f"{home}/api/v1/portraits/{portrait.id}"


async def _keep(ctx: Context, image: Image) -> Portrait:
    """Keep ``image``, which may be known; beyond `PORTRAITS_LIMIT` the oldest one goes.

    Its name is not one of `Context.ids`, which could be guessed by whoever knows the key of the
    request; made again, the same image is found by its digest.
    """
    portraits, digest = ctx.own(PORTRAITS), sha256(image.data).hexdigest()
    made = Portrait(
        **ctx.owned,
        id=token_urlsafe(ID_BYTES),
        created_at=ctx.now(),
        media=image.media,
        digest=digest,
        data=b64encode(image.data).decode(),
    )
    known = await portraits.find({"digest": digest}, limit=1)
    if known:
        return known[0]
    try:
        await portraits.insert(made)
    except Duplicate:
        return (await portraits.find({"digest": digest}, limit=1))[0]
    if await portraits.count() > PORTRAITS_LIMIT:
        (oldest,) = await portraits.find(order="created_at", limit=1)
        await portraits.delete({"id": oldest.id})
    return made
