"""The matrix of foreign ids: every operation, every place for an id, everybody but the owner.

A foreign id must answer as an id that does not exist, byte for byte, and change nothing
(reliability design R11.1). Each difference is one sentence.
"""

import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from probe import NOTES
from schemas import Operation, Slot
from visitors import KEY, Hands, client, register, sign_in

from symposion.adapters.images.drawn import DrawnImages
from symposion.adapters.store.sqlite import SqliteStore
from symposion.app import KINDS
from symposion.context import Ports
from symposion.core.documents import new_id
from symposion.core.passwords import Passwords
from symposion.features.accounts.identity import AccountIdentity
from symposion.features.accounts.models import ACCOUNTS, SESSIONS
from symposion.features.agents.models import AGENTS
from symposion.features.api_keys.models import API_KEYS
from symposion.features.audit.models import AUDIT
from symposion.features.organizations.models import INVITATIONS, ORGANIZATIONS
from symposion.features.saved_agents.models import SAVED_AGENTS
from symposion.features.simulations.models import SIMULATIONS
from symposion.main import language_model
from symposion.ports.store import Kind
from symposion.web.policy import Policy

ALL_KINDS = (*KINDS, NOTES)

IDS: dict[str, Kind[Any]] = {
    "key_id": API_KEYS,
    "note_id": NOTES,
    "note_ids": NOTES,
    "owner_id": ACCOUNTS,
    "session_id": SESSIONS,
    "user_id": ACCOUNTS,
    "before": AUDIT,
    "organization_id": ORGANIZATIONS,
    "invitation_id": INVITATIONS,
    "agent_id": AGENTS,
    "agent_ids": AGENTS,
    "saved_id": SAVED_AGENTS,
    "simulation_id": SIMULATIONS,
}
"""What each name of an id names; a name that is missing here fails until somebody says."""

NO_IDS: dict[str, str] = {
    "library_id": "care-adewale-oyeniran",  # the library is the same for everybody, and nobody's
    "panel_id": "rent-control",  # so are its panels
    "portrait_id": "",  # whoever knows one may see it
    "cursor": "",  # a place in the library
}
"""Names that look like one of an id but name nothing that is owned, each with one that serves."""

CANARY = "Kanarienvogel"
"""Stands in everything the owner writes."""

STRANGERS = {"user": 404, "guest": 404, "admin": 404, "off": 401, "nobody": 403, "forger": 401}
"""Everybody but the owner, and the status that a foreign id has for them; "off" is deactivated."""

SAMPLES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/agents"): {"name": CANARY, "archetype": "scientist", "goal": CANARY},
    ("POST", "/agents/import"): {"agents": [{"name": CANARY, "archetype": "scientist"}]},
    ("PUT", "/agents/{agent_id}"): {"goal": CANARY},
    ("PUT", "/agents/{agent_id}/expertise"): {"expertise": CANARY},
    ("POST", "/agents/{agent_id}/add-memory"): {"memory": CANARY},
    ("POST", "/saved-agents"): {"name": CANARY, "archetype": "artist", "goal": CANARY},
    ("PUT", "/saved-agents/{saved_id}"): {"goal": CANARY},
    ("POST", "/simulation/set-scenario"): {"scenario": CANARY, "scenario_name": CANARY},
    ("POST", "/notes"): {"text": CANARY},
    ("POST", "/api-keys"): {"name": CANARY, "scopes": ["read"]},
    ("POST", "/organizations"): {"name": CANARY},
    ("PUT", "/organizations/{organization_id}"): {"name": CANARY},
}
"""Bodies of operations whose schema does not tell all."""

SEEDS = [
    "/saved-agents",
    "/agents",
    "/agents",
    "/simulation/set-scenario",
    "/conversation/generate",
    "/notes",
    "/v1/auth/refresh-token",
    "/v1/api-keys",
]
"""What the owner does, in order."""


