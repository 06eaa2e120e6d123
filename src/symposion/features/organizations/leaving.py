"""What an account leaves behind in organizations, which are tenants of others."""

from typing import Any

from symposion.context import Context
from symposion.features.audit.service import record
from symposion.features.organizations.door import organizations_of, room_of
from symposion.features.organizations.errors import OwnsOrganization
from symposion.features.organizations.models import (
    CONTENTS,
    INVITATIONS,
    MEMBERSHIPS,
    ORGANIZATIONS,
    SHARES,
    Membership,
    Organization,
)
from symposion.features.organizations.service import forget_member, raze

_PAGE = 1_000
_ORDER = {"admin": 0, "member": 1, "viewer": 2}


async def check_may_leave(ctx: Context) -> None:
    """Raise `OwnsOrganization` if others are in an organization that the caller owns."""
    for organization, role in await organizations_of(ctx):
        if role == "owner" and await _others(ctx, organization):
            raise OwnsOrganization(
                f"You own the organization {organization.name!r}, and others are in it: "
                "hand it over, or delete it."
            )


async def erase(ctx: Context) -> None:
    """Delete all that ties the caller to organizations; it refuses nothing and may run twice.

    An organization that the caller owns alone is deleted. One with others, who came in after
    `check_may_leave`, passes to the admin who is in it longest; without admins to the member, and
    without those to the viewer.
    """
    for organization, role in await organizations_of(ctx):
        within = room_of(ctx, organization.id)
        if role == "owner" and not await _passed_on(within, organization):
            await raze(within)
        else:
            await forget_member(within, ctx.actor.user_id)
    theirs = {"user_id": ctx.actor.user_id}
    for kind in CONTENTS:
        await ctx.everyones(kind).delete(theirs)
    await ctx.everyones(INVITATIONS).delete({"used_by": ctx.actor.user_id})


async def _others(ctx: Context, organization: Organization) -> list[Membership]:
    memberships = room_of(ctx, organization.id).own(MEMBERSHIPS)
    found = await memberships.find(order="created_at", limit=_PAGE)
    return [membership for membership in found if membership.user_id != organization.user_id]


async def _passed_on(within: Context, organization: Organization) -> bool:
    others = await _others(within, organization)
    if not others:
        return False
    heir = min(others, key=lambda membership: _ORDER[membership.role])

    def handed_over(old: Organization) -> Organization:
        return old.but(user_id=heir.user_id) if old.user_id == organization.user_id else old

    await within.own(ORGANIZATIONS).update(organization.id, handed_over)
    await record(within, "ownership-transferred", heir.user_id)
    return True


async def export(ctx: Context) -> dict[str, list[dict[str, Any]]]:
    """Return the caller's organizations and what they share there, oldest first, for an export."""
    inside = await organizations_of(ctx)
    shares = await ctx.everyones(SHARES).find(
        {"user_id": ctx.actor.user_id}, order="created_at", limit=_PAGE * len(inside)
    )
    return {
        "organizations": [
            {"id": organization.id, "name": organization.name, "role": role}
            for organization, role in inside
        ],
        "shares": [
            {"organization_id": s.tenant_id, "created_at": s.model_dump(mode="json")["created_at"]}
            | {"sort": s.sort, "id": s.target_id}
            for s in shares
        ],
    }
