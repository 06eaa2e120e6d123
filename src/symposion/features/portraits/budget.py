"""What images may cost: counted in the store before somebody is asked who is paid for it."""

from datetime import timedelta

from symposion.context import Context
from symposion.core.errors import Duplicate
from symposion.features.portraits.errors import ImageBudgetExhausted
from symposion.features.portraits.models import IMAGE_DAYS, ImageDay
from symposion.ports.identity import Actor

HOUSE = Actor("server", "server")
"""Owns what is counted of all users together."""

KEPT = timedelta(days=2)


async def reserve(ctx: Context) -> None:
    """Count one image for the caller and one for the server; what fails later stays counted.

    All strangers together are one user.

    Raises:
        ImageBudgetExhausted: One of the two has had as many as a day allows.
    """
    guest = ctx.actor.user_id and "guest" in ctx.actor.roles
    allowed = ctx.allowance
    await _count(ctx, allowed.guest if guest else allowed.user, "you may ask for")
    await _count(ctx.seen_by(HOUSE), allowed.server, "this server makes for all its users together")


async def _count(ctx: Context, limit: int, whose: str) -> None:
    midnight = ctx.now().replace(hour=0, minute=0, second=0, microsecond=0)
    day, left = midnight.date().isoformat(), midnight + timedelta(days=1) - ctx.now()

    def counted(old: ImageDay) -> ImageDay:
        if old.used >= limit:
            said = f"The {limit} images that {whose} in a day are used up; please come back later."
            raise ImageBudgetExhausted(said, retry_after=left.total_seconds())
        return old.but(used=old.used + 1)

    days = ctx.own(IMAGE_DAYS)
    fresh = ImageDay(**ctx.owned, day=day, created_at=ctx.now(), expires_at=midnight + KEPT)
    found = await days.find({"day": day}, limit=1)
    if not found:
        try:
            found = [await days.insert(fresh)]
        except Duplicate:  # somebody else's request was faster
            found = await days.find({"day": day}, limit=1)
    await days.update(found[0].id, counted)
