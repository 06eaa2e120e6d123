"""Every operation of an organization, tried by somebody in each role and by a stranger.

What is to come of it stands here a second time, written by hand: the table of rights is not asked.
"""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import FastAPI
from httpx2 import AsyncClient
from visitors import client, register

from symposion.context import Ports
from symposion.core.documents import new_id
from symposion.features.accounts.models import ACCOUNTS
from symposion.features.agents.models import AGENTS, Agent
from symposion.features.organizations.invitations import digest
from symposion.features.organizations.models import (
    CONTENTS,
    INVITATIONS,
    MEMBERSHIPS,
    ORGANIZATIONS,
    SHARES,
    Invitation,
    Membership,
    Organization,
    Share,
)
from symposion.features.simulations.models import SIMULATIONS, Simulation
from symposion.policy import POLICIES
from symposion.ports.store import Kind

ROLES = ("owner", "admin", "member", "viewer", "stranger")
TARGETS = ("admin2", "member2", "viewer2")
"""Whom it is done to."""

ALL = "owner admin member viewer"
WORKING = "owner admin member"
LEADING = "owner admin"

CANARY = "Kanarienvogel"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do; names in braces stand for ids of the organization it is done in.

    Attributes:
        may: The roles that may, apart by blanks.
        conflict: Those who are told that it cannot be, as it is.
    """

    row: tuple[str, str]
    may: str
    body: dict[str, Any] | None = None
    user: str = ""
    conflict: str = ""


ACTS = (
    Act(("GET", ""), ALL),
    Act(("PUT", ""), LEADING, {"name": "Another"}),
    Act(("DELETE", ""), "owner"),
    Act(("GET", "/members"), ALL),
    Act(("PUT", "/members/{user_id}"), LEADING, {"role": "member"}, "viewer2"),
    Act(("PUT", "/members/{user_id}"), LEADING, {"role": "admin"}, "member2"),
    Act(("PUT", "/members/{user_id}"), "owner", {"role": "viewer"}, "admin2"),
    Act(("PUT", "/members/{user_id}"), "", {"role": "viewer"}, "owner", conflict=LEADING),
    Act(("DELETE", "/members/{user_id}"), LEADING, None, "viewer2"),
    Act(("DELETE", "/members/{user_id}"), LEADING, None, "member2"),
    Act(("DELETE", "/members/{user_id}"), "owner", None, "admin2"),
    Act(("DELETE", "/members/{user_id}"), "", None, "owner", conflict=LEADING),
    Act(("POST", "/leave"), "admin member viewer", conflict="owner"),
    Act(("POST", "/transfer"), "owner", {"user_id": "{member2}"}),
    Act(("POST", "/invitations"), LEADING, {"role": "admin"}),
    Act(("GET", "/invitations"), LEADING),
    Act(("DELETE", "/invitations/{invitation_id}"), LEADING),
    Act(("POST", "/agents"), WORKING, {"agent_id": "{own_agent}"}),
    Act(("POST", "/agents"), "", {"agent_id": "{agent_id}"}),  # which is another's
    Act(("GET", "/agents"), ALL),
    Act(("GET", "/agents/{agent_id}"), ALL),
    Act(("DELETE", "/agents/{agent_id}"), LEADING),
    Act(("POST", "/agents/{agent_id}/copy"), WORKING),
    Act(("POST", "/simulations"), WORKING, {"simulation_id": "{own_simulation}"}),
    Act(("POST", "/simulations"), "", {"simulation_id": "{simulation_id}"}),
    Act(("GET", "/simulations"), ALL),
    Act(("GET", "/simulations/{simulation_id}"), ALL),
    Act(("DELETE", "/simulations/{simulation_id}"), LEADING),
    Act(("GET", "/simulations/{simulation_id}/conversations"), ALL),
)

APART = {("POST", "/organizations"), ("GET", "/organizations"), ("POST", "/organizations/join")}
"""Operations that are not done in an organization."""


def untried() -> set[tuple[str, str]]:
    """Return the operations of organizations that nobody tries here."""
    rows = {row for row in POLICIES if row[1].startswith("/organizations")}
    tried = {(m, f"/organizations/{{organization_id}}{path}") for (m, path) in map(row_of, ACTS)}
    return rows - APART - tried


def row_of(act: Act) -> tuple[str, str]:
    return act.row


@dataclass(frozen=True, slots=True)
class People:
    """Everybody, by the name of what they are, with an agent and a simulation each."""

    ports: Ports
    clients: dict[str, AsyncClient]
    ids: dict[str, str]
    tenants: dict[str, str]

    async def keep(self, kind: Kind[Any], document: Any) -> str:
        return (await self.ports.store.collection(kind).insert(document)).id

    async def found(self) -> dict[str, str]:
        """Make an organization of all but the stranger; return the ids that acts may name."""
        tenant = new_id()
        put = self.keep
        owner = self.ids["owner"]
        await put(
            ORGANIZATIONS, Organization(id=tenant, tenant_id=tenant, user_id=owner, name=CANARY)
        )
        for name in (*ROLES[1:-1], *TARGETS):
            role: Any = name.rstrip("2")
            await put(MEMBERSHIPS, Membership(tenant_id=tenant, user_id=self.ids[name], role=role))
        elsewhere = Membership(tenant_id=new_id(), user_id=self.ids["stranger"], role="admin")
        await put(MEMBERSHIPS, elsewhere)
        lender: dict[str, str] = {
            "tenant_id": self.tenants["member2"],
            "user_id": self.ids["member2"],
        }
        agent = await put(AGENTS, _agent(**lender))
        await self.ports.store.collection(SIMULATIONS).delete({"user_id": lender["user_id"]})
        simulation = await put(
            SIMULATIONS,
            Simulation(tenant_id=lender["tenant_id"], user_id=lender["user_id"], scenario=CANARY),
        )
        for sort, target in (("agents", agent), ("simulations", simulation)):
            await put(
                SHARES,
                Share(
                    tenant_id=tenant,
                    user_id=lender["user_id"],
                    home_id=lender["tenant_id"],
                    sort=sort,
                    target_id=target,
                ),
            )
        invitation = await put(
            INVITATIONS,
            Invitation(
                tenant_id=tenant,
                user_id=owner,
                role="viewer",
                token_hash=digest(tenant),
                expires_at=self.ports.clock.now().replace(year=2999),
            ),
        )
        return {
            "organization_id": tenant,
            "agent_id": agent,
            "simulation_id": simulation,
            "invitation_id": invitation,
        } | self.ids

    async def snapshot(self, tenant: str) -> list[str]:
        """Return all that is kept in an organization."""
        kinds: tuple[Kind[Any], ...] = (ORGANIZATIONS, *CONTENTS)
        found: list[str] = []
        for kind in kinds:
            kept = await self.ports.store.collection(kind).find({"tenant_id": tenant}, order="id")
            found += [document.model_dump_json() for document in kept]
        return found


def _agent(tenant_id: str, user_id: str) -> Agent:
    archetype: Any = "artist"
    traits: Any = dict.fromkeys(
        ("extroversion", "optimism", "curiosity", "cooperativeness", "energy"), 5
    )
    return Agent(
        tenant_id=tenant_id, user_id=user_id, name=CANARY, archetype=archetype, personality=traits
    )


@asynccontextmanager
async def people(app: FastAPI, ports: Ports) -> AsyncGenerator[People]:
    """Register everybody."""
    async with AsyncExitStack() as stack:
        clients: dict[str, AsyncClient] = {}
        ids: dict[str, str] = {}
        tenants: dict[str, str] = {}
        for name in (*ROLES, *TARGETS):
            clients[name] = await stack.enter_async_context(client(app))
            ids[name] = (await register(clients[name], f"{name}@example.com"))["id"]
            tenants[name] = (await ports.store.collection(ACCOUNTS).get(ids[name])).tenant_id
        found = People(ports, clients, ids, tenants)
        for name in ROLES:
            await found.keep(AGENTS, _agent(tenants[name], ids[name]))
            await clients[name].get("/simulation/state")
        yield found


Outcome = Literal["done", "conflict", "forbidden", "missing"]
_OUTCOMES: dict[int, Outcome] = {200: "done", 409: "conflict", 403: "forbidden", 404: "missing"}


def wanted(act: Act, role: str) -> Outcome:
    """Return what is to come of ``act``, done by somebody of ``role``."""
    if role == "stranger":
        return "missing"
    if role in act.may.split():
        return "done"
    if role in act.conflict.split():
        return "conflict"
    not_own = act.row[0] == "POST" and not act.may  # sharing what is another's
    return "missing" if not_own and role != "viewer" else "forbidden"


async def role_differences(app: FastAPI, ports: Ports) -> list[str]:
    """Return what is otherwise than it is to be, one sentence each."""
    found: list[str] = []
    async with people(app, ports) as everybody:
        for role in ROLES:
            for act in ACTS:
                found += await _tried(everybody, role, act)
        found += await _addresses(everybody)
    return found


async def _tried(everybody: People, role: str, act: Act) -> list[str]:
    ids = await everybody.found()
    own = {"user_id": everybody.ids[role]}
    store = everybody.ports.store
    mine = await store.collection(AGENTS).find(own, order="created_at", limit=1)
    ids["own_agent"] = mine[0].id
    ids["own_simulation"] = (await store.collection(SIMULATIONS).find(own, limit=1))[0].id
    ids["user_id"] = ids[act.user] if act.user else ""
    before = await everybody.snapshot(ids["organization_id"])
    method, path = act.row
    body = {k: v.format(**ids) for k, v in (act.body or {}).items()}
    answer = await everybody.clients[role].request(
        method,
        f"/v1/organizations/{ids['organization_id']}{path.format(**ids)}",
        json=body if act.body is not None else None,
    )
    said = f"{method} {path} {act.user} {act.body or ''} as {role}"
    outcome = _OUTCOMES.get(answer.status_code, answer.status_code)
    found: list[str] = []
    if outcome != wanted(act, role):
        found.append(f"{said}: {outcome}, not {wanted(act, role)}")
    if outcome != "done" and CANARY in answer.text:
        found.append(f"{said}: tells what it refuses")
    if outcome != "done" and await everybody.snapshot(ids["organization_id"]) != before:
        found.append(f"{said}: refused, and does it")
    return found


async def _addresses(everybody: People) -> list[str]:
    ids = await everybody.found()
    path = f"/v1/organizations/{ids['organization_id']}/members"
    seen = {
        role: "@example.com" in (await everybody.clients[role].get(path)).text for role in ROLES
    }
    return [
        f"GET /members as {role}: shows addresses to the wrong people"
        for role, sees in seen.items()
        if sees != (role in LEADING.split())
    ]
