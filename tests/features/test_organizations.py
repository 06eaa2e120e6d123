"""Organizations, their members and invitations, over HTTP."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from organized import AGENT, HOME, invitation, join, share_agent, team
from visitors import client, register

from symposion.answers import ANSWERS
from symposion.context import Ports
from symposion.features.accounts.models import ACCOUNTS
from symposion.features.audit.models import AUDIT
from symposion.features.organizations import invitations, service
from symposion.features.organizations.models import (
    CONTENTS,
    INVITATIONS,
    MEMBERSHIPS,
    ORGANIZATIONS,
)
from symposion.features.personal_data.service import sweep
from symposion.ports.store import Kind


async def test_who_makes_an_organization_owns_it(app: FastAPI):
    async with client(app) as cleo:
        me = await register(cleo, "cleo@example.com")
        made = await cleo.post(HOME, json={"name": "  The Institute "})
        path = f"{HOME}/{made.json()['id']}"

        told = made.json()
        assert made.status_code == 200
        assert (told["name"], told["role"], told["owner_id"]) == (
            "The Institute",
            "owner",
            me["id"],
        )
        assert (await cleo.get(path)).json() == told
        assert (await cleo.get(HOME)).json() == [told]
        renamed = await cleo.put(path, json={"name": "The Academy"})
        assert renamed.json() == told | {"name": "The Academy"}
        (owner,) = (await cleo.get(f"{path}/members")).json()
        assert (owner["user_id"], owner["role"], owner["name"]) == (me["id"], "owner", "Cleo")
        assert (await cleo.delete(path)).status_code == 200
        assert (await cleo.get(path)).status_code == 404
        assert (await cleo.get(HOME)).json() == []


async def test_what_is_sent_again_under_its_key_is_done_once(app: FastAPI, ports: Ports):
    async with team(app, "member") as home:
        owner, member = home.people["owner"], home.people["member"]
        agent = (await member.post("/agents", json=AGENT)).json()["id"]
        shared = f"{home.path}/agents"
        for who, path, body in (
            (owner, HOME, {"name": "Twice"}),
            (member, shared, {"agent_id": agent}),
            (owner, f"{shared}/{agent}/copy", None),
            (owner, f"{home.path}/transfer", {"user_id": home.ids["member"]}),
            (owner, f"{home.path}/leave", None),
        ):
            key = {"Idempotency-Key": path}
            answers = [await who.post(path, json=body, headers=key) for _ in "12"]
            assert [a.status_code for a in answers] == [200, 200], path
            assert answers[0].content == answers[1].content, path
            assert answers[1].headers["idempotent-replayed"] == "true", path

        assert [o["name"] for o in (await owner.get(HOME)).json()] == ["Twice"]
        assert len((await owner.get("/agents")).json()) == 1
        answers = ports.store.collection(ANSWERS)
        for answer in await answers.find():  # as if all had been cut short
            await answers.update(answer.id, lambda old: old.but(status=0))
        again = await owner.post(HOME, json={"name": "Twice"}, headers={"Idempotency-Key": HOME})
        assert (await owner.get(HOME)).json() == [again.json()]


async def test_guests_have_no_organizations(ann: AsyncClient):
    refused = [await ann.get(HOME), await ann.post(HOME, json={"name": "x"})]

    assert [(r.status_code, r.json()["code"]) for r in refused] == [(403, "not-for-guests")] * 2


def days(told: dict[str, str]) -> float:
    made, ends = (datetime.fromisoformat(told[at]) for at in ("created_at", "expires_at"))
    return (ends - made) / timedelta(days=1)


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "x" * 101, 7, None])
async def test_an_organization_has_a_name_of_one_line(app: FastAPI, name: object):
    async with client(app) as cleo:
        await register(cleo, "cleo@example.com")
        assert (await cleo.post(HOME, json={"name": name})).status_code == 422


async def test_an_account_is_in_twenty_organizations_at_most(app: FastAPI):
    async with team(app) as home, client(app) as cleo:
        await register(cleo, "cleo@example.com")
        for number in range(20):
            assert (await cleo.post(HOME, json={"name": f"O{number}"})).status_code == 200
        token = await invitation(home.people["owner"], home.path)

        refused = [await cleo.post(HOME, json={"name": "one more"}), await join(cleo, token)]

        assert [(r.status_code, r.json()["code"]) for r in refused] == [
            (429, "organizations-full")
        ] * 2
        assert len((await cleo.get(HOME)).json()) == 20
        assert (await join(home.people["stranger"], token)).status_code == 200


async def test_an_invitation_is_told_once_and_lets_one_in(app: FastAPI, ports: Ports):
    async with team(app, "member") as home:
        owner, stranger = home.people["owner"], home.people["stranger"]
        made = (await owner.post(f"{home.path}/invitations", json={"role": "viewer"})).json()
        listed = await owner.get(f"{home.path}/invitations")

        assert made["link"] == f"http://house/organizations/join#{made['token']}"
        assert [row["id"] for row in listed.json()] == [made["id"]]
        assert made["token"] not in listed.text
        kept = await ports.store.collection(INVITATIONS).find()
        assert [i for i in kept if made["token"] in i.model_dump_json()] == []
        assert (await join(stranger, made["token"])).status_code == 200
        assert (await join(stranger, made["token"])).status_code == 200  # twice is once
        assert await home.roles() == {"owner": "owner", "member": "member", "stranger": "viewer"}
        assert (await owner.get(f"{home.path}/invitations")).json() == []
        async with client(app) as late:
            await register(late, "late@example.com")
            assert (await join(late, made["token"])).json()["code"] == "bad-invitation"


async def test_an_invitation_that_lets_nobody_in_does_not_say_why(app: FastAPI, ports: Ports):
    async with team(app, "admin", "member") as home:
        owner, stranger = home.people["owner"], home.people["stranger"]
        tokens = {"none": "x", "used": await invitation(owner, home.path)}
        async with client(app) as early:
            await register(early, "early@example.com")
            assert (await join(early, tokens["used"])).status_code == 200
        revoked = await owner.post(f"{home.path}/invitations", json={"role": "viewer"})
        tokens["revoked"] = revoked.json()["token"]
        await owner.delete(f"{home.path}/invitations/{revoked.json()['id']}")
        tokens["of one who was removed"] = await invitation(home.people["admin"], home.path)
        expiring = await owner.post(
            f"{home.path}/invitations", json={"role": "viewer", "expires_in_days": 1}
        )
        assert days(expiring.json()) == 1
        await owner.delete(f"{home.path}/members/{home.ids['admin']}")

        answers = {name: await join(stranger, token) for name, token in tokens.items()}
        invitations = ports.store.collection(INVITATIONS)
        over = ports.clock.now() - timedelta(minutes=1)
        await invitations.update(expiring.json()["id"], lambda old: old.but(expires_at=over))
        answers["expired"] = await join(stranger, expiring.json()["token"])
        await sweep(ports)
        assert await invitations.count({"id": expiring.json()["id"]}) == 0
        answers["swept"] = await join(stranger, expiring.json()["token"])

    told = {
        name: (answer.status_code, {**answer.json(), "request_id": ""})
        for name, answer in answers.items()
    }
    assert told == dict.fromkeys(told, told["none"])
    assert told["none"][0] == 404
    assert told["none"][1]["code"] == "bad-invitation"


async def test_an_invitation_is_worth_what_its_maker_may_do_when_it_is_used(app: FastAPI):
    async with team(app, "admin") as home:
        token = await invitation(home.people["admin"], home.path, "admin")
        demoted = await home.people["owner"].put(
            f"{home.path}/members/{home.ids['admin']}", json={"role": "member"}
        )
        assert demoted.status_code == 200
        assert (await join(home.people["stranger"], token)).status_code == 404


async def test_one_link_lets_in_one_of_many_who_come_at_once(app: FastAPI, ports: Ports):
    async with team(app) as home:
        token = await invitation(home.people["owner"], home.path)
        crowd = [client(app) for _ in range(8)]
        for number, who in enumerate(crowd):
            await register(who, f"c{number}@example.com")

        answers = await asyncio.gather(*(join(who, token) for who in crowd))

        assert sorted(answer.status_code for answer in answers) == [200] + [404] * 7
        assert await ports.store.collection(MEMBERSHIPS).count() == 1


async def test_who_was_removed_does_not_come_back_by_their_old_link(app: FastAPI):
    async with team(app) as home:
        owner, stranger = home.people["owner"], home.people["stranger"]
        token = await invitation(owner, home.path)
        await join(stranger, token)
        await owner.delete(f"{home.path}/members/{home.ids['stranger']}")

        assert (await join(stranger, token)).status_code == 404
        assert (await stranger.get(home.path)).status_code == 404


async def test_a_member_removed_while_they_come_in_is_out(
    app: FastAPI, ports: Ports, monkeypatch: pytest.MonkeyPatch
):
    async with team(app) as home:
        owner, stranger = home.people["owner"], home.people["stranger"]
        token = await invitation(owner, home.path)
        claim = invitations._claim

        async def claim_and_lose(*what: object) -> None:
            await claim(*what)  # type: ignore[arg-type]
            within = invitations.room_of(what[0], home.id)  # type: ignore[arg-type]
            await service.forget_member(within, home.ids["stranger"])

        monkeypatch.setattr(invitations, "_claim", claim_and_lose)
        assert (await join(stranger, token)).status_code == 404
        assert await ports.store.collection(MEMBERSHIPS).count() == 0


async def test_an_organization_that_is_full_takes_nobody(
    app: FastAPI, ports: Ports, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(invitations, "MEMBERS_LIMIT", 3)
    async with team(app, "member", "viewer") as home:
        owner, stranger = home.people["owner"], home.people["stranger"]
        token = await invitation(owner, home.path)

        refused = await join(stranger, token)

        assert (refused.status_code, refused.json()["code"]) == (429, "members-full")
        await home.people["viewer"].post(f"{home.path}/leave")
        assert (await join(stranger, token)).status_code == 200  # the link was not used up
        assert await ports.store.collection(MEMBERSHIPS).count() == 2
        handover = {"user_id": home.ids["member"]}
        await owner.post(f"{home.path}/transfer", json=handover)  # who has a membership, then
        async with client(app) as late:
            await register(late, "late@example.com")
            other = await invitation(owner, home.path)
            assert (await join(late, other)).status_code == 429
            assert len(await home.roles()) == 3


async def test_those_who_race_for_the_last_place_are_never_too_many(
    app: FastAPI, ports: Ports, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(invitations, "MEMBERS_LIMIT", 3)
    async with team(app, "member") as home:
        crowd = [client(app) for _ in range(6)]
        for number, who in enumerate(crowd):
            await register(who, f"c{number}@example.com")
        tokens = [await invitation(home.people["owner"], home.path) for _ in crowd]

        answers = await asyncio.gather(*(map(join, crowd, tokens)))

        came = [answer for answer in answers if answer.status_code == 200]
        assert len(came) <= 1
        assert {answer.status_code for answer in answers} <= {200, 429}
        assert await ports.store.collection(MEMBERSHIPS).count() == 1 + len(came)


async def test_fifty_invitations_are_open_at_most(app: FastAPI):
    async with team(app) as home:
        for _ in range(50):
            await invitation(home.people["owner"], home.path)

        refused = await home.people["owner"].post(
            f"{home.path}/invitations", json={"role": "viewer"}
        )

        assert (refused.status_code, refused.json()["code"]) == (429, "invitations-full")


@pytest.mark.parametrize(
    "draft",
    [
        {},
        {"role": "owner"},
        {"role": "viewer", "expires_in_days": 0},
        {"role": "viewer", "expires_in_days": 31},
        {"role": "viewer", "user_id": "x"},
    ],
)
async def test_an_invitation_that_cannot_be_is_refused(app: FastAPI, draft: dict[str, object]):
    async with team(app) as home:
        path = f"{home.path}/invitations"
        assert (await home.people["owner"].post(path, json=draft)).status_code == 422


async def test_addresses_are_for_admins(app: FastAPI):
    async with team(app, "admin", "member", "viewer") as home:
        told = {
            name: (await home.people[name].get(f"{home.path}/members")).text for name in home.ids
        }

    emails = {name: "@example.com" in text for name, text in told.items()}
    assert emails == {
        "owner": True,
        "admin": True,
        "member": False,
        "viewer": False,
        "stranger": False,
    }
    assert all(name.capitalize() in told["viewer"] for name in ("owner", "admin", "member"))


async def test_a_deactivated_member_is_shown_as_such(app: FastAPI, ports: Ports):
    async with team(app, "member") as home:
        accounts = ports.store.collection(ACCOUNTS)
        await accounts.update(home.ids["member"], lambda old: old.but(active=False))
        told = (await home.people["owner"].get(f"{home.path}/members")).json()
        assert [(row["role"], row["active"]) for row in told] == [
            ("owner", True),
            ("member", False),
        ]
        assert (await home.people["member"].get(home.path)).status_code == 401


async def test_the_owner_stays_until_another_is(app: FastAPI):
    async with team(app, "admin", "member") as home:
        owner, admin = home.people["owner"], home.people["admin"]
        own = f"{home.path}/members/{home.ids['owner']}"
        refused = [
            await owner.post(f"{home.path}/leave"),
            await owner.delete(own),
            await owner.put(own, json={"role": "viewer"}),
            await admin.delete(own),
            await admin.put(own, json={"role": "viewer"}),
        ]
        assert [(r.status_code, r.json()["code"]) for r in refused] == [(409, "owner-stays")] * 5

        handover = {"user_id": home.ids["member"]}
        assert (await admin.post(f"{home.path}/transfer", json=handover)).status_code == 403
        assert (await owner.post(f"{home.path}/transfer", json=handover)).status_code == 200

        assert await home.roles() == {"member": "owner", "owner": "admin", "admin": "admin"}
        assert (await owner.post(f"{home.path}/transfer", json=handover)).status_code == 403
        back = {"user_id": home.ids["owner"]}
        member = home.people["member"]
        assert (await member.post(f"{home.path}/transfer", json=back)).status_code == 200
        assert await home.roles() == {"owner": "owner", "member": "admin", "admin": "admin"}
        stranger = {"user_id": home.ids["stranger"]}
        assert (await owner.post(f"{home.path}/transfer", json=stranger)).status_code == 404


async def test_a_handover_cut_short_leaves_the_owner_the_owner(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
):
    async with team(app, "member") as home:
        become = service._become_admin

        async def die(inside: service.Inside) -> None:
            await become(inside)
            raise KeyError

        monkeypatch.setattr(service, "_become_admin", die)
        handover = {"user_id": home.ids["member"]}
        owner = home.people["owner"]
        assert (await owner.post(f"{home.path}/transfer", json=handover)).status_code == 500
        monkeypatch.undo()
        assert await home.roles() == {"owner": "owner", "member": "member"}
        assert (await owner.post(f"{home.path}/transfer", json=handover)).status_code == 200
        assert await home.roles() == {"member": "owner", "owner": "admin"}


async def test_two_handovers_at_once_leave_one_owner(app: FastAPI):
    async with team(app, "admin", "member") as home:
        answers = await asyncio.gather(
            *(
                home.people["owner"].post(f"{home.path}/transfer", json={"user_id": home.ids[name]})
                for name in ("admin", "member")
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 403]
        roles = sorted((await home.roles()).values())
        assert roles in (["admin", "admin", "owner"], ["admin", "member", "owner"])


async def test_an_owner_made_so_while_they_leave_is_the_owner(app: FastAPI, ports: Ports):
    """The organization says who owns it, whatever memberships there are."""
    async with team(app, "member") as home:
        await home.people["owner"].post(
            f"{home.path}/transfer", json={"user_id": home.ids["member"]}
        )
        await ports.store.collection(MEMBERSHIPS).delete({"user_id": home.ids["member"]})

        assert await home.roles() == {"member": "owner", "owner": "admin"}
        assert [o["role"] for o in (await home.people["member"].get(HOME)).json()] == ["owner"]


async def test_deleting_an_organization_leaves_nothing_of_it(app: FastAPI, ports: Ports):
    async with team(app, "member") as home:
        await invitation(home.people["owner"], home.path)
        agent = await share_agent(home.people["member"], home.path)

        assert (await home.people["member"].delete(home.path)).status_code == 403
        assert (await home.people["owner"].delete(home.path)).status_code == 200

        kinds: tuple[Kind[Any], ...] = (ORGANIZATIONS, *CONTENTS)
        for kind in kinds:
            assert await ports.store.collection(kind).count() == 0, kind.name
        assert (await home.people["member"].get(HOME)).json() == []
        (own,) = (await home.people["member"].get("/agents")).json()
        assert own["id"] == agent


async def test_what_happens_to_members_is_written_down(app: FastAPI, ports: Ports):
    async with team(app, "member") as home:
        owner = home.people["owner"]
        await owner.put(f"{home.path}/members/{home.ids['member']}", json={"role": "admin"})
        made = await owner.post(f"{home.path}/invitations", json={"role": "viewer"})
        await owner.delete(f"{home.path}/invitations/{made.json()['id']}")
        await owner.post(f"{home.path}/transfer", json={"user_id": home.ids["member"]})
        await owner.post(f"{home.path}/leave")
        await home.people["member"].delete(home.path)

    log = await ports.store.collection(AUDIT).find({"tenant_id": home.id}, order="id")
    assert [entry.action for entry in log] == [
        "organization-made",
        "invitation-made",
        "member-joined",
        "role-changed",
        "invitation-made",
        "invitation-revoked",
        "ownership-transferred",
        "member-removed",
        "organization-deleted",
    ]
    about = {entry.action: (entry.user_id, entry.about) for entry in log}
    assert about["role-changed"] == (home.ids["owner"], home.ids["member"])
    assert about["member-joined"] == (home.ids["member"], home.id)