@dataclass(frozen=True, slots=True)
class House:
    """A house with an owner and strangers in it; the owner has done nothing yet.

    Attributes:
        member: Who will be in the owner's organization.
        theirs: What some strangers have of their own, by the names of ids.
        marks: What tells that something is the owner's: their id, and that of their organization.
    """

    ports: Ports
    owner: AsyncClient
    owner_id: str
    member: AsyncClient
    member_id: str
    strangers: dict[str, AsyncClient]
    theirs: dict[str, dict[str, str]]
    marks: list[str]

    async def snapshot(self) -> dict[str, list[str]]:
        """Return everything kept that belongs to the owner or speaks of them."""
        return {kind.name: sorted(await self._marked(kind)) for kind in ALL_KINDS}

    async def _marked(self, kind: Kind[Any]) -> list[str]:
        return [t for t in await self._all(kind) if any(mark in t for mark in self.marks)]

    async def _all(self, kind: Kind[Any]) -> list[str]:
        found = await self.ports.store.collection(kind).find(limit=1000)
        return [document.model_dump_json() for document in found]

    async def owners(self, operation: Operation, slots: list[Slot]) -> dict[Slot, str]:
        """Return ids of the owner's that fit ``operation``; about members, of their member."""
        known = dict(NO_IDS)
        if "/organizations/" in operation.path:
            known["user_id"] = self.member_id
        return {
            slot: known[slot.name] if slot.name in known else await self.id_of(IDS[slot.name])
            for slot in slots
        }

    async def id_of(self, kind: Kind[Any]) -> str:
        """Return the id of something of the owner's."""
        if kind is ACCOUNTS:
            return self.owner_id
        which = {"user_id": self.owner_id} | ({"used_by": ""} if kind is INVITATIONS else {})
        found = await self.ports.store.collection(kind).find(which, limit=1)
        assert found, f"the owner has none of the {kind.name}: let SEEDS make one"
        return found[0].id

    async def seed(self) -> None:
        """Let the owner do a little of everything."""
        for path in SEEDS:
            answer = await self.owner.post(
                path, json=SAMPLES.get(("POST", path.removeprefix("/v1")))
            )
            assert answer.status_code == 200, (path, answer.text)
        await self._organize()

    async def _organize(self) -> None:
        """Let the owner have an organization, with a member, an invitation, and shares."""
        made = await self.owner.post("/v1/organizations", json={"name": CANARY})
        home = f"/v1/organizations/{made.json()['id']}"
        self.marks.append(made.json()["id"])
        first = await self.owner.post(f"{home}/invitations", json={"role": "member"})
        token = {"token": first.json()["token"]}
        agent = {"agent_id": await self.id_of(AGENTS)}
        simulation = {"simulation_id": await self.id_of(SIMULATIONS)}
        for who, path, body in (
            (self.member, "/v1/organizations/join", token),
            (self.owner, f"{home}/invitations", {"role": "viewer"}),
            (self.owner, f"{home}/agents", agent),
            (self.owner, f"{home}/simulations", simulation),
        ):
            answer = await who.post(path, json=body)
            assert answer.status_code == 200, (path, answer.text)


@asynccontextmanager
async def house(app: FastAPI) -> AsyncGenerator[House]:
    """Open an empty house behind ``app``."""
    store, clock = SqliteStore(":memory:"), Hands()
    await store.open(ALL_KINDS)
    identity = AccountIdentity(store, clock, KEY, timedelta(days=1))
    ports = Ports(
        store=store,
        language=language_model("offline"),
        identity=identity,
        clock=clock,
        passwords=Passwords(cost=4),
        images=DrawnImages(),
    )
    app.state.ports = ports
    owner, member = client(app), client(app)
    strangers = {name: client(app) for name in STRANGERS}
    try:
        me = await register(owner, "owner@example.com")
        friend = await register(member, "member@example.com")
        others = {
            n: await register(strangers[n], f"{n}@example.com") for n in ("user", "admin", "off")
        }
        await sign_in(strangers["guest"])
        theirs = {n: await _of_their_own(strangers[n], others[n]["id"]) for n in ("user", "admin")}
        everyone = store.collection(ACCOUNTS)
        await everyone.update(str(others["admin"]["id"]), lambda old: old.but(is_admin=True))
        await everyone.update(str(others["off"]["id"]), lambda old: old.but(active=False))
        strangers["forger"].headers["Authorization"] = "Bearer a.b.c"
        yield House(
            ports,
            owner,
            str(me["id"]),
            member,
            str(friend["id"]),
            strangers,
            theirs,
            [str(me["id"])],
        )
    finally:
        await store.close()


async def _of_their_own(stranger: AsyncClient, user_id: str) -> dict[str, str]:
    """Let a stranger have what ids may name, too; return it by the names of ids."""
    agent = await stranger.post("/agents", json={"name": "Spatz", "archetype": "artist"})
    made = await stranger.post("/v1/organizations", json={"name": "Spatz"})
    home = f"/v1/organizations/{made.json()['id']}"
    open_ = await stranger.post(f"{home}/invitations", json={"role": "viewer"})
    simulation = await stranger.get("/simulation/state")
    return {
        "user_id": user_id,
        "agent_id": agent.json()["id"],
        "organization_id": made.json()["id"],
        "invitation_id": open_.json()["id"],
        "simulation_id": simulation.json()["id"],
    }


async def differences(app: FastAPI, operation: Operation) -> list[str]:
    """Return what is wrong with ``operation``, one sentence each."""
    slots = list(operation.slots())
    ids = [slot for slot in slots if slot.name not in NO_IDS]
    unknown = [slot.name for slot in ids if slot.name not in IDS]
    if unknown:
        return [f"{operation}: nobody said what {name} names" for name in unknown]
    policy = app.state.gate.policy(operation.row)
    async with house(app) as home:
        if not ids:
            return await _without_ids(home, operation, policy, slots)
        await home.seed()
        found: list[str] = []
        for slot in ids:
            for who in _refused(policy).items():
                for others in await _rest(home, operation, slots, slot, who[0]):
                    found += await _tried(home, operation, slot, who, others)
        return found + await _served(home, operation, policy, slots)


