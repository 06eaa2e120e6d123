"""Organizations over HTTP: themselves, their members, and invitations; under ``/api/v1`` only."""

from fastapi import Request

from symposion.core.errors import NotFound
from symposion.features.organizations import door, invitations, service
from symposion.features.organizations.errors import (
    BadInvitation,
    InvitationsFull,
    MembersFull,
    OrganizationsFull,
    OwnerStays,
    RoleForbids,
)
from symposion.features.organizations.models import (
    Handover,
    InvitationDraft,
    OrganizationDraft,
    RoleDraft,
    Ticket,
)
from symposion.features.organizations.wire import (
    InvitationReply,
    MemberReply,
    NewInvitationReply,
    OrganizationReply,
)
from symposion.web.addresses import home_of
from symposion.web.deps import Ctx
from symposion.web.problems import tells
from symposion.web.replies import Message
from symposion.web.routing import room

versioned = room("/organizations", "organizations")

_IN = tells(NotFound, RoleForbids)


@versioned.post("", responses=tells(OrganizationsFull))
async def create_organization(ctx: Ctx, draft: OrganizationDraft) -> OrganizationReply:
    """Make an organization of your own."""
    made = await service.create_organization(ctx, draft.name)
    return OrganizationReply.of(made, "owner")


@versioned.get("")
async def list_organizations(ctx: Ctx) -> list[OrganizationReply]:
    """List the organizations you are in, in order of creation."""
    return [OrganizationReply.of(*found) for found in await door.organizations_of(ctx)]


@versioned.post("/join", responses=tells(BadInvitation, OrganizationsFull, MembersFull))
async def join(ctx: Ctx, ticket: Ticket) -> Message:
    """Come into an organization by the token of an invitation: what follows the # of its link."""
    organization = await invitations.join(ctx, ticket.token)
    return Message(message=f"You are in {organization.name}.")


@versioned.get("/{organization_id}", responses=_IN)
async def read_organization(ctx: Ctx, organization_id: str) -> OrganizationReply:
    """Tell of an organization you are in."""
    inside = await door.enter(ctx, organization_id, "read")
    return OrganizationReply.of(inside.organization, inside.role)


@versioned.put("/{organization_id}", responses=_IN)
async def rename_organization(
    ctx: Ctx, organization_id: str, draft: OrganizationDraft
) -> OrganizationReply:
    """Change the name of an organization; for admins."""
    inside = await service.rename_organization(ctx, organization_id, draft.name)
    return OrganizationReply.of(inside.organization, inside.role)


@versioned.delete("/{organization_id}", responses=_IN)
async def delete_organization(ctx: Ctx, organization_id: str) -> Message:
    """Delete an organization at once and for good; what its members own stays theirs."""
    await service.delete_organization(ctx, organization_id)
    return Message(message="The organization is deleted.")


@versioned.get("/{organization_id}/members", responses=_IN)
async def list_members(ctx: Ctx, organization_id: str) -> list[MemberReply]:
    """List who is in an organization; e-mail addresses are for admins."""
    return [MemberReply.of(found) for found in await service.list_members(ctx, organization_id)]


@versioned.put(
    "/{organization_id}/members/{user_id}", responses=tells(NotFound, RoleForbids, OwnerStays)
)
async def change_role(ctx: Ctx, organization_id: str, user_id: str, draft: RoleDraft) -> Message:
    """Give a member another role; for admins, and about admins for the owner."""
    await service.change_role(ctx, organization_id, user_id, draft.role)
    return Message(message="The role is changed.")


@versioned.delete(
    "/{organization_id}/members/{user_id}", responses=tells(NotFound, RoleForbids, OwnerStays)
)
async def remove_member(ctx: Ctx, organization_id: str, user_id: str) -> Message:
    """Remove a member, and what they shared; for admins, and about admins for the owner."""
    await service.remove_member(ctx, organization_id, user_id)
    return Message(message="The member is removed.")


@versioned.post("/{organization_id}/leave", responses=tells(NotFound, OwnerStays))
async def leave(ctx: Ctx, organization_id: str) -> Message:
    """Leave an organization, and take along what you shared."""
    await service.leave(ctx, organization_id)
    return Message(message="You left the organization.")


@versioned.post("/{organization_id}/transfer", responses=_IN)
async def transfer(ctx: Ctx, organization_id: str, handover: Handover) -> Message:
    """Make a member the owner; you become an admin."""
    await service.transfer(ctx, organization_id, handover.user_id)
    return Message(message="The organization has another owner.")


@versioned.post(
    "/{organization_id}/invitations", responses=tells(NotFound, RoleForbids, InvitationsFull)
)
async def invite(
    request: Request, ctx: Ctx, organization_id: str, draft: InvitationDraft
) -> NewInvitationReply:
    """Make a link that lets one person in; it is told this once.

    The token stands behind the # of the link, which browsers send to no server.
    """
    made, token = await invitations.invite(ctx, organization_id, draft)
    link = f"{home_of(request)}/organizations/join#{token}"
    told = InvitationReply.of(made).model_dump()
    return NewInvitationReply(**told, token=token, link=link)


@versioned.get("/{organization_id}/invitations", responses=_IN)
async def list_invitations(ctx: Ctx, organization_id: str) -> list[InvitationReply]:
    """List the open invitations, newest first; for admins."""
    found = await invitations.list_invitations(ctx, organization_id)
    return [InvitationReply.of(invitation) for invitation in found]


@versioned.delete("/{organization_id}/invitations/{invitation_id}", responses=_IN)
async def revoke(ctx: Ctx, organization_id: str, invitation_id: str) -> Message:
    """Take back an invitation that nobody has used; for admins."""
    await invitations.revoke(ctx, organization_id, invitation_id)
    return Message(message="The invitation is revoked.")
