"""What is kept of an organization: itself, its members, open invitations, and what is shared.

The id of an organization is the tenant of everything in it; what a member owns stays in the tenant
of their own account.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from symposion.core.documents import Owned, Timestamp
from symposion.core.numbers import WHOLE
from symposion.core.texts import Name
from symposion.features.organizations.rights import GivenRole
from symposion.ports.store import Kind

ORGANIZATIONS_LIMIT = 20
"""Most organizations one account may be in."""

MEMBERS_LIMIT = 200
"""Most people in an organization, its owner included."""

INVITATIONS_LIMIT = 50
"""Most invitations of an organization that are open at a time."""

SHARES_LIMIT = 1_000
"""Most things that are shared with an organization."""

Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Organization(Owned):
    """A tenant that several accounts work in.

    Attributes:
        tenant_id: The same as the id.
        user_id: Its owner, whatever a membership says: there is always exactly one.
    """

    name: str


class Membership(Owned):
    """That somebody is in an organization. An owner need not have one.

    Attributes:
        user_id: Who.
        role: What it says of the owner counts once they have handed over.
    """

    role: GivenRole


class Invitation(Owned):
    """A link that lets one person in.

    Attributes:
        user_id: Who made it. It is worth no more than what they may do when it is used.
        token_hash: SHA-256 of the token in the link, in hexadecimal.
        used_by: Who came in by it; it is kept so that they may ask again. Empty while it is open.
    """

    role: GivenRole
    token_hash: str = Field(repr=False)
    used_by: str = ""
    expires_at: Timestamp


class Share(Owned):
    """That the organization may look at one thing of one member; nothing of the thing is copied.

    Attributes:
        user_id: Whose thing it is, and who shares it.
        home_id: The tenant the thing is kept in.
        sort: Name of its kind, as in `SHAREABLE`.
        target_id: Its id.
    """

    home_id: str
    sort: str
    target_id: str


ORGANIZATIONS = Kind(
    "organizations", Organization, bounds=("tenant_id",), indexes=(("user_id", "created_at"),)
)
MEMBERSHIPS = Kind(
    "memberships",
    Membership,
    bounds=("tenant_id",),
    indexes=(("user_id", "created_at"), ("tenant_id", "created_at")),
    unique=(("tenant_id", "user_id"),),
)
INVITATIONS = Kind(
    "invitations",
    Invitation,
    bounds=("tenant_id",),
    indexes=(("tenant_id", "created_at"), ("user_id",), ("used_by",), ("expires_at",)),
    unique=(("token_hash",),),
)
SHARES = Kind(
    "shares",
    Share,
    bounds=("tenant_id",),
    indexes=(("tenant_id", "sort", "created_at"), ("user_id", "created_at")),
    unique=(("tenant_id", "sort", "target_id"),),
)


CONTENTS: tuple[Kind[Any], ...] = (INVITATIONS, MEMBERSHIPS, SHARES)
"""All that is kept within an organization, in the order in which it goes with it: who joins or
shares meanwhile looks afterwards whether the earlier of these are still there."""


class OrganizationDraft(BaseModel):
    """What an organization is called."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name


class RoleDraft(BaseModel):
    """What a member is to be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: GivenRole


class Handover(BaseModel):
    """The member who is to be the owner."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user_id: Id


class InvitationDraft(BaseModel):
    """What the invited will be, and for how many days the link is good."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: GivenRole
    expires_in_days: Annotated[int, Field(ge=1, le=30, strict=True), WHOLE] = 7


class Ticket(BaseModel):
    """The token of an invitation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(repr=False)


class AgentChoice(BaseModel):
    """One of your agents."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agent_id: Id


class SimulationChoice(BaseModel):
    """Your simulation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    simulation_id: Id
