"""Profile, e-mail address and password of one's own account, over HTTP."""

import base64

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from mongo_peer import ON_NX
from visitors import PASSWORD, client, register

from symposion.context import Ports
from symposion.features.accounts.models import PICTURES
from symposion.features.accounts.profile import PICTURE_LIMIT

EMAIL = "cleo@example.com"
NEW = "a new and better one"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def data_url(image: bytes, media: str = "image/png") -> str:
    return f"data:{media};base64,{base64.b64encode(image).decode()}"


async def test_a_changed_profile_is_what_me_tells(ann: AsyncClient):
    before = (await ann.get("/auth/me")).json()

    changed = await ann.put(
        "/auth/profile", json={"name": "  Ann B. ", "bio": "Likes rooms.", "email": before["email"]}
    )

    assert (changed.status_code, changed.json()["success"]) == (200, True)
    me = (await ann.get("/auth/me")).json()
    assert me == before | {"name": "Ann B.", "bio": "Likes rooms."}


async def test_what_is_not_given_stays(ann: AsyncClient):
    await ann.put("/auth/profile", json={"name": "Ann", "bio": "b", "picture": data_url(PNG)})

    await ann.put("/auth/profile", json={"name": "Anna"})

    me = (await ann.get("/auth/me")).json()
    assert (me["name"], me["bio"], me["picture"]) == ("Anna", "b", data_url(PNG))


@pytest.mark.parametrize("body", [None, {}, {"bio": "x"}, {"name": ""}, {"name": " \u202e "}])
async def test_a_profile_without_a_name_is_400(ann: AsyncClient, body: dict[str, str] | None):
    refused = (
        await ann.put("/auth/profile", json=body)
        if body is not None
        else (await ann.put("/auth/profile"))
    )

    assert refused.status_code == 400
    (fault,) = refused.json()["errors"]
    assert fault["pointer"] == ("#/name" if body is not None else "#")
    assert fault["detail"] in {"is required", "must not be blank"}


async def test_the_profile_changes_no_e_mail_address(ann: AsyncClient):
    refused = await ann.put("/auth/profile", json={"name": "Ann", "email": "x@example.com"})

    assert refused.status_code == 400
    assert (await ann.get("/auth/me")).json()["email"] != "x@example.com"


@pytest.mark.parametrize("field", ["is_admin", "tenant_id", "password_hash", "active"])
async def test_the_profile_takes_nothing_that_is_the_servers(ann: AsyncClient, field: str):
    refused = await ann.put("/auth/profile", json={"name": "Ann", field: True})

    assert refused.status_code == 400
    assert refused.json()["errors"] == [{"pointer": f"#/{field}", "detail": "is not known here"}]


@pytest.mark.parametrize(
    ("image", "media"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 9, "image/jpeg"),
        (b"RIFF\x0a\0\0\0WEBPVP8 ", "image/webp"),
        (PNG + b"\0" * (PICTURE_LIMIT - len(PNG)), "image/png"),
    ],
)
async def test_a_picture_is_kept_under_the_type_it_shows(
    ann: AsyncClient, image: bytes, media: str
):
    url = data_url(image, "image/gif")

    changed = await ann.put("/auth/profile", json={"name": "Ann", "picture": url})

    assert changed.status_code == 200
    assert (await ann.get("/auth/me")).json()["picture"] == data_url(image, media)


async def test_a_picture_can_be_replaced_and_taken_away(ann: AsyncClient, ports: Ports):
    for picture in (data_url(PNG), data_url(PNG + b"2"), "https://img.example/a.png", ""):
        changed = await ann.put("/auth/profile", json={"name": "Ann", "picture": picture})
        assert changed.status_code == 200
        assert (await ann.get("/auth/me")).json()["picture"] == picture
        stored = await ports.store.collection(PICTURES).count()
        assert stored == picture.startswith("data:")


NO_PICTURES = {
    "svg": data_url(b"<svg onload='x'/>", "image/svg+xml"),
    "html": data_url(b"<html>", "image/png"),
    "no base64": "data:image/png;base64,%%%",
    "no encoding": "data:image/png,abc",
    "nothing": "data:image/png;base64,",
    "too large": data_url(PNG + b"\0" * (PICTURE_LIMIT - len(PNG) + 1)),
    "a script": "javascript:alert(1)",
    "the mark of the store": "stored",
    "a long address": "https://img.example/" + "a" * 9_000,
}


