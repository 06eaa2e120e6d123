"""Portraits over HTTP: made, paid for within limits, kept, shown."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from visitors import Hands, client, register, sign_in

from symposion.adapters.images.drawn import face
from symposion.app import create_app
from symposion.context import Ports
from symposion.features.portraits import service
from symposion.features.portraits.models import IMAGE_DAYS, PORTRAITS
from symposion.policy import POLICIES
from symposion.ports.images import Allowance, Image, ImageFailed, Sitter
from symposion.web.gate import Gate
from symposion.web.rates import Limits

PNG = b"\x89PNG\r\n\x1a\n"
AGENT = {"name": "Ada", "archetype": "scientist"}


class Studio:
    """An `ImageModel` that is paid; every image is another one, and it may be out of order."""

    paid = True

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sitter]] = []
        self.broken = False

    async def draw(self, text: str, sitter: Sitter) -> Image:
        self.asked.append((text, sitter))
        if self.broken:
            raise ImageFailed("The image service did not answer in time.")
        return Image("image/png", PNG + str(len(self.asked)).encode())

    async def close(self) -> None: ...


@pytest.fixture
def studio(app: FastAPI, ports: Ports) -> Studio:
    made = Studio()
    app.state.ports = replace(ports, images=made, allowance=Allowance(user=3, guest=2, server=4))
    return made


async def test_a_description_gives_a_portrait_that_anybody_may_see(
    ann: AsyncClient, nobody: AsyncClient
):
    reply = (await ann.post("/avatars/generate", json={"prompt": "Ada"})).json()
    shown = await nobody.get(reply["image_url"])

    assert (reply["success"], reply["error"], reply["drawn"]) == (True, None, True)
    assert reply["image_url"].startswith("http://house/api/v1/portraits/")
    assert len(reply["image_url"].rpartition("/")[2]) == 32
    assert shown.text == face("Ada")


async def test_a_portrait_is_shown_as_what_it_is_and_can_do_nothing(
    ann: AsyncClient, nobody: AsyncClient
):
    url = (await ann.post("/agents/generate-avatar", json={"agent_name": "Ada"})).json()
    headers = (await nobody.get(url["avatar_url"])).headers

    assert headers["content-type"] == "image/svg+xml"
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_a_portrait_nobody_made_is_not_there(nobody: AsyncClient):
    assert (await nobody.get("/v1/portraits/none")).status_code == 404
    assert (await nobody.get("/portraits/none")).status_code == 404


async def test_the_name_of_an_agent_gives_the_same_portrait_again(ann: AsyncClient, ports: Ports):
    first = await ann.post("/agents/generate-avatar", json={"agent_name": "Ada"})
    again = await ann.post("/agents/generate-avatar", json={"agent_name": "Ada"})

    assert first.json() == again.json()
    assert first.json()["agent_name"] == "Ada"
    assert first.json()["success"] is True
    assert await ports.store.collection(PORTRAITS).count() == 1


async def test_the_same_portrait_of_two_users_has_two_addresses(ann: AsyncClient, bob: AsyncClient):
    urls = {
        (await who.post("/agents/generate-avatar", json={"agent_name": "Ada"})).json()["avatar_url"]
        for who in (ann, bob)
    }
    assert len(urls) == 2


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"prompt": "a pilot", "name": "Ada"}, "a pilot"),
        ({"prompt": "", "name": "Ada"}, "Ada"),
        ({"name": "Ada"}, "Ada"),
        ({"prompt": None, "name": None}, "Guest"),
        ({}, "Guest"),
    ],
)
async def test_a_portrait_of_oneself_follows_prompt_then_name(
    ann: AsyncClient, studio: Studio, body: dict[str, Any], text: str
):
    reply = await ann.post("/auth/generate-profile-avatar", json=body)

    assert reply.json()["success"] is True
    assert reply.json()["drawn"] is False
    assert studio.asked == [(text, "profile")]


async def test_a_portrait_of_oneself_can_be_put_into_the_profile(ann: AsyncClient):
    url = (await ann.post("/auth/generate-profile-avatar", json={})).json()["avatar_url"]
    assert (await ann.get("/auth/me")).json()["picture"] == ""

    changed = await ann.put("/auth/profile", json={"name": "Ann", "picture": url})

    assert changed.status_code == 200
    assert (await ann.get("/auth/me")).json()["picture"] == url


@pytest.mark.parametrize("prompt", ["", "x", "   ", 7, None, "x" * 1_001])
async def test_a_description_too_short_or_odd_is_refused_in_one_sentence(
    ann: AsyncClient, prompt: object
):
    answer = await ann.post("/avatars/generate", json={"prompt": prompt})

    assert answer.status_code == 400
    assert isinstance(answer.json()["detail"], str)


async def test_a_failed_image_is_told_and_never_replaced(ann: AsyncClient, studio: Studio):
    studio.broken = True
    told = "The image service did not answer in time."
    preview = await ann.post("/avatars/generate", json={"prompt": "a pilot"})
    agent = await ann.post("/agents/generate-avatar", json={"agent_name": "Ada"})

    assert preview.status_code == 200
    assert preview.json() == {"success": False, "image_url": "", "error": told, "drawn": False}
    assert (agent.status_code, agent.json()["detail"]) == (500, told)
    assert agent.json()["code"] == "image-failed"


async def test_a_failed_image_of_oneself_is_an_error_too(ann: AsyncClient, studio: Studio):
    studio.broken = True

    assert (await ann.post("/auth/generate-profile-avatar", json={})).status_code == 500


async def test_an_agent_with_a_prompt_is_given_a_portrait(ann: AsyncClient, nobody: AsyncClient):
    made = (await ann.post("/agents", json={**AGENT, "avatar_prompt": "a pilot"})).json()

    assert (await nobody.get(made["avatar_url"])).text == face("a pilot")
    assert (await ann.get("/agents")).json() == [made]


@pytest.mark.parametrize(
    "given", [{}, {"avatar_prompt": " "}, {"avatar_prompt": "a", "avatar_url": "https://a.example"}]
)
async def test_an_agent_without_a_prompt_or_with_a_portrait_stays_as_given(
    ann: AsyncClient, studio: Studio, given: Mapping[str, str]
):
    made = (await ann.post("/agents", json={**AGENT, **given})).json()

    assert made["avatar_url"] == given.get("avatar_url", "")
    assert studio.asked == []


async def test_an_agent_is_made_even_if_its_image_fails_or_is_too_dear(
    ann: AsyncClient, studio: Studio
):
    studio.broken = True
    for _ in range(3):
        made = await ann.post("/agents", json={**AGENT, "avatar_prompt": "a pilot"})
        assert (made.status_code, made.json()["avatar_url"]) == (200, "")

    assert len(studio.asked) == 2


async def test_a_key_that_may_not_spend_gets_an_agent_without_a_paid_portrait(
    nobody: AsyncClient, studio: Studio
):
    await register(nobody, "cleo@example.com")
    for scopes, images in ((["write"], 0), (["write", "spend"], 1)):
        key = await nobody.post("/v1/api-keys", json={"name": "k", "scopes": scopes})
        made = await nobody.post(
            "/agents",
            json={**AGENT, "avatar_prompt": "a pilot"},
            headers={"Authorization": f"Bearer {key.json()['key']}"},
        )
        assert made.status_code == 200
        assert len(studio.asked) == images


async def test_a_guest_has_a_budget_for_a_day_and_failures_count(
    ann: AsyncClient, studio: Studio, clock: Hands
):
    studio.broken = True
    told = [(await ann.post("/avatars/generate", json={"prompt": "ab"})) for _ in range(3)]

    assert [answer.status_code for answer in told] == [200, 200, 429]
    assert told[-1].json()["code"] == "image-budget-exhausted"
    assert 1 <= int(told[-1].headers["retry-after"]) <= 86_400
    assert len(studio.asked) == 2

    clock.ahead = timedelta(days=1)
    await sign_in(ann)
    assert (await ann.post("/avatars/generate", json={"prompt": "ab"})).status_code == 200


async def test_a_user_has_more_than_a_guest(nobody: AsyncClient, studio: Studio):
    await register(nobody, "cleo@example.com")
    told = [
        (await nobody.post("/agents/generate-avatar", json={"agent_name": "Ada"})).status_code
        for _ in range(4)
    ]
    assert told == [200, 200, 200, 429]
    assert len(studio.asked) == 3


async def test_all_users_together_have_a_budget(
    app: FastAPI, ann: AsyncClient, bob: AsyncClient, studio: Studio
):
    for who in (ann, bob):
        for _ in range(2):
            await who.post("/agents/generate-avatar", json={"agent_name": "Ada"})
    async with client(app) as third:
        await sign_in(third)
        refused = await third.post("/agents/generate-avatar", json={"agent_name": "Ada"})

    assert refused.status_code == 429
    assert "together" in refused.json()["detail"]
    assert len(studio.asked) == 4


async def test_drawn_portraits_cost_nothing(ann: AsyncClient, app: FastAPI, ports: Ports):
    app.state.ports = replace(ports, allowance=Allowance(0, 0, 0))

    assert (await ann.post("/avatars/generate", json={"prompt": "ab"})).json()["success"] is True
    assert await ports.store.collection(IMAGE_DAYS).count() == 0


async def test_a_house_without_images_says_so(ann: AsyncClient, app: FastAPI, ports: Ports):
    app.state.ports = replace(ports, images=None)

    assert (await ann.post("/avatars/generate", json={"prompt": "ab"})).json()["success"] is False
    made = await ann.post("/agents", json={**AGENT, "avatar_prompt": "a pilot"})
    assert made.json()["avatar_url"] == ""


async def test_only_the_newest_portraits_are_kept(
    ann: AsyncClient, nobody: AsyncClient, monkeypatch: pytest.MonkeyPatch, clock: Hands
):
    monkeypatch.setattr(service, "PORTRAITS_LIMIT", 2)
    urls: list[str] = []
    for name in ("Ada", "Bela", "Chen"):
        clock.ahead += timedelta(seconds=1)
        made = await ann.post("/agents/generate-avatar", json={"agent_name": name})
        urls.append(made.json()["avatar_url"])

    assert [(await nobody.get(url)).status_code for url in urls] == [404, 200, 200]


async def test_portraits_leave_with_their_account(nobody: AsyncClient):
    await register(nobody, "cleo@example.com")
    url = (await nobody.post("/avatars/generate", json={"prompt": "ab"})).json()["image_url"]
    gone = await nobody.request(
        "DELETE", "/v1/auth/account", json={"current_password": "correct horse battery"}
    )

    assert gone.status_code == 200
    assert (await nobody.get(url)).status_code == 404


@pytest.mark.parametrize("word", ["undefined", "null"])
async def test_a_page_without_a_token_may_preview(nobody: AsyncClient, word: str):
    unknown = {"Authorization": f"Bearer {word}"}
    made = await nobody.post("/avatars/generate", json={"prompt": "ab"}, headers=unknown)

    assert made.json()["success"] is True
    for path in ("/agents/generate-avatar", "/auth/generate-profile-avatar"):
        refused = await nobody.post(path, json={"agent_name": "Ada"}, headers=unknown)
        assert refused.status_code == 401


@pytest.mark.parametrize("said", ["Bearer", "Bearer nil", "Basic null", "null", "Bearer null x"])
async def test_other_placeholders_are_no_good(nobody: AsyncClient, said: str):
    headers = {"Authorization": said}
    refused = await nobody.post("/avatars/generate", json={"prompt": "ab"}, headers=headers)

    assert refused.status_code == 401


async def test_strangers_are_told_apart_by_address_and_soon_told_to_wait(
    ports: Ports, studio: Studio
):
    app = create_app(
        replace(ports, images=studio, allowance=Allowance(user=100, server=100)),
        gate=Gate(POLICIES, Limits()),
    )
    unknown = {"Authorization": "Bearer null", "Idempotency-Key": "the same"}
    async with client(app) as nobody:
        told = [
            (await nobody.post("/avatars/generate", json={"prompt": "ab"}, headers=unknown))
            for _ in range(6)
        ]
        await sign_in(nobody)
        known = await nobody.post("/avatars/generate", json={"prompt": "ab"})

    assert [answer.status_code for answer in told] == [200] * 5 + [429]
    assert len({answer.json().get("image_url") for answer in told}) == 6
    assert known.status_code == 200


async def test_a_portrait_asked_for_again_under_its_key_is_paid_for_once(
    ann: AsyncClient, studio: Studio
):
    key = {"Idempotency-Key": "k1"}
    body = {"agent_name": "Ada"}
    first = await ann.post("/agents/generate-avatar", json=body, headers=key)
    again = await ann.post("/agents/generate-avatar", json=body, headers=key)

    assert first.json() == again.json()
    assert len(studio.asked) == 1
