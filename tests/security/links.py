"""Links that should let nobody in, and shares that should show one thing: what comes of them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from fastapi import FastAPI
from organized import Team, invitation, join, share_agent, team
from visitors import client, register

from symposion.app import KINDS
from symposion.context import Ports
from symposion.features.agents.models import AGENTS
from symposion.features.organizations.models import INVITATIONS, MEMBERSHIPS

Spoil: TypeAlias = Callable[[FastAPI, Ports, Team, str], Awaitable[str]]
"""Makes a link no good; returns the token that a stranger tries then."""


async def guessed(_: FastAPI, __: Ports, ___: Team, token: str) -> str:
    return token[::-1]


async def late(_: FastAPI, ports: Ports, __: Team, token: str) -> str:
    kept, over = ports.store.collection(INVITATIONS), ports.clock.now()
    for open_ in await kept.find({"used_by": ""}):
        await kept.update(open_.id, lambda old: old.but(expires_at=over))
    return token


async def used(app: FastAPI, _: Ports, __: Team, token: str) -> str:
    async with client(app) as first:
        await register(first, "first@example.com")
        await join(first, token)
    return token


async def revoked(_: FastAPI, ports: Ports, home: Team, token: str) -> str:
    for open_ in await ports.store.collection(INVITATIONS).find({"used_by": ""}):
        await home.people["owner"].delete(f"{home.path}/invitations/{open_.id}")
    return token


async def of_one_demoted(_: FastAPI, __: Ports, home: Team, token: str) -> str:
    path = f"{home.path}/members/{home.ids['admin']}"
    await home.people["owner"].put(path, json={"role": "viewer"})
    return token


async def of_one_removed(_: FastAPI, __: Ports, home: Team, token: str) -> str:
    await home.people["owner"].delete(f"{home.path}/members/{home.ids['admin']}")
    return token


async def used_before_one_s_removal(_: FastAPI, __: Ports, home: Team, token: str) -> str:
    await join(home.people["stranger"], token)
    await home.people["owner"].delete(f"{home.path}/members/{home.ids['stranger']}")
    return token


SPOILS: tuple[Spoil, ...] = (
    guessed,
    late,
    used,
    revoked,
    of_one_demoted,
    of_one_removed,
    used_before_one_s_removal,
)


async def link_differences(app: FastAPI, ports: Ports) -> list[str]:
    """Return who comes in by a link that should let nobody in, or no more than one."""
    found: list[str] = []
    for spoil in SPOILS:
        await clear(ports)
        async with team(app, "admin") as home:
            token = await invitation(home.people["admin"], home.path)
            await join(home.people["stranger"], await spoil(app, ports, home, token))
            if (await home.people["stranger"].get(home.path)).status_code != 404:
                found.append(f"a link {spoil.__name__} lets somebody in")
    return found + await _crowd_differences(app, ports)


async def _crowd_differences(app: FastAPI, ports: Ports) -> list[str]:
    await clear(ports)
    async with team(app) as home:
        token = await invitation(home.people["owner"], home.path)
        crowd = [client(app) for _ in range(6)]
        for number, who in enumerate(crowd):
            await register(who, f"c{number}@example.com")
        await asyncio.gather(*(join(who, token) for who in crowd))
        came = await ports.store.collection(MEMBERSHIPS).count()
    return [] if came == 1 else [f"one link lets in {came} who come at once"]


async def share_differences(app: FastAPI, ports: Ports) -> list[str]:
    """Return what members see that nobody shared, or does not vanish."""
    found: list[str] = []
    await clear(ports)
    async with team(app, "member", "viewer") as home:
        member, viewer = home.people["member"], home.people["viewer"]
        shared = await share_agent(member, home.path)
        secret = (
            await member.post("/agents", json={"name": "Kanarienvogel", "archetype": "artist"})
        ).json()
        seen = [
            await viewer.get(f"{home.path}/agents"),
            await viewer.get(f"{home.path}/agents/{secret['id']}"),
            await home.people["owner"].post(f"{home.path}/agents/{secret['id']}/copy"),
        ]
        if any("Kanarienvogel" in answer.text for answer in seen):
            found.append("a member sees what nobody shared")
        copied = await home.people["owner"].post(f"{home.path}/agents/{shared}/copy")
        own = await ports.store.collection(AGENTS).find({"user_id": home.ids["owner"]})
        if copied.status_code != 200 or len(own) != 1:
            found.append("a copy is not one's own")
        await member.post(f"{home.path}/leave")
        if (await viewer.get(f"{home.path}/agents")).json() != []:
            found.append("what somebody shared stays when they leave")
        if await ports.store.collection(MEMBERSHIPS).count({"user_id": home.ids["member"]}):
            found.append("who left is still in")
    return found


async def clear(ports: Ports) -> None:
    """Forget everybody, so that the same names may register again."""
    for kind in KINDS:
        await ports.store.collection(kind).delete({})
