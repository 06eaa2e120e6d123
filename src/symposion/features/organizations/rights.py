"""Who may do what in an organization: one table. Pure."""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

GivenRole: TypeAlias = Literal["viewer", "member", "admin"]
"""A role that is given; the owner's is not given but handed over."""

Role: TypeAlias = Literal["viewer", "member", "admin", "owner"]

Right: TypeAlias = Literal[
    "read",
    "share",
    "copy",
    "rename",
    "invite",
    "see-emails",
    "manage-members",
    "unshare-anything",
    "manage-admins",
    "transfer",
    "delete",
]
"""What can be done.

``manage-members`` is about viewers and members: to give them a role, up to admin, and to remove
them. ``manage-admins`` is the same for admins. Everybody takes back what they shared themselves.
"""

_VIEWER: frozenset[Right] = frozenset({"read"})
_MEMBER: frozenset[Right] = _VIEWER.union(("share", "copy"))
_ADMIN: frozenset[Right] = _MEMBER.union(
    (
        "rename",
        "invite",
        "see-emails",
        "manage-members",
        "unshare-anything",
    )
)

RIGHTS: Mapping[Role, frozenset[Right]] = {
    "viewer": _VIEWER,
    "member": _MEMBER,
    "admin": _ADMIN,
    "owner": frozenset(get_args(Right)),
}


def right_over(role: Role) -> Right:
    """Return what it takes to change or remove somebody of ``role``, who is not the owner."""
    return "manage-admins" if role == "admin" else "manage-members"
