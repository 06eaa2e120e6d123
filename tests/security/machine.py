"""T3: two users and an administrator do anything at all, and the house agrees with plain dicts."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from visitors import KEY, PASSWORD, Hands, client, register
from world import LEADING, WORD, WORKING, Link, Org, Person, World, word

from symposion.adapters.store.sqlite import SqliteStore
from symposion.app import KINDS, create_app
from symposion.context import Ports
from symposion.core.passwords import Passwords
from symposion.features.accounts.identity import AccountIdentity
from symposion.features.accounts.models import ACCOUNTS
from symposion.main import language_model
from symposion.policy import POLICIES

T = TypeVar("T")

HOME = "/v1/organizations"
WHO = st.sampled_from("ABR")
"""Ann, Bob and root, who is an administrator."""
PICK = st.integers(0, 5)
GIVEN = st.sampled_from(["viewer", "member", "admin"])
ALONE = [
    "create_agent",
    "change_agent",
    "set_scenario",
    "start",
    "change_profile",
    "sign_in_once_more",
    "end_a_session",
    "list_rounds",
    "read_state",
    "read_profile",
    "export",
    "read_audit_log",
]
"""What somebody does alone: one rule, so that most steps are about organizations."""
ORGS = 3
"""Most organizations at a time: more of them are met too seldom."""

SERVERS_OWN: dict[str, Any] = {
    "role": "owner",
    "roles": ["admin"],
    "is_admin": True,
    "user_id": "x",
    "tenant_id": "x",
    "owner_id": "x",
    "id": "x",
    "created_at": "2000-01-01T00:00:00Z",
    "version": 7,
    "password_hash": "x",
    "active": False,
}
"""What only the house sets."""


@cache
def house() -> FastAPI:
    return create_app()


class TwoUsers(RuleBasedStateMachine):
    """Rules do one thing each and say what must come of it; invariants hold after each."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.world = World()
        self.clients: dict[str, AsyncClient] = {}
        self.heard: list[tuple[str, str, set[str]]] = []
        self.registered = 0
        self.steps = 0

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize(opening=st.sampled_from(["alone", "together", "sharing", "sharing"]), role=GIVEN)
    def open_house(self, opening: str, role: str) -> None:
        """Begin with agents, with an organization, or with things shared in it, too."""
        self.run(self._open())
        for key in "ABR":
            self.create_agent(key)
            self.create_agent(key)
            self.set_scenario(key)
        if opening != "alone":
            self.create_organization("A")
            self.invite("A", 0, role)
            self.join("B", 0)
        if opening == "sharing":
            self.invite("A", 0, "viewer")
            self.join("R", 1)
            self.change_role("A", "B", 0, "member")
            for key in "AB":
                self._share(self.some(0), key, key, "agents", next(iter(self.me(key).agents)))
                self._share(self.some(0), key, key, "simulations", self.me(key).simulation)
            self.change_role("A", "B", 0, role)

    def me(self, key: str) -> Person:
        return self.world.people[key]

    async def _open(self) -> None:
        self.store = SqliteStore(":memory:")
        await self.store.open(KINDS)
        clock = Hands()
        self.ports = Ports(
            store=self.store,
            language=language_model("offline"),
            identity=AccountIdentity(self.store, clock, KEY, timedelta(days=1)),
            clock=clock,
            passwords=Passwords(cost=4),
        )
        house().state.ports = self.ports
        for key in "ABR":
            await self._register(key)
        root, everyone = self.world.people["R"], self.store.collection(ACCOUNTS)
        await everyone.update(root.id, lambda old: old.but(is_admin=True))
        root.admin = True

    async def _register(self, key: str) -> None:
        self.registered += 1
        email = f"{key.lower()}{self.registered}@example.com"
        self.clients[key] = client(house())
        user = await register(self.clients[key], email)
        self.world.people[key] = Person(user["id"], email, user["name"])

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.run(self.store.close())
        self.runner.close()

    def ask(self, key: str, method: str, path: str, body: Any = None) -> Response:
        """Send a request, and keep what came back for `whoever_heard_a_word_might`."""
        may = self.world.may_hear(key)
        answer = self.run(self.clients[key].request(method, path, json=body))
        self.heard.append((key, answer.text, may))
        assert answer.status_code < 500, (method, path, answer.text)
        return answer

    def told(self, status: int, key: str, method: str, path: str, body: Any = None) -> Any:
        """Send a request that must be answered with ``status``; return the body of the answer."""
        answer = self.ask(key, method, path, body)
        found = answer.status_code
        assert found == status, (
            f"{key} {method} {path} {body}: {found}, not {status}: {answer.text}"
        )
        return answer.json()

    # What somebody has alone.

    @rule(key=WHO, act=st.sampled_from(ALONE))
    def live(self, key: str, act: str) -> None:
        getattr(self, act)(key)

    def create_agent(self, key: str) -> None:
        name = word()
        draft = {"name": name, "archetype": "scientist", "goal": f"To say {name}."}
        made = self.told(200, key, "POST", "/agents", draft)
        self.world.people[key].agents[made["id"]] = name
        self.world.people[key].words.add(name)

    def change_agent(self, key: str) -> None:
        """Give the oldest agent another name, and nothing that tells of the last one."""
        me, name = self.world.people[key], word()
        if agent := next(iter(me.agents), ""):
            change = {"name": name, "goal": f"To say {name}."}
            told = self.told(200, key, "PUT", f"/agents/{agent}", change)
            assert (told["id"], told["archetype"]) == (agent, "scientist")
            me.agents[agent] = name
            me.words.add(name)

    def set_scenario(self, key: str) -> None:
        text = word()
        draft = {"scenario": f"A leak: {text}.", "scenario_name": text}
        reply = self.told(200, key, "POST", "/simulation/set-scenario", draft)
        me = self.world.people[key]
        me.scenario, me.simulation = text, reply["state"]["id"]
        me.words.add(text)

    def start(self, key: str) -> None:
        reply = self.told(200, key, "POST", "/simulation/start", {})
        me = self.world.people[key]
        me.rounds, me.simulation = 0, reply["state"]["id"]

    def read_state(self, key: str) -> None:
        state = self.told(200, key, "GET", "/simulation/state")
        me = self.world.people[key]
        assert state["scenario_name"] == me.scenario
        assert me.simulation in {"", state["id"]}
        me.simulation = state["id"]

    @rule(key=WHO)
    def generate(self, key: str) -> None:
        me = self.world.people[key]
        answer = self.ask(key, "POST", "/conversation/generate")
        ready = len(me.agents) >= 2 and bool(me.simulation)
        if not ready:
            assert answer.status_code == 400, answer.text
        elif answer.status_code == 200:
            me.rounds += 1
            assert answer.json()["round_number"] == me.rounds
        else:
            assert answer.json()["code"] == "nobody-spoke", answer.text

    def list_rounds(self, key: str) -> None:
        assert len(self.told(200, key, "GET", "/conversations")) == self.world.people[key].rounds

    def change_profile(self, key: str) -> None:
        me, text = self.world.people[key], word()
        me.name, me.bio = f"Name {self.registered}", text
        me.words.add(text)
        self.told(200, key, "PUT", "/auth/profile", {"name": me.name, "bio": me.bio})

    def read_profile(self, key: str) -> None:
        me, told = self.world.people[key], self.told(200, key, "GET", "/auth/me")
        assert (told["id"], told["email"], told["name"], told["bio"], told["is_admin"]) == (
            me.id,
            me.email,
            me.name,
            me.bio,
            me.admin,
        )

    def sign_in_once_more(self, key: str) -> None:
        me = self.world.people[key]
        reply = self.told(
            200, key, "POST", "/auth/login", {"email": me.email, "password": PASSWORD}
        )
        self.clients[key].headers["Authorization"] = f"Bearer {reply['access_token']}"
        me.sessions += 1

    def end_a_session(self, key: str) -> None:
        found = self.told(200, key, "GET", "/v1/auth/sessions")
        assert len(found) == self.world.people[key].sessions
        for other in set(self.world.people) - {key}:
            self.told(404, other, "DELETE", f"/v1/auth/sessions/{found[0]['id']}")
        older = [session["id"] for session in found if not session["current"]]
        if older:
            self.told(200, key, "DELETE", f"/v1/auth/sessions/{older[0]}")
            self.world.people[key].sessions -= 1

    def export(self, key: str) -> None:
        me, told = self.world.people[key], self.told(200, key, "GET", "/auth/export-data")
        assert [agent["name"] for agent in told["agents"]] == list(me.agents.values())
        assert {(org["id"], org["role"]) for org in told["organizations"]} == {
            (org.id, org.role(key)) for org in self.world.orgs_of(key)
        }
        shared = {(s["organization_id"], s["sort"], s["id"]) for s in told["shares"]}
        assert shared == {
            (org.id, *thing)
            for org in self.world.orgs.values()
            for thing, whose in org.shares.items()
            if whose == key
        }

    def read_audit_log(self, key: str) -> None:
        admin = self.world.people[key].admin
        self.told(200 if admin else 403, key, "GET", "/v1/admin/audit-log")

    @precondition(lambda self: self.steps % 6 == 0)
    @rule(key=WHO, sure=st.booleans())
    def delete_account(self, key: str, *, sure: bool) -> None:
        """Be gone, now and then: more often, and no story would get far."""
        body = {"current_password": PASSWORD if sure else "not this one"}
        owns = [o for o in self.world.orgs_of(key) if o.owner == key and o.members]
        owns = [o for o in owns if set(o.members) - {key}]
        status = 400 if not sure else 409 if owns else 200
        self.told(status, key, "DELETE", "/v1/auth/account", body)
        if status == 200:
            self.told(401, key, "GET", "/auth/me")
            self.world.leave(key)
            self.run(self._register(key))

    # What they have together.

    def org(self, pick: int) -> Org | None:
        every = list(self.world.orgs.values())
        return every[pick % len(every)] if every else None

    @precondition(lambda self: len(self.world.orgs) < ORGS)
    @rule(key=WHO)
    def create_organization(self, key: str) -> None:
        name = word()
        made = self.told(200, key, "POST", HOME, {"name": name})
        self.world.orgs[made["id"]] = Org(made["id"], name, key)

    @precondition(lambda self: self.world.orgs)
    @rule(key=WHO, pick=PICK)
    def rename_organization(self, key: str, pick: int) -> None:
        org, name = self.some(pick), word()
        status = self.world.status(org, key, LEADING)
        self.told(status, key, "PUT", f"{HOME}/{org.id}", {"name": name})
        if status == 200:
            org.name = name

    def some(self, pick: int) -> Org:
        found = self.org(pick)
        assert found
        return found

    @precondition(lambda self: self.world.orgs and self.steps % 3 == 0)
    @rule(key=WHO, pick=PICK)
    def delete_organization(self, key: str, pick: int) -> None:
        org = self.some(pick)
        status = self.world.status(org, key, {"owner"})
        self.told(status, key, "DELETE", f"{HOME}/{org.id}")
        if status == 200:
            self.world.gone += org.links
            del self.world.orgs[org.id]

    @precondition(lambda self: self.world.orgs)
    @rule(key=WHO, pick=PICK, role=GIVEN)
    def invite(self, key: str, pick: int, role: str) -> None:
        org = self.some(pick)
        status = self.world.status(org, key, LEADING)
        told = self.told(status, key, "POST", f"{HOME}/{org.id}/invitations", {"role": role})
        if status == 200:
            org.links.append(Link(told["id"], told["token"], role, key))

    @precondition(lambda self: any(org.links for org in self.world.orgs.values()))
    @rule(key=WHO, pick=PICK)
    def join(self, key: str, pick: int) -> None:
        links = [(org, link) for org in self.world.orgs.values() for link in org.links]
        org, link = links[pick % len(links)]
        fits = link.used_by in {"", key}
        new = not org.role(key)
        good = fits and (not new or org.role(link.maker) in LEADING)
        self.told(200 if good else 404, key, "POST", f"{HOME}/join", {"token": link.token})
        if good and new:
            link.used_by = key
            org.members[key] = link.role

    @precondition(lambda self: self.world.gone)
    @rule(key=WHO, pick=PICK)
    def join_by_a_link_that_is_gone(self, key: str, pick: int) -> None:
        link = self.world.gone[pick % len(self.world.gone)]
        self.told(404, key, "POST", f"{HOME}/join", {"token": link.token})

    @precondition(lambda self: any(org.links for org in self.world.orgs.values()))
    @rule(key=WHO, pick=PICK)
    def revoke(self, key: str, pick: int) -> None:
        links = [(org, link) for org in self.world.orgs.values() for link in org.links]
        org, link = links[pick % len(links)]
        status = self.world.status(org, key, LEADING)
        status = 404 if status == 200 and link.used_by else status
        self.told(status, key, "DELETE", f"{HOME}/{org.id}/invitations/{link.id}")
        if status == 200:
            org.links.remove(link)
            self.world.gone.append(link)

    @precondition(lambda self: self.world.orgs)
    @rule(key=WHO, pick=PICK)
    def leave(self, key: str, pick: int) -> None:
        org = self.some(pick)
        status = {"": 404, "owner": 409}.get(org.role(key), 200)
        self.told(status, key, "POST", f"{HOME}/{org.id}/leave")
        if status == 200:
            self.put_out(org, key)

    def put_out(self, org: Org, key: str) -> None:
        links = org.links
        org.forget(key)
        self.world.gone += [link for link in links if link not in org.links]

    def managing(self, org: Org, key: str, target: str) -> int:
        """Return what somebody is answered who manages ``target``."""
        status = self.world.status(org, key, LEADING)
        if status != 200:
            return status
        needed = {"": 404, "owner": 409, "admin": 200 if org.role(key) == "owner" else 403}
        return needed.get(org.role(target), 200)

    @precondition(lambda self: self.world.orgs)
    @rule(key=WHO, other=WHO, pick=PICK, role=GIVEN)
    def change_role(self, key: str, other: str, pick: int, role: str) -> None:
        org = self.some(pick)
        status = self.managing(org, key, other)
        path = f"{HOME}/{org.id}/members/{self.world.people[other].id}"
        self.told(status, key, "PUT", path, {"role": role})
        if status == 200:
            org.members[other] = role

    @precondition(lambda self: self.world.orgs)
    @rule(key=WHO, other=WHO, pick=PICK)
    def remove(self, key: str, other: str, pick: int) -> None:
        org = self.some(pick)
        status = self.managing(org, key, other)
        path = f"{HOME}/{org.id}/members/{self.world.people[other].id}"
        self.told(status, key, "DELETE", path)
        if status == 200:
            self.put_out(org, other)

    @precondition(lambda self: self.world.orgs)
    @rule(key=WHO, other=WHO, pick=PICK)
    def transfer(self, key: str, other: str, pick: int) -> None:
        org = self.some(pick)
        status = self.world.status(org, key, {"owner"})
        status = 404 if status == 200 and not org.role(other) else status
        body = {"user_id": self.world.people[other].id}
        self.told(status, key, "POST", f"{HOME}/{org.id}/transfer", body)
        if status == 200 and other != key:
            org.members[key] = "admin"
            org.owner = other

    @precondition(lambda self: self.world.orgs)
    @rule(key=WHO, whose=WHO, pick=PICK, which=PICK)
    def share_agent(self, key: str, whose: str, pick: int, which: int) -> None:
        org, agents = self.some(pick), list(self.world.people[whose].agents)
        if agents:
            self._share(org, key, whose, "agents", agents[which % len(agents)])

    @precondition(lambda self: self.world.orgs)
    @rule(key=WHO, whose=WHO, pick=PICK)
    def share_simulation(self, key: str, whose: str, pick: int) -> None:
        if self.world.people[whose].simulation:
            simulation = self.world.people[whose].simulation
            self._share(self.some(pick), key, whose, "simulations", simulation)

    def _share(self, org: Org, key: str, whose: str, sort: str, target: str) -> None:
        status = self.world.status(org, key, WORKING)
        status = 404 if status == 200 and key != whose else status
        body = {f"{sort[:-1]}_id": target}
        self.told(status, key, "POST", f"{HOME}/{org.id}/{sort}", body)
        if status == 200:
            org.shares[sort, target] = key

    @precondition(lambda self: self.world.orgs)
    @rule(key=WHO, whose=WHO, pick=PICK, which=PICK, copies=st.booleans())
    def read_agent(self, key: str, whose: str, pick: int, which: int, *, copies: bool) -> None:
        org, agents = self.some(pick), list(self.world.people[whose].agents)
        if not agents:
            return
        known = [a for a in agents if ("agents", a) in org.shares and which % 2]
        agent = (known or agents)[which % len(known or agents)]
        shared = ("agents", agent) in org.shares
        status = self.world.status(org, key, WORKING if copies else {*WORKING, "viewer"})
        status = 404 if status == 200 and not shared else status
        path = f"{HOME}/{org.id}/agents/{agent}"
        name = self.world.people[whose].agents[agent]
        if not copies:
            told = self.told(status, key, "GET", path)
        else:
            told = self.told(status, key, "POST", f"{path}/copy")
            if status == 200:
                self.world.people[key].agents[told["id"]] = name
                self.world.people[key].words.add(name)
        assert status != 200 or told["name"] == name

    @precondition(lambda self: any(org.shares for org in self.world.orgs.values()))
    @rule(key=WHO, pick=PICK)
    def unshare(self, key: str, pick: int) -> None:
        shares = [(org, thing) for org in self.world.orgs.values() for thing in org.shares]
        org, thing = shares[pick % len(shares)]
        own = org.shares[thing] == key
        status = 200 if own else self.world.status(org, key, LEADING)
        self.told(status, key, "DELETE", f"{HOME}/{org.id}/{thing[0]}/{thing[1]}")
        if status == 200:
            del org.shares[thing]

    @precondition(lambda self: self.world.orgs)
    @rule(key=WHO, whose=WHO, pick=PICK)
    def read_rounds(self, key: str, whose: str, pick: int) -> None:
        org, lender = self.some(pick), self.world.people[whose]
        if not lender.simulation:
            return
        self.told(200, whose, "GET", "/conversations")
        shared = ("simulations", lender.simulation) in org.shares
        status = 200 if shared and org.role(key) else 404
        path = f"{HOME}/{org.id}/simulations/{lender.simulation}"
        told = self.told(status, key, "GET", f"{path}/conversations")
        assert status != 200 or len(told) == lender.rounds
        self.told(status, key, "GET", path)

    # What nobody may.

    @rule(key=WHO, pick=PICK, field=st.sampled_from(sorted(SERVERS_OWN)), which=st.integers(0, 12))
    def set_what_only_the_house_sets(self, key: str, pick: int, field: str, which: int) -> None:
        routes = self.routes(key, pick)
        self.overreach(key, routes[which % len(routes)], field)

    def overreach(self, key: str, route: tuple[str, str, dict[str, Any]], field: str) -> None:
        """Send a body with one more field: it is refused, and nothing changes."""
        method, path, body = route
        if field in body or (field == "role" and path.startswith("/agents")):
            return  # what an agent does for a living is its user's to say
        before = self.run(self._snapshot())
        row = POLICIES.get((method, path))  # paths with ids in them have none, and are 422
        self.told(row.misfit if row else 422, key, method, path, body | {field: SERVERS_OWN[field]})
        assert self.run(self._snapshot()) == before

    def routes(self, key: str, pick: int) -> list[tuple[str, str, dict[str, Any]]]:
        me = self.world.people[key]
        routes: list[tuple[str, str, dict[str, Any]]] = [
            ("POST", "/agents", {"name": "x", "archetype": "artist"}),
            ("PUT", f"/agents/{next(iter(me.agents), 'x')}", {"goal": "x"}),
            ("POST", "/saved-agents", {"name": "x", "archetype": "artist", "goal": ""}),
            ("POST", "/simulation/start", {}),
            ("PUT", "/auth/profile", {"name": "x"}),
            (
                "PUT",
                "/auth/change-email",
                {"current_password": PASSWORD, "new_email": "x@y.example"},
            ),
            (
                "PUT",
                "/auth/change-password",
                {"current_password": PASSWORD, "new_password": PASSWORD},
            ),
            ("POST", HOME, {"name": "x"}),
            ("POST", f"{HOME}/join", {"token": "x"}),
        ]
        if org := self.org(pick):
            home = f"{HOME}/{org.id}"
            routes += [
                ("PUT", home, {"name": "x"}),
                ("POST", f"{home}/invitations", {"role": "admin"}),
                ("PUT", f"{home}/members/{me.id}", {"role": "admin"}),
                ("POST", f"{home}/transfer", {"user_id": me.id}),
                ("POST", f"{home}/agents", {"agent_id": next(iter(me.agents), "x")}),
                ("POST", f"{home}/simulations", {"simulation_id": me.simulation or "x"}),
            ]
        return routes[::-1]

    async def _snapshot(self) -> list[str]:
        return [
            document.model_dump_json()
            for kind in KINDS
            for document in await self.store.collection(kind).find(order="id", limit=1000)
        ]

    @precondition(lambda self: self.steps % 5 == 0)
    @rule(key=WHO, field=st.sampled_from(sorted(SERVERS_OWN)))
    def set_it_with_a_scenario(self, key: str, field: str) -> None:
        """This one route takes more than it reads, as the contract wants."""
        text, me = word(), self.world.people[key]
        body = {"scenario": text, "scenario_name": text, field: SERVERS_OWN[field]}
        state = self.told(200, key, "POST", "/simulation/set-scenario", body)["state"]
        assert state["user_id"] == me.id
        assert me.simulation in {"", state["id"]}
        me.scenario, me.simulation = text, state["id"]
        me.words.add(text)

    # What always holds.

    def turn(self, keys: Sequence[str]) -> list[str]:
        """Return one of ``keys`` after the other: all of them each time would take all the time."""
        self.steps += 1
        return [keys[self.steps % len(keys)]]

    @invariant()
    def everybody_has_what_they_made(self) -> None:
        for key in self.turn("ABR"):
            me = self.world.people[key]
            agents = self.told(200, key, "GET", "/agents")
            assert [(a["id"], a["name"]) for a in agents] == list(me.agents.items())
            orgs = self.told(200, key, "GET", HOME)
            assert [(o["id"], o["name"], o["role"]) for o in orgs] == [
                (org.id, org.name, org.role(key)) for org in self.world.orgs_of(key)
            ]

    @invariant()
    def organizations_show_what_is_shared(self) -> None:
        keys = {person.id: key for key, person in self.world.people.items()}
        for org in self.world.orgs.values():
            for key in self.turn(sorted(org.everybody())):
                told = self.told(200, key, "GET", f"{HOME}/{org.id}/members")
                assert {keys[m["user_id"]]: m["role"] for m in told} == org.everybody()
                assert any(m["email"] for m in told) == (org.role(key) in LEADING)
                shared = self.told(200, key, "GET", f"{HOME}/{org.id}/agents")
                wanted = {target for sort, target in org.shares if sort == "agents"}
                assert {row["id"] for row in shared} == wanted

    @invariant()
    def whoever_heard_a_word_might(self) -> None:
        """Might when they asked, or by what they asked for. (The last one: they run by name.)"""
        for key, text, then in self.heard:
            loud = set(WORD.findall(text)) - then - self.world.may_hear(key)
            assert not loud, f"{key} hears {loud}: {text[:300]}"
        self.heard = []