def _refused(policy: Policy) -> dict[str, int]:
    """Return everybody who is to be refused a foreign id, and with which status."""
    if policy.admin:
        return {n: 401 if s == 401 else 403 for n, s in STRANGERS.items() if n != "admin"}
    return STRANGERS | ({"guest": 403} if policy.guest == "refused" else {})


async def _rest(
    home: House, operation: Operation, slots: list[Slot], slot: Slot, name: str
) -> list[dict[Slot, str]]:
    """Return what may stand in all other places: the owner's, and the stranger's own."""
    others = [other for other in slots if other != slot]
    theirs = NO_IDS | home.theirs.get(name, {})
    found = [await home.owners(operation, others)]
    if others and all(other.name in theirs for other in others):
        found.append({other: theirs[other.name] for other in others})
    return found


async def _tried(
    home: House, operation: Operation, slot: Slot, who: tuple[str, int], others: dict[Slot, str]
) -> list[str]:
    name, status = who
    stranger = home.strangers[name]
    before = await home.snapshot()
    owners = await home.owners(operation, [slot])
    foreign = await send(stranger, operation, others | owners)
    missing = await send(stranger, operation, others | {slot: new_id()})
    said = f"{operation}, {slot.name}, {name}"
    found: list[str] = []
    if foreign.status_code != status:
        found.append(f"{said}: foreign is {foreign.status_code}, not {status}")
    if bare(foreign) != bare(missing):
        found.append(f"{said}: foreign and missing differ")
    if CANARY in foreign.text:
        found.append(f"{said}: sees what the owner wrote")
    if await home.snapshot() != before:
        found.append(f"{said}: changes what is the owner's")
    return found


async def _served(
    home: House, operation: Operation, policy: Policy, slots: list[Slot]
) -> list[str]:
    """Check that somebody is served: a route that refuses everybody proves nothing."""
    who = home.strangers["admin"] if policy.admin else home.owner
    if operation.path.endswith("/leave"):  # which owners never may
        who = home.member
    answer = await send(who, operation, await home.owners(operation, slots))
    told = answer.status_code
    return [] if told < 300 else [f"{operation}: who may is answered {told}: {answer.text}"]


async def _without_ids(
    home: House, operation: Operation, policy: Policy, slots: list[Slot]
) -> list[str]:
    """Check that nothing the owner does can be noticed, and nothing of it changes."""
    reads = operation.method == "GET"
    blind = {n: who for n, who in home.strangers.items() if not (policy.admin and n == "admin")}
    named = await home.owners(operation, slots)
    earlier = {n: await send(who, operation, named) for n, who in blind.items() if reads}
    await home.seed()
    before = await home.snapshot()
    found: list[str] = []
    for name, stranger in blind.items():
        answer = await send(stranger, operation, named)
        if CANARY in answer.text or home.owner_id in answer.text:
            found.append(f"{operation}, {name}: sees what is the owner's")
        if name in earlier and bare(answer) != bare(earlier[name]):
            found.append(f"{operation}, {name}: notices what the owner does")
    if await home.snapshot() != before:
        found.append(f"{operation}: changes what is the owner's")
    return found


async def send(who: AsyncClient, operation: Operation, ids: dict[Slot, str]) -> Response:
    """Do ``operation`` with a body that fits and ``ids`` in their places."""
    path, query = operation.path, dict[str, str]()
    sample = json.dumps(SAMPLES.get(operation.row) or operation.fitting_body())
    body = json.loads(sample.replace(CANARY, "Spatz"))
    for slot, value in ids.items():
        if slot.place == "path":
            path = path.replace("{" + slot.name + "}", value)
        elif slot.place == "query":
            query[slot.name] = value
        else:
            _put(body, slot, value)
    has_body = body is not None
    return await who.request(
        operation.method,
        f"http://house{path}",
        params=query,
        **({"json": body} if has_body else {}),
    )


def _put(body: dict[str, Any], slot: Slot, value: str) -> None:
    for step in slot.steps[:-1]:
        body = body.setdefault(step, {})
    body[slot.name] = [value] if slot.many else value


def bare(answer: Response) -> tuple[int, str, list[tuple[str, str]]]:
    """Return all of ``answer`` that may not differ: without ids of requests and moments."""
    text = answer.text.replace(answer.headers["x-request-id"], "")
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "", text)
    headers = [(k, v) for k, v in answer.headers.items() if k not in {"x-request-id", "date"}]
    return answer.status_code, text, headers
