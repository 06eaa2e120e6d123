"""What an account leaves behind in organizations, when it goes and when it takes along."""

from datetime import timedelta

from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from organized import HOME, Team, invitation, join, share_agent, team
from visitors import PASSWORD, Hands, client, register

from symposion.context import Ports
from symposion.features.accounts.models import ACCOUNTS
from symposion.features.organizations.leaving import erase
from symposion.features.organizations.models import (
    CONTENTS,
    INVITATIONS,
    MEMBERSHIPS,
    ORGANIZATIONS,
    SHARES,
)
from symposion.features.personal_data import service
from symposion.ports.store import ALL, Where


async def go(who: AsyncClient) -> Response:
    return await who.request("DELETE", "/v1/auth/account", json={"current_password": PASSWORD})


async def counts(ports: Ports, where: Where = ALL) -> dict[str, int]:
    return {kind.name: await ports.store.collection(kind).count(where) for kind in CONTENTS}


async def close(ports: Ports, user_id: str) -> None:
    """Let the time of an account be over, as that of a guest or of a deletion cut short is."""
    over = ports.clock.now()
    await ports.store.collection(ACCOUNTS).update(user_id, lambda old: old.but(expires_at=over))


async def test_an_account_that_others_depend_on_is_not_deleted(app: FastAPI):
    async with team(app, "viewer") as home:
        owner = home.people["owner"]

        refused = await go(owner)

        assert (refused.status_code, refused.json()["code"]) == (409, "owns-organization")
        assert "'The Institute'" in refused.json()["detail"]
        assert (await owner.get(home.path)).status_code == 200
        await owner.delete(f"{home.path}/members/{home.ids['viewer']}")
        assert (await go(owner)).status_code == 200


async def test_an_organization_goes_with_the_only_one_in_it(app: FastAPI, ports: Ports):
    async with client(app) as cleo:
        await register(cleo, "cleo@example.com")
        path = f"{HOME}/{(await cleo.post(HOME, json={'name': 'Mine'})).json()['id']}"
        await invitation(cleo, path)
        await share_agent(cleo, path)

        assert (await go(cleo)).status_code == 200

        assert set((await counts(ports)).values()) == {0}
        assert await ports.store.collection(ORGANIZATIONS).count() == 0


async def test_a_member_s_account_takes_along_all_that_it_left_there(app: FastAPI, ports: Ports):
    async with team(app, "admin", "member") as home:
        await share_agent(home.people["admin"], home.path)
        kept = await share_agent(home.people["member"], home.path)
        token = await invitation(home.people["admin"], home.path)

        assert (await go(home.people["admin"])).status_code == 200

        theirs = {"user_id": home.ids["admin"]}
        assert set((await counts(ports, theirs)).values()) == {0}
        used = {"used_by": home.ids["admin"]}
        assert await ports.store.collection(INVITATIONS).count(used) == 0
        assert (await join(home.people["stranger"], token)).status_code == 404
        listed = (await home.people["member"].get(f"{home.path}/agents")).json()
        assert [row["id"] for row in listed] == [kept]
        assert await home.roles() == {"owner": "owner", "member": "member"}


async def test_who_leaves_takes_along_what_they_share(app: FastAPI, ports: Ports):
    async with team(app, "member", "member2") as home:
        for name in ("member", "member2"):
            await share_agent(home.people[name], home.path)
        await home.people["member"].post(f"{home.path}/leave")
        await home.people["owner"].delete(f"{home.path}/members/{home.ids['member2']}")

        assert await ports.store.collection(SHARES).count() == 0
        assert (await home.people["owner"].get(f"{home.path}/agents")).json() == []
        for name in ("member", "member2"):
            assert (await home.people[name].get(home.path)).status_code == 404
            assert len((await home.people[name].get("/agents")).json()) == 1


async def test_a_sweep_is_held_up_by_nothing_and_what_has_members_passes_on(
    app: FastAPI, ports: Ports, clock: Hands
):
    async with team(app, "viewer", "member", "admin", "admin2") as home:
        await share_agent(home.people["owner"], home.path)
        await close(ports, home.ids["owner"])
        clock.ahead = timedelta(seconds=1)

        assert await service.sweep(ports) == 1

        assert await home.roles() == {
            "admin": "owner", "admin2": "admin", "member": "member", "viewer": "viewer"
        }  # fmt: skip
        assert set((await counts(ports, {"user_id": home.ids["owner"]})).values()) == {0}


async def test_erasing_may_run_twice_and_stop_half_way(app: FastAPI, ports: Ports):
    async with team(app, "member") as home:
        await share_agent(home.people["member"], home.path)
        ctx = context(ports, home, "member")
        await ports.store.collection(MEMBERSHIPS).delete({"user_id": home.ids["member"]})

        await erase(ctx)
        await erase(ctx)

        assert set((await counts(ports, {"user_id": home.ids["member"]})).values()) == {0}
        await erase(context(ports, home, "owner"))
        await erase(context(ports, home, "owner"))
        assert await ports.store.collection(ORGANIZATIONS).count() == 0


def context(ports: Ports, home: Team, name: str) -> service.Context:
    return service.Context(service.Actor(home.ids[name], f"tenant of {name}"), ports)


async def test_an_export_lists_memberships_and_what_is_shared(app: FastAPI):
    async with team(app, "member") as home:
        agent = await share_agent(home.people["member"], home.path)
        told = (await home.people["member"].get("/auth/export-data")).json()
        others = (await home.people["stranger"].get("/auth/export-data")).json()

    assert told["organizations"] == [{"id": home.id, "name": "The Institute", "role": "member"}]
    (share,) = told["shares"]
    assert share.pop("created_at").endswith("Z")
    assert share == {"organization_id": home.id, "sort": "agents", "id": agent}
    assert (others["organizations"], others["shares"]) == ([], [])
