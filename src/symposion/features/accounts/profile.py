"""What can be done with one's own account: profile, e-mail address, password."""

import base64
import binascii
import re
from collections.abc import Mapping

from symposion.context import Context
from symposion.core.errors import Duplicate
from symposion.features.accounts.errors import (
    BadPicture,
    EmailNotChanged,
    EmailTaken,
    WrongPassword,
)
from symposion.features.accounts.models import ACCOUNTS, PICTURES, STORED, Account, Picture
from symposion.features.accounts.sessions import end_other_sessions
from symposion.features.audit.service import record

PICTURE_LIMIT = 5 * 1024 * 1024
"""Most bytes of a picture, decoded (HTTP contract 3)."""

ADDRESS_LIMIT = 8_000

_MAGIC = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
"""How the files of each type begin, whatever they claim to be."""


async def change_profile(
    ctx: Context, name: str, email: str | None, changes: Mapping[str, str]
) -> None:
    """Change the caller's name, and what ``changes`` holds of "bio" and "picture".

    Raises:
        EmailNotChanged: ``email`` is not the caller's.
        BadPicture: The picture is neither an image that we keep, nor a web address, nor empty.
    """
    own = await ctx.own(ACCOUNTS).get(ctx.actor.user_id)
    if email and email.strip().casefold() != own.email:
        raise EmailNotChanged
    fields = {"name": name, **changes}
    if "picture" in fields:
        fields["picture"] = await _kept_picture(ctx, fields["picture"])
    await ctx.own(ACCOUNTS).update(own.id, lambda old: old.but(**fields))
    if fields.get("picture", STORED) != STORED:
        await ctx.own(PICTURES).delete({})


async def _kept_picture(ctx: Context, picture: str) -> str:
    """Keep ``picture`` if it is a data URL; return what stands for it in the account."""
    if not picture.startswith("data:"):
        if picture and not re.match(r"https?://[^\s]+\Z", picture[: ADDRESS_LIMIT + 1]):
            raise BadPicture
        if len(picture) > ADDRESS_LIMIT:
            raise BadPicture
        return picture
    data = checked_image(picture)
    pictures = ctx.own(PICTURES)
    try:
        await pictures.insert(Picture(**ctx.owned, data=data, created_at=ctx.now()))
    except Duplicate:
        (kept,) = await pictures.find(limit=1)
        await pictures.update(kept.id, lambda old: old.but(data=data))
    return STORED


def checked_image(url: str) -> str:
    """Return the data URL ``url`` with the type that its bytes show.

    Raises:
        BadPicture: It holds none of the types we keep, or too much.
    """
    head, _, text = url.partition(",")
    if not head.endswith(";base64") or len(text) > PICTURE_LIMIT * 4 // 3 + 4:
        raise BadPicture
    try:
        image = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadPicture from None
    shows = [media for media, magic in _MAGIC.items() if magic.match(image)]
    if not shows or len(image) > PICTURE_LIMIT:
        raise BadPicture
    return f"data:{shows[0]};base64,{text}"


async def change_email(ctx: Context, password: str, email: str) -> None:
    """Change the address the caller signs in with to ``email``, in its one spelling.

    Raises:
        WrongPassword: ``password`` is not the caller's, or the caller has none.
        EmailTaken: Somebody has it already.
        HashingBusy: Too many passwords are being checked.
    """
    own = await proven(ctx, password)
    try:
        await ctx.own(ACCOUNTS).update(own.id, lambda old: _same(old, own).but(email=email))
    except Duplicate:
        raise EmailTaken from None
    await record(ctx, "email-changed")


async def change_password(ctx: Context, password: str, new: str) -> None:
    """Change the caller's password to one that may be chosen; end all their other sessions.

    Raises:
        WrongPassword: ``password`` is not the caller's, or the caller has none.
        HashingBusy: Too many passwords are being checked.
    """
    own = await proven(ctx, password)
    kept = await ctx.passwords.hash(new)
    await ctx.own(ACCOUNTS).update(own.id, lambda old: _same(old, own).but(password_hash=kept))
    await end_other_sessions(ctx)
    await record(ctx, "password-changed")


async def proven(ctx: Context, password: str) -> Account:
    """Return the caller's account if ``password`` opens it. Raises `WrongPassword`."""
    own = await ctx.own(ACCOUNTS).get(ctx.actor.user_id)
    if not await ctx.passwords.verify(password, own.password_hash):
        await record(ctx, "password-refused")
        raise WrongPassword
    return own


def _same(now: Account, then: Account) -> Account:
    """Return ``now``, unless its password was changed since ``then``."""
    if now.password_hash != then.password_hash:
        raise WrongPassword
    return now
