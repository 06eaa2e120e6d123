"""T3: whatever two users and an administrator do, nobody gets at what is another's.

``SYMPOSION_TEST_STATEFUL=300x40`` tries 300 stories of 40 steps, other ones each time; without it
there are 60 of 30, always the same.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from machine import SERVERS_OWN, TwoUsers

from symposion.context import Context
from symposion.core.errors import NotFound
from symposion.features.organizations import door, service, sharing
from symposion.features.organizations.models import MEMBERSHIPS, SHARES
from symposion.ports.store import ALL, Bounded, Where

ASKED = os.environ.get("SYMPOSION_TEST_STATEFUL", "")
STORIES, STEPS = (int(part) for part in (ASKED or "60x30").split("x"))

CALM = settings(
    max_examples=STORIES,
    stateful_step_count=STEPS,
    derandomize=not ASKED,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    phases=[Phase.generate, *([Phase.shrink] if ASKED else [])],  # which may take five minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def test_the_house_agrees_with_the_model():
    run_state_machine_as_test(TwoUsers, settings=CALM)


def test_what_only_the_house_sets_cannot_be_sent():
    story = TwoUsers()
    try:
        story.open_house("sharing", "member")
        routes = story.routes("B", 0)
        assert len(routes) >= 13
        for route in routes:
            for field in SERVERS_OWN:
                story.overreach("B", route, field)
    finally:
        story.teardown()


HASTY = settings(CALM, max_examples=60, stateful_step_count=30, derandomize=True)


async def find_all(
    self: Any, where: Where = ALL, *, order: str = "-created_at", limit: int = 100, skip: int = 0
) -> list[Any]:
    return await self.inner.find(where, order=order, limit=limit, skip=skip)


async def delete_all(self: Any, where: Where) -> int:
    return await self.inner.delete(where)


def need_nothing(*_: object) -> None:
    return None


async def owner(*_: object) -> str:
    return "owner"


async def forget_half(within: Context, user_id: str) -> None:
    await within.own(MEMBERSHIPS).delete({"user_id": user_id})


async def any_share(inside: Any, sort: str, target_id: str) -> Any:
    found = await inside.ctx.own(SHARES).find({"sort": sort}, limit=1)
    if not found:
        raise NotFound
    return found[0].but(target_id=target_id)


FAULTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "find forgets the owner": (Bounded, "find", find_all),
    "delete forgets the owner": (Bounded, "delete", delete_all),
    "nobody looks at memberships": (door, "role_in", owner),
    "nobody looks at roles": (door.Inside, "need", need_nothing),
    "a share shows more than one thing": (sharing, "_share_of", any_share),
    "who leaves takes nothing along": (service, "forget_member", forget_half),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str, monkeypatch: pytest.MonkeyPatch):
    where, name, instead = FAULTS[fault]
    monkeypatch.setattr(where, name, instead)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(TwoUsers, settings=HASTY)
