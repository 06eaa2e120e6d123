"""The one door into an organization: who comes through it sees one tenant, with one role."""

from dataclasses import dataclass, replace

from symposion.context import Context
from symposion.core.errors import NotFound
from symposion.features.organizations.errors import RoleForbids
from symposion.features.organizations.models import (
    INVITATIONS,
    MEMBERSHIPS,
    ORGANIZATIONS,
    Invitation,
    Organization,
)
from symposion.features.organizations.rights import RIGHTS, Right, Role
from symposion.ports.store import OneOf


@dataclass(frozen=True, slots=True)
class Inside:
    """A member inside one organization, for the length of one request.

    Attributes:
        ctx: Bound to the tenant of the organization: nothing outside it can be reached through it.
        caller: The same person in the tenant of their own account.
    """

    organization: Organization
    role: Role
    ctx: Context
    caller: Context

    def may(self, right: Right) -> bool:
        """Say whether the role holds ``right``."""
        return right in RIGHTS[self.role]

    def need(self, right: Right) -> None:
        """Raise `RoleForbids` unless the role holds ``right``."""
        if not self.may(right):
            raise RoleForbids(f"As {self.role} of this organization you may not do this.")


async def enter(ctx: Context, organization_id: str, right: Right) -> Inside:
    """Let the caller into an organization, to do what ``right`` allows.

    Membership and role are read each time, so that who was removed is out at once.

    Raises:
        NotFound: There is no such organization, or the caller is not in it.
        RoleForbids: The caller's role does not hold ``right``.
    """
    within = room_of(ctx, organization_id)
    organization = await within.own(ORGANIZATIONS).get(organization_id)
    role = await role_in(within, organization, ctx.actor.user_id)
    if role is None:
        raise NotFound
    inside = Inside(organization, role, within, ctx)
    inside.need(right)
    return inside


def room_of(ctx: Context, organization_id: str) -> Context:
    """Return what ``ctx`` sees inside the tenant of an organization; nobody has asked who it is."""
    return ctx.seen_by(replace(ctx.actor, tenant_id=organization_id))


async def role_in(within: Context, organization: Organization, user_id: str) -> Role | None:
    """Return the role of somebody in ``organization``; None if they are not in it."""
    if user_id == organization.user_id:
        return "owner"
    found = await within.own(MEMBERSHIPS).find({"user_id": user_id}, limit=1)
    return found[0].role if found else None


async def find_invitation(ctx: Context, token_hash: str) -> Invitation | None:
    """Return the invitation that this is the hash of, whichever organization it leads to."""
    found = await ctx.everyones(INVITATIONS).find({"token_hash": token_hash}, limit=1)
    return found[0] if found else None


async def organizations_of(ctx: Context) -> list[tuple[Organization, Role]]:
    """Return all organizations the caller is in, in order of creation, with their role in each."""
    mine = {"user_id": ctx.actor.user_id}
    owned = await ctx.everyones(ORGANIZATIONS).find(mine, limit=_ALL)
    roles: dict[str, Role] = {}
    for membership in await ctx.everyones(MEMBERSHIPS).find(mine, limit=_ALL):
        roles[membership.tenant_id] = membership.role
    joined = await ctx.everyones(ORGANIZATIONS).find({"id": OneOf(tuple(roles))}, limit=_ALL)
    found = {organization.id: organization for organization in (*owned, *joined)}
    roles |= {organization.id: "owner" for organization in owned}
    return [(found[key], roles[key]) for key in sorted(found)]


_ALL = 1_000
"""More than an account can be in, even if requests raced past the limit."""
