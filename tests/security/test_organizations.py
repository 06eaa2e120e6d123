"""Who may do what in an organization; and whatever check is left out of it is missed (T2, T3m)."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from fastapi import FastAPI
from links import clear, link_differences, share_differences
from matrix import differences
from roles import role_differences, untried
from schemas import Operation, operations

from symposion.app import create_app
from symposion.context import Context, Ports
from symposion.core.errors import NotFound
from symposion.features.organizations import door, invitations, service, sharing
from symposion.features.organizations.models import INVITATIONS, MEMBERSHIPS, Share
from symposion.features.organizations.rights import RIGHTS
from symposion.ports.store import Kind


async def test_each_role_may_what_it_may_and_nothing_else(app: FastAPI, ports: Ports):
    assert await role_differences(app, ports) == []


def test_every_operation_is_tried_in_every_role():
    assert untried() == set()


def test_the_matrix_of_foreign_ids_knows_organizations():
    assert len(inside()) >= 20


async def test_a_link_is_worth_what_it_says(app: FastAPI, ports: Ports):
    assert await link_differences(app, ports) == []


async def test_a_share_shows_one_thing(app: FastAPI, ports: Ports):
    assert await share_differences(app, ports) == []


@cache
def inside() -> list[Operation]:
    """Return all operations in an organization."""
    document = create_app().openapi()
    return [o for o in operations(document) if "{organization_id}" in o.path]


async def all_differences(app: FastAPI, ports: Ports) -> list[str]:
    """Return what the first of all checks to notice says; a house that breaks down is noticed."""
    checks: list[Callable[[FastAPI, Ports], Any]] = [
        link_differences,
        share_differences,
        role_differences,
    ]
    for check in checks:
        await clear(ports)
        try:
            if found := await check(app, ports):
                return found
        except (AssertionError, LookupError, TypeError, ValueError) as broken:
            return [f"{check.__name__}: {broken!r}"]
    return []


async def foreign_differences(app: FastAPI) -> list[str]:
    for operation in inside():
        try:
            if found := await differences(app, operation):
                return found
        except AssertionError as broken:
            return [f"{operation}: {broken}"]
    return []


Planted = tuple[Any, str, Any]


async def _owner(*_: object) -> str:
    return "owner"


def _members_right(_: str) -> str:
    return "manage-members"


async def _nothing(*_: object) -> None:
    return None


def _need_nothing(*_: object) -> None:
    return None


async def _anybody(ctx: Context, organization_id: str, _: Any) -> door.Inside:
    within = door.room_of(ctx, organization_id)
    organization = await within.own(door.ORGANIZATIONS).get(organization_id)
    return door.Inside(organization, "owner", within, ctx)


async def _any_invitation(ctx: Context, _: str) -> Any:
    found = await ctx.everyones(INVITATIONS).find({}, limit=1)
    return found[0] if found else None


async def _claim_always(within: Context, invitation: Any) -> None:
    user_id = within.actor.user_id
    await within.own(INVITATIONS).update(invitation.id, lambda old: old.but(used_by=user_id))


async def _any_share(inside: Any, sort: str, target_id: str) -> Share:
    """Return a share of whatever is asked for, if anything is shared."""
    found = await inside.ctx.own(sharing.SHARES).find({"sort": sort}, limit=1)
    if not found:
        raise NotFound
    return found[0].but(target_id=target_id)


async def _forget_half(within: Context, user_id: str) -> None:
    await within.own(MEMBERSHIPS).delete({"user_id": user_id})


def _with(*rights: str) -> dict[str, Any]:
    return {role: held | set(rights) for role, held in RIGHTS.items()}


FAULTS: dict[str, list[Planted]] = {
    "nobody looks at memberships": [(door, "role_in", _owner)],
    "the door lets anybody in": [
        (module, "enter", _anybody) for module in (service, invitations, sharing, door)
    ],
    "roles are not looked at": [(door.Inside, "need", _need_nothing)],
    "any token opens": [
        (door, "find_invitation", _any_invitation),
        (invitations, "find_invitation", _any_invitation),
    ],
    "a link lets in many": [(invitations, "_claim", _claim_always)],
    "a link outlives the rights of its maker": [(invitations, "_check_maker", _nothing)],
    "a share shows more than one thing": [(sharing, "_share_of", _any_share)],
    "who leaves leaves things behind": [(service, "forget_member", _forget_half)],
    "the owner may be managed": [(service, "_manageable", _owner)],
    "admins count as members": [(service, "right_over", _members_right)],
} | {
    f"everybody holds {right}": [(door, "RIGHTS", _with(right))]
    for right in sorted(RIGHTS["owner"] - RIGHTS["viewer"])
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_check_that_is_left_out_is_missed(
    fault: str, app: FastAPI, ports: Ports, monkeypatch: pytest.MonkeyPatch
):
    for where, name, instead in FAULTS[fault]:
        monkeypatch.setattr(where, name, instead)

    assert await all_differences(app, ports) != []


@pytest.mark.parametrize("name", ["memberships", "invitations", "shares", "agents", "simulations"])
async def test_a_bound_that_is_left_out_is_missed(
    name: str, app: FastAPI, ports: Ports, monkeypatch: pytest.MonkeyPatch
):
    bounded = Context.own

    def own(ctx: Context, kind: Kind[Any]) -> Any:
        return ctx.everyones(kind) if kind.name == name else bounded(ctx, kind)

    monkeypatch.setattr(Context, "own", own)

    assert await all_differences(app, ports) != [] or await foreign_differences(app) != []


async def test_a_membership_that_nobody_looks_at_is_noticed_by_strangers(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(door, "role_in", _owner)

    assert await foreign_differences(app) != []
