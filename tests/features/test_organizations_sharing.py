"""What members of an organization show each other, over HTTP."""

import pytest
from fastapi import FastAPI
from organized import AGENT, share_agent, team

from symposion.context import Ports
from symposion.features.agents import service as agents
from symposion.features.agents.models import AGENTS
from symposion.features.organizations import sharing
from symposion.features.organizations.models import MEMBERSHIPS, SHARES
from symposion.features.simulations.models import SIMULATIONS


async def test_a_shared_agent_is_shown_as_it_is_now(app: FastAPI, ports: Ports):
    async with team(app, "member", "viewer") as home:
        agent = await share_agent(home.people["member"], home.path)
        viewer = home.people["viewer"]
        (row,) = (await viewer.get(f"{home.path}/agents")).json()
        whole = (await viewer.get(f"{home.path}/agents/{agent}")).json()

        assert (row["id"], row["name"], row["shared_by"]) == (agent, "Ada", "Member")
        assert row["shared_by_id"] == home.ids["member"]
        assert (whole["goal"], whole["personality"]["curiosity"]) == (AGENT["goal"], 9)
        assert "tenant_id" not in whole
        await ports.store.collection(AGENTS).update(agent, lambda old: old.but(name="Ada B."))
        assert (await viewer.get(f"{home.path}/agents/{agent}")).json()["name"] == "Ada B."
        assert (await viewer.get(f"{home.path}/agents")).json()[0]["name"] == "Ada B."
        await ports.store.collection(AGENTS).delete({"id": agent})
        assert (await viewer.get(f"{home.path}/agents")).json() == []
        assert (await viewer.get(f"{home.path}/agents/{agent}")).status_code == 404
        assert (await home.people["stranger"].get(f"{home.path}/agents")).status_code == 404


async def test_nothing_but_one_s_own_can_be_shared(app: FastAPI):
    async with team(app, "member", "member2") as home:
        owner, member = home.people["owner"], home.people["member"]
        shared = await share_agent(member, home.path)
        unshared = (await member.post("/agents", json=AGENT)).json()["id"]
        state = (await member.get("/simulation/state")).json()["id"]

        for agent in (shared, unshared, "nothing"):
            refused = await owner.post(f"{home.path}/agents", json={"agent_id": agent})
            assert refused.status_code == 404, agent
        refused = await owner.post(f"{home.path}/simulations", json={"simulation_id": state})
        assert refused.status_code == 404
        assert (await owner.get(f"{home.path}/agents/{unshared}")).status_code == 404
        listed = (await owner.get(f"{home.path}/agents")).json()
        assert [row["id"] for row in listed] == [shared]


async def test_sharing_twice_is_sharing_once_and_it_ends_for_all(app: FastAPI, ports: Ports):
    async with team(app, "member") as home:
        member = home.people["member"]
        agent = await share_agent(member, home.path)
        again = await member.post(f"{home.path}/agents", json={"agent_id": agent})
        assert again.status_code == 200
        assert await ports.store.collection(SHARES).count() == 1

        assert (await member.delete(f"{home.path}/agents/{agent}")).status_code == 200
        assert (await member.delete(f"{home.path}/agents/{agent}")).status_code == 404
        assert (await home.people["owner"].get(f"{home.path}/agents")).json() == []
        assert len((await member.get("/agents")).json()) == 1


async def test_one_agent_is_shared_with_each_organization_apart(app: FastAPI):
    async with team(app, "member") as home:
        owner, member = home.people["owner"], home.people["member"]
        other = (await owner.post("/v1/organizations", json={"name": "Other"})).json()["id"]
        agent = await share_agent(member, home.path)

        missing = await owner.get(f"/v1/organizations/{other}/agents/{agent}")

        assert missing.status_code == 404
        assert (await owner.get(f"/v1/organizations/{other}/agents")).json() == []


