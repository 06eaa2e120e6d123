"""What can be done with organizations and their members."""

from dataclasses import dataclass
from datetime import datetime

from symposion.context import Context
from symposion.core.errors import Duplicate, NotFound
from symposion.features.accounts.models import Account
from symposion.features.audit.service import record
from symposion.features.organizations.door import (
    Inside,
    enter,
    organizations_of,
    role_in,
    room_of,
)
from symposion.features.organizations.errors import OrganizationsFull, OwnerStays, RoleForbids
from symposion.features.organizations.models import (
    CONTENTS,
    INVITATIONS,
    MEMBERS_LIMIT,
    MEMBERSHIPS,
    ORGANIZATIONS,
    ORGANIZATIONS_LIMIT,
    SHARES,
    Membership,
    Organization,
)
from symposion.features.organizations.people import accounts_of
from symposion.features.organizations.rights import GivenRole, Role, right_over


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in an organization; ``email`` is empty for who may not see it."""

    account: Account
    role: Role
    joined_at: datetime
    email: str


async def create_organization(ctx: Context, name: str) -> Organization:
    """Make an organization that the caller owns.

    Raises:
        OrganizationsFull: The caller is in `ORGANIZATIONS_LIMIT` already.
    """
    await check_room_for_another(ctx)
    fresh_id = next(ctx.ids)
    within = room_of(ctx, fresh_id)
    fresh = Organization(**within.owned, id=fresh_id, name=name, created_at=ctx.now())
    try:
        made = await within.own(ORGANIZATIONS).insert(fresh)
    except Duplicate:  # the same request again, under its idempotency key
        return await within.own(ORGANIZATIONS).get(fresh_id)
    await record(within, "organization-made", made.id)
    return made


async def check_room_for_another(ctx: Context) -> None:
    """Raise `OrganizationsFull` if the caller may not be in one more organization.

    Requests at the same moment may each see the last place free; so somebody may be in as many
    organizations too many as they can have requests under way.
    """
    if len(await organizations_of(ctx)) >= ORGANIZATIONS_LIMIT:
        raise OrganizationsFull(f"You are in {ORGANIZATIONS_LIMIT} organizations.")


async def rename_organization(ctx: Context, organization_id: str, name: str) -> Inside:
    """Change the name of an organization. Raises as `enter` does."""
    inside = await enter(ctx, organization_id, "rename")
    organizations = inside.ctx.own(ORGANIZATIONS)
    changed = await organizations.update(organization_id, lambda old: old.but(name=name))
    return Inside(changed, inside.role, inside.ctx, inside.caller)


async def delete_organization(ctx: Context, organization_id: str) -> None:
    """Delete an organization; what its members own stays theirs. Raises as `enter` does."""
    inside = await enter(ctx, organization_id, "delete")
    await raze(inside.ctx)


async def raze(within: Context) -> None:
    """Delete the organization that ``within`` is bound to.

    The organization goes last: should the process end on the way, its owner still sees it and
    deletes it again.
    """
    for kind in CONTENTS:
        await within.own(kind).delete({})
    await within.own(ORGANIZATIONS).delete({})
    await within.own(SHARES).delete({})  # of an owner who shared while deleting
    await record(within, "organization-deleted", within.actor.tenant_id)


async def list_members(ctx: Context, organization_id: str) -> list[Member]:
    """Return everybody in an organization, the owner first, then in order of joining.

    Raises as `enter` does.
    """
    inside = await enter(ctx, organization_id, "read")
    owner = inside.organization.user_id
    joined: dict[str, tuple[Role, datetime]] = {owner: ("owner", inside.organization.created_at)}
    memberships = inside.ctx.own(MEMBERSHIPS)
    for found in await memberships.find(order="created_at", limit=MEMBERS_LIMIT + 1):
        role: Role = "owner" if found.user_id == owner else found.role
        joined[found.user_id] = (role, found.created_at)
    accounts = await accounts_of(ctx, joined)
    emails = inside.may("see-emails")
    return [
        Member(accounts[who], role, since, accounts[who].email if emails else "")
        for who, (role, since) in joined.items()
        if who in accounts
    ]


async def change_role(ctx: Context, organization_id: str, user_id: str, role: GivenRole) -> None:
    """Give a member another role.

    Raises:
        NotFound: As `enter` does, or there is no such member.
        RoleForbids: The caller may not manage members; or it is about an admin, and the caller is
            not the owner.
        OwnerStays: It is the owner.
    """
    inside = await enter(ctx, organization_id, "manage-members")
    inside.need(right_over(await _manageable(inside, user_id)))
    memberships = inside.ctx.own(MEMBERSHIPS)

    def changed(old: Membership) -> Membership:
        inside.need(right_over(old.role))  # it may have become an admin's meanwhile
        return old.but(role=role)

    for found in await memberships.find({"user_id": user_id}, limit=1):
        await memberships.update(found.id, changed)
    await record(inside.ctx, "role-changed", user_id)


async def remove_member(ctx: Context, organization_id: str, user_id: str) -> None:
    """Remove a member; what they shared goes with them. Raises as `change_role` does."""
    inside = await enter(ctx, organization_id, "manage-members")
    inside.need(right_over(await _manageable(inside, user_id)))
    await forget_member(inside.ctx, user_id)
    await record(inside.ctx, "member-removed", user_id)


async def leave(ctx: Context, organization_id: str) -> None:
    """Take the caller, and what they shared, out of an organization.

    Raises:
        NotFound: As `enter` does.
        OwnerStays: The caller owns it.
    """
    inside = await enter(ctx, organization_id, "read")
    if inside.role == "owner":
        raise OwnerStays
    await forget_member(inside.ctx, ctx.actor.user_id)
    await record(inside.ctx, "member-removed", ctx.actor.user_id)


async def forget_member(within: Context, user_id: str) -> None:
    """Delete whatever ties somebody to the organization that ``within`` is bound to.

    The order closes every gap: who uses an invitation, or shares, meanwhile looks afterwards
    whether the invitation, or the membership, is still there.
    """
    invitations = within.own(INVITATIONS)
    await invitations.delete({"used_by": user_id})
    await invitations.delete({"user_id": user_id})
    await within.own(MEMBERSHIPS).delete({"user_id": user_id})
    await within.own(SHARES).delete({"user_id": user_id})


async def transfer(ctx: Context, organization_id: str, user_id: str) -> Organization:
    """Make a member the owner; the caller becomes an admin.

    One change of one document decides: before it the caller is the owner, after it the other is.

    Raises:
        NotFound: As `enter` does, or there is no such member.
        RoleForbids: The caller is not the owner, or not any more.
    """
    inside = await enter(ctx, organization_id, "transfer")
    if user_id == ctx.actor.user_id:
        return inside.organization
    await _manageable(inside, user_id)
    await _become_admin(inside)

    def handed_over(old: Organization) -> Organization:
        if old.user_id != ctx.actor.user_id:
            raise RoleForbids
        return old.but(user_id=user_id)

    changed = await inside.ctx.own(ORGANIZATIONS).update(organization_id, handed_over)
    await record(inside.ctx, "ownership-transferred", user_id)
    return changed


async def _become_admin(inside: Inside) -> None:
    """Make sure of what the owner will be afterwards; until then it says nothing."""
    memberships = inside.ctx.own(MEMBERSHIPS)
    since = inside.organization.created_at
    try:
        await memberships.insert(Membership(**inside.ctx.owned, role="admin", created_at=since))
    except Duplicate:
        (mine,) = await memberships.find({"user_id": inside.ctx.actor.user_id}, limit=1)
        await memberships.update(mine.id, lambda old: old.but(role="admin"))


async def _manageable(inside: Inside, user_id: str) -> Role:
    """Return the role of a member. Raises `NotFound`, and `OwnerStays` if it is the owner."""
    role = await role_in(inside.ctx, inside.organization, user_id)
    if role is None:
        raise NotFound
    if role == "owner":
        raise OwnerStays
    return role
