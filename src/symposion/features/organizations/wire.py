"""Organizations as their members see them."""

from typing import Self

from pydantic import BaseModel

from symposion.core.documents import Timestamp
from symposion.engine.persona import Archetype, Traits
from symposion.features.organizations.models import Invitation, Organization
from symposion.features.organizations.rights import GivenRole, Role
from symposion.features.organizations.service import Member
from symposion.features.organizations.sharing import Shared


class OrganizationReply(BaseModel):
    """An organization; ``role`` is that of who asks."""

    id: str
    name: str
    owner_id: str
    role: Role
    created_at: Timestamp

    @classmethod
    def of(cls, organization: Organization, role: Role) -> Self:
        """Return what is told of ``organization``."""
        return cls(
            id=organization.id,
            name=organization.name,
            owner_id=organization.user_id,
            role=role,
            created_at=organization.created_at,
        )


class MemberReply(BaseModel):
    """Somebody in an organization; ``email`` is null for who may not see it."""

    user_id: str
    name: str
    role: Role
    active: bool
    joined_at: Timestamp
    email: str | None

    @classmethod
    def of(cls, member: Member) -> Self:
        """Return what is told of ``member``."""
        return cls(
            user_id=member.account.id,
            name=member.account.name,
            role=member.role,
            active=member.account.active,
            joined_at=member.joined_at,
            email=member.email or None,
        )


class InvitationReply(BaseModel):
    """An open invitation; its link is not told again."""

    id: str
    role: GivenRole
    made_by: str
    created_at: Timestamp
    expires_at: Timestamp

    @classmethod
    def of(cls, invitation: Invitation) -> Self:
        """Return what is told of ``invitation``."""
        return cls(
            id=invitation.id,
            role=invitation.role,
            made_by=invitation.user_id,
            created_at=invitation.created_at,
            expires_at=invitation.expires_at,
        )


class NewInvitationReply(InvitationReply):
    """An invitation just made: the only time its token and link are told."""

    token: str
    link: str


class _SharedReply(BaseModel):
    id: str
    shared_by: str
    shared_by_id: str
    shared_at: Timestamp


def _sharing(shared: Shared) -> dict[str, object]:
    return {
        "id": shared.share.target_id,
        "shared_by": shared.by,
        "shared_by_id": shared.share.user_id,
        "shared_at": shared.share.created_at,
    }


class SharedAgentRow(_SharedReply):
    """A shared agent in a list."""

    name: str
    archetype: Archetype
    goal: str
    expertise: str

    @classmethod
    def of(cls, shared: Shared) -> Self:
        """Return what is told of a shared agent."""
        told = shared.thing.model_dump(include=set(cls.model_fields))
        return cls.model_validate(told | _sharing(shared))


class SharedAgentReply(SharedAgentRow):
    """A shared agent, whole."""

    personality: Traits
    background: str
    memory_summary: str
    avatar_url: str
    avatar_prompt: str


class SharedSimulationReply(_SharedReply):
    """Where a shared simulation stands."""

    is_active: bool
    scenario: str
    scenario_name: str | None
    current_day: int
    current_time_period: str
    language: str

    @classmethod
    def of(cls, shared: Shared) -> Self:
        """Return what is told of a shared simulation."""
        told = shared.thing.model_dump(include=set(cls.model_fields))
        return cls.model_validate(told | _sharing(shared))
