"""How work with organizations goes wrong."""

from symposion.core.errors import Conflict, Forbidden, NotFound, TooMany


class RoleForbids(Forbidden):
    """A member asks for what their role does not allow; who is no member is told `NotFound`."""

    code = "role-forbids"
    title = "Your role in this organization does not allow this."


class OwnerStays(Conflict):
    """The owner would leave, be removed, or be given a role."""

    code = "owner-stays"
    title = "An organization always has its owner: hand it over, or delete it."


class OwnsOrganization(Conflict):
    """An account that others depend on would be deleted."""

    code = "owns-organization"
    title = "You own an organization with other members: hand it over, or delete it."


class BadInvitation(NotFound):
    """The link of an invitation lets nobody in; why is not told."""

    code = "bad-invitation"
    title = "This invitation is not valid, or not any more."


class OrganizationsFull(TooMany):
    """The account is in as many organizations as anybody may be."""

    code = "organizations-full"
    title = "You are in as many organizations as one account may be."


class MembersFull(TooMany):
    """The organization has as many members as it may have."""

    code = "members-full"
    title = "This organization has as many members as it may have."


class InvitationsFull(TooMany):
    """As many invitations are open as may be."""

    code = "invitations-full"
    title = "This organization has as many open invitations as it may have."


class SharesFull(TooMany):
    """As much is shared as may be."""

    code = "shares-full"
    title = "As much is shared with this organization as may be."