async def test_a_copy_is_one_s_own(app: FastAPI, monkeypatch: pytest.MonkeyPatch):
    async with team(app, "member", "member2") as home:
        member, other = home.people["member"], home.people["member2"]
        agent = await share_agent(member, home.path)
        copied = await other.post(f"{home.path}/agents/{agent}/copy")

        told = copied.json()
        (source,) = (await member.get("/agents")).json()
        assert copied.status_code == 200
        assert told["id"] != agent
        assert told["user_id"] == home.ids["member2"]
        mine = {"id", "user_id", "created_at"}
        assert {k: v for k, v in told.items() if k not in mine} == {
            k: v for k, v in source.items() if k not in mine
        }
        assert (await other.get("/agents")).json() == [told]
        await member.post(f"{home.path}/leave")
        assert (await other.get("/agents")).json() == [told]
        back = await share_agent(other, home.path)
        monkeypatch.setattr(agents, "ROSTER_LIMIT", 2)
        full = await other.post(f"{home.path}/agents/{back}/copy")
        assert (full.status_code, full.json()["code"]) == (429, "roster-full")


async def test_a_shared_simulation_shows_the_rounds_of_its_run(app: FastAPI, ports: Ports):
    async with team(app, "member", "viewer") as home:
        member, viewer = home.people["member"], home.people["viewer"]
        for name in ("Ada", "Bo"):
            await member.post("/agents", json={"name": name, "archetype": "artist"})
        scenario = {"scenario": "A leak in the greenhouse.", "scenario_name": "Leak"}
        await member.post("/simulation/set-scenario", json=scenario)
        await member.post("/conversation/generate")
        own = (await member.get("/simulation/state")).json()
        path = f"{home.path}/simulations"
        shared = await member.post(path, json={"simulation_id": own["id"]})

        assert shared.status_code == 200
        assert (await viewer.get(path)).json() == [shared.json()]
        one = f"{path}/{own['id']}"
        assert (await viewer.get(one)).json()["scenario"] == scenario["scenario"]
        rounds = (await member.get("/conversations")).json()
        assert (await viewer.get(f"{one}/conversations")).json() == rounds != []
        await member.post("/simulation/start")
        assert (await viewer.get(f"{one}/conversations")).json() == []  # the archive is not shown
        assert (await viewer.get("/conversations")).json() == []
        assert (await viewer.get("/simulation/state")).json()["id"] != own["id"]
        assert (await viewer.delete(one)).status_code == 403
        assert (await home.people["owner"].delete(one)).status_code == 200
        assert (await viewer.get(f"{one}/conversations")).status_code == 404
        assert await ports.store.collection(SIMULATIONS).count({"id": own["id"]}) == 1


async def test_as_much_is_shared_as_fits_and_what_is_gone_takes_no_place(
    app: FastAPI, ports: Ports, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sharing, "SHARES_LIMIT", 2)
    async with team(app, "member") as home:
        member = home.people["member"]
        first = await share_agent(member, home.path)
        await share_agent(home.people["owner"], home.path)
        own = (await member.get("/simulation/state")).json()["id"]

        body = {"simulation_id": own}
        refused = await member.post(f"{home.path}/simulations", json=body)

        assert (refused.status_code, refused.json()["code"]) == (429, "shares-full")
        await ports.store.collection(AGENTS).delete({"id": first})
        assert (await member.post(f"{home.path}/simulations", json=body)).status_code == 200
        assert await ports.store.collection(SHARES).count() == 2


async def test_who_is_removed_while_they_share_shares_nothing(
    app: FastAPI, ports: Ports, monkeypatch: pytest.MonkeyPatch
):
    async with team(app, "member") as home:
        check = sharing._check_place

        async def check_and_lose(inside: sharing.Inside) -> None:
            await check(inside)
            await ports.store.collection(MEMBERSHIPS).delete({"user_id": home.ids["member"]})

        monkeypatch.setattr(sharing, "_check_place", check_and_lose)
        member = home.people["member"]
        agent = (await member.post("/agents", json=AGENT)).json()["id"]

        refused = await member.post(f"{home.path}/agents", json={"agent_id": agent})

        assert refused.status_code == 404
        assert await ports.store.collection(SHARES).count() == 0


async def test_what_is_shared_is_told_to_every_member_and_to_nobody_else(app: FastAPI):
    async with team(app, "admin", "member", "viewer") as home:
        await share_agent(home.people["member"], home.path, background="Kanarienvogel")
        (row,) = (await home.people["admin"].get(f"{home.path}/agents")).json()
        for name, who in home.people.items():
            answer = await who.get(f"{home.path}/agents/{row['id']}")
            assert ("Kanarienvogel" in answer.text) == (name != "stranger"), name
            assert "Kanarienvogel" not in (await who.get("/agents")).text or name == "member"
