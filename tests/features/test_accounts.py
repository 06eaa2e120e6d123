"""Guests and what they are given, over HTTP; `tests/security` has the bad tokens."""

import jwt
from httpx2 import AsyncClient
from visitors import KEY, sign_in


async def test_each_guest_is_an_account_of_its_own(nobody: AsyncClient):
    first = await nobody.post("/auth/test-login")
    second = await nobody.post("/v1/auth/test-login")

    one, other = first.json(), second.json()
    assert (first.status_code, second.status_code) == (200, 200)
    assert set(one) == {"access_token", "token_type", "user"}
    assert one["token_type"] == "bearer"
    assert one["user"]["id"] != other["user"]["id"]
    assert one["user"]["email"] != other["user"]["email"]


async def test_me_is_the_account_that_signed_in(nobody: AsyncClient):
    user = await sign_in(nobody)

    me = (await nobody.get("/auth/me")).json()

    assert me == user
    assert set(me) == {
        *("id", "email", "name", "picture", "bio"),
        *("created_at", "last_login", "auth_type", "is_admin"),
    }
    assert me["created_at"].endswith("Z")
    assert (me["is_admin"], me["auth_type"]) == (False, "guest")


async def test_a_token_names_the_user_twice_and_its_session(ann: AsyncClient):
    me = (await ann.get("/auth/me")).json()

    claims = jwt.decode(token_of(ann), KEY, algorithms=["HS256"], issuer="symposion")

    assert claims["sub"] == claims["user_id"] == me["id"]
    assert {"exp", "iat", "nbf", "jti", "sid", "typ"} <= set(claims)
    assert claims["exp"] - claims["iat"] == 24 * 60 * 60


async def test_no_header_is_403_and_says_not_authenticated(nobody: AsyncClient):
    refused = await nobody.get("/auth/me")

    assert refused.status_code == 403
    assert refused.json()["detail"] == "Not authenticated"


def token_of(who: AsyncClient) -> str:
    return who.headers["Authorization"].removeprefix("Bearer ")