@pytest.mark.parametrize("name", NO_PICTURES)
async def test_what_is_no_picture_is_refused(ann: AsyncClient, name: str):
    refused = await ann.put("/auth/profile", json={"name": "B", "picture": NO_PICTURES[name]})

    assert (refused.status_code, refused.json()["code"]) == (422, "bad-picture")
    me = (await ann.get("/auth/me")).json()
    assert (me["name"], me["picture"]) == ("Guest", "")


async def test_a_new_address_signs_in_and_the_old_one_does_not(app: FastAPI):
    async with client(app) as cleo:
        await register(cleo, EMAIL)
        change = {"current_password": PASSWORD, "new_email": "C2@Example.com"}

        assert (await cleo.put("/auth/change-email", json=change)).json()["success"] is True

        assert (await cleo.get("/auth/me")).json()["email"] == "c2@example.com"
        assert await status_of_sign_in(cleo, EMAIL, PASSWORD) == 401
        assert await status_of_sign_in(cleo, "c2@example.com", PASSWORD) == 200


async def test_a_new_address_asks_for_the_password_and_must_be_free(app: FastAPI):
    async with client(app) as cleo, client(app) as dora:
        await register(cleo, EMAIL)
        await register(dora, "dora@example.com")
        # nx-27017 answers a replacement that breaks a unique index like one that found nothing
        taken = "contended" if ON_NX else "email-taken"
        for change, code in (
            ({"current_password": "wrong", "new_email": "n@example.com"}, "wrong-password"),
            ({"new_email": "n@example.com"}, "invalid-request"),
            ({"current_password": PASSWORD}, "invalid-request"),
            ({"current_password": PASSWORD, "new_email": "a@b"}, "invalid-request"),
            ({"current_password": PASSWORD, "new_email": "DORA@example.com"}, taken),
        ):
            refused = await cleo.put("/auth/change-email", json=change)
            assert refused.json()["code"] == code
        assert (await cleo.get("/auth/me")).json()["email"] == EMAIL


async def test_a_new_password_ends_all_other_sessions(app: FastAPI):
    async with client(app) as cleo, client(app) as elsewhere:
        await register(cleo, EMAIL)
        token = await elsewhere.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
        elsewhere.headers["Authorization"] = f"Bearer {token.json()['access_token']}"

        change = {"current_password": PASSWORD, "new_password": NEW}
        assert (await cleo.put("/auth/change-password", json=change)).json()["success"] is True

        assert (await cleo.get("/auth/me")).status_code == 200
        assert (await elsewhere.get("/auth/me")).status_code == 401
        assert await status_of_sign_in(cleo, EMAIL, PASSWORD) == 401
        assert await status_of_sign_in(cleo, EMAIL, NEW) == 200


async def test_a_new_password_asks_for_the_old_one_and_must_be_good(app: FastAPI):
    async with client(app) as cleo:
        await register(cleo, EMAIL)
        for change, code in (
            ({"current_password": "wrong one", "new_password": NEW}, "wrong-password"),
            ({"new_password": NEW}, "invalid-request"),
            ({"current_password": PASSWORD}, "invalid-request"),
            ({"current_password": PASSWORD, "new_password": "short"}, "invalid-request"),
            ({"current_password": PASSWORD, "new_password": "password1"}, "invalid-request"),
        ):
            refused = await cleo.put("/auth/change-password", json=change)
            assert (refused.status_code, refused.json()["code"]) == (400, code)
        assert await status_of_sign_in(cleo, EMAIL, PASSWORD) == 200


async def test_a_guest_has_no_password_to_change(ann: AsyncClient):
    change = {"current_password": "", "new_password": NEW}

    for path, body in (("password", change), ("email", {"new_email": EMAIL})):
        refused = await ann.put(f"/auth/change-{path}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "not-for-guests")


async def status_of_sign_in(who: AsyncClient, email: str, password: str) -> int:
    return (await who.post("/auth/login", json={"email": email, "password": password})).status_code
