"""How people come into an organization: a link that works once."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from symposion.context import Context
from symposion.core.errors import Duplicate, NotFound
from symposion.features.audit.service import record
from symposion.features.organizations.door import enter, find_invitation, role_in, room_of
from symposion.features.organizations.errors import (
    BadInvitation,
    InvitationsFull,
    MembersFull,
)
from symposion.features.organizations.models import (
    INVITATIONS,
    INVITATIONS_LIMIT,
    MEMBERS_LIMIT,
    MEMBERSHIPS,
    ORGANIZATIONS,
    Invitation,
    InvitationDraft,
    Membership,
    Organization,
)
from symposion.features.organizations.rights import RIGHTS
from symposion.features.organizations.service import check_room_for_another
from symposion.ports.store import Range, Where

TOKEN_BYTES = 32
"""Random bytes in a link: nobody guesses them, so a plain hash of them may be kept."""


async def invite(
    ctx: Context, organization_id: str, draft: InvitationDraft
) -> tuple[Invitation, str]:
    """Make a link that lets one person in; return it with its token, which is not kept.

    Raises:
        InvitationsFull: `INVITATIONS_LIMIT` are open already; requests at the same moment may go
            past it by one each.
        NotFound, RoleForbids: As `enter` does.
    """
    inside = await enter(ctx, organization_id, "invite")
    invitations, now = inside.ctx.own(INVITATIONS), ctx.now()
    if await invitations.count(_open(now)) >= INVITATIONS_LIMIT:
        raise InvitationsFull(f"{INVITATIONS_LIMIT} invitations are open; revoke one of them.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    fresh = Invitation(
        **inside.ctx.owned,
        role=draft.role,
        token_hash=digest(token),
        created_at=now,
        expires_at=now + timedelta(days=draft.expires_in_days),
    )
    made = await invitations.insert(fresh)
    await record(inside.ctx, "invitation-made", made.id)
    return made, token


def _open(now: datetime) -> Where:
    return {"used_by": "", "expires_at": Range(start=now)}


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode()).hexdigest()


async def list_invitations(ctx: Context, organization_id: str) -> list[Invitation]:
    """Return the open invitations of an organization, newest first. Raises as `enter` does."""
    inside = await enter(ctx, organization_id, "invite")
    return await inside.ctx.own(INVITATIONS).find(_open(ctx.now()), limit=2 * INVITATIONS_LIMIT)


async def revoke(ctx: Context, organization_id: str, invitation_id: str) -> None:
    """Take back an open invitation: its link lets nobody in.

    Raises:
        NotFound: As `enter` does, or no such invitation is open.
        RoleForbids: As `enter` does.
    """
    inside = await enter(ctx, organization_id, "invite")
    if not await inside.ctx.own(INVITATIONS).delete({"id": invitation_id, "used_by": ""}):
        raise NotFound
    await record(inside.ctx, "invitation-revoked", invitation_id)


async def join(ctx: Context, token: str) -> Organization:
    """Let the caller in by the token of an invitation, and return the organization.

    One person gets in by it: the change that claims it is atomic. They may ask again, which
    changes nothing. Who is in already leaves the invitation as it is.

    Raises:
        BadInvitation: The token is none, or was used, revoked or left to expire; or who made it
            may not invite any more.
        OrganizationsFull: The caller may not be in one more organization.
        MembersFull: The organization has `MEMBERS_LIMIT` members. It never has more for longer
            than such a request takes; of those who race for the last place each may be refused.
    """
    invitation = await find_invitation(ctx, digest(token))
    if invitation is None or invitation.expires_at <= ctx.now():
        raise BadInvitation
    within = room_of(ctx, invitation.tenant_id)
    try:
        organization = await within.own(ORGANIZATIONS).get(invitation.tenant_id)
    except NotFound:
        raise BadInvitation from None
    user_id = ctx.actor.user_id
    if invitation.used_by not in {"", user_id}:
        raise BadInvitation
    if await role_in(within, organization, user_id) is not None:
        return organization
    await _check_maker(within, organization, invitation)
    await check_room_for_another(ctx)
    await _claim(within, invitation)
    await _come_in(within, organization, invitation)
    return organization


async def _check_maker(within: Context, organization: Organization, invitation: Invitation) -> None:
    """Raise `BadInvitation` unless who made the invitation may still invite."""
    maker = await role_in(within, organization, invitation.user_id)
    if maker is None or "invite" not in RIGHTS[maker]:
        raise BadInvitation


async def _claim(within: Context, invitation: Invitation) -> None:
    user_id = within.actor.user_id

    def claimed(old: Invitation) -> Invitation:
        if old.used_by not in {"", user_id}:
            raise BadInvitation
        return old.but(used_by=user_id)

    try:
        await within.own(INVITATIONS).update(invitation.id, claimed)
    except NotFound:
        raise BadInvitation from None


async def _come_in(within: Context, organization: Organization, invitation: Invitation) -> None:
    """Make the membership of who holds the claim; take it back if it should not have been.

    Who is removed, or whose invitation is revoked, just
    now loses the invitation first: so it is looked for after the membership was made.
    """
    memberships, invitations = within.own(MEMBERSHIPS), within.own(INVITATIONS)
    fresh = Membership(**within.owned, role=invitation.role, created_at=within.now())
    try:
        made = await memberships.insert(fresh)
    except Duplicate:
        return
    if not await invitations.count({"id": invitation.id}):
        await memberships.delete({"id": made.id})
        raise BadInvitation
    owners = await memberships.count({"user_id": organization.user_id})
    if await memberships.count() - owners + 1 > MEMBERS_LIMIT:
        await memberships.delete({"id": made.id})
        await invitations.update(invitation.id, lambda old: old.but(used_by=""))
        raise MembersFull(f"This organization has {MEMBERS_LIMIT} members.")
    await record(within, "member-joined", invitation.tenant_id)
