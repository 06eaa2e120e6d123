"""Guests, tokens and sessions, over HTTP."""

import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from httpx2 import AsyncClient
from jwt.warnings import InsecureKeyLengthWarning
from visitors import KEY, Hands, sign_in

from symposion.context import Ports
from symposion.core.documents import new_id
from symposion.core.errors import Unauthenticated
from symposion.features.accounts import tokens
from symposion.features.accounts.models import ACCOUNTS, SESSIONS


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


def changed(**changes: Any):
    """Return a token like a good one, but for ``changes``; None leaves a claim out."""

    def forge(claims: dict[str, Any]) -> str:
        said = {k: v for k, v in (claims | changes).items() if v is not None}
        return "Bearer " + jwt.encode(said, KEY, algorithm="HS256")

    return forge


def quietly_hs512(claims: dict[str, Any]) -> str:
    """Sign with the right key and another algorithm, for which the key is too short."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)
        return jwt.encode(claims, KEY, algorithm="HS512")


LONG_AGO = int((datetime.now(UTC) - timedelta(hours=1)).timestamp())
FORGERIES: dict[str, Callable[[dict[str, Any]], str]] = {
    "empty": lambda _: "",
    "no scheme": lambda _: "token",
    "another scheme": lambda _: "Basic dTpw",
    "no token": lambda _: "Bearer ",
    "the word undefined": lambda _: "Bearer undefined",
    "no jwt": lambda _: "Bearer a.b.c",
    "another key": lambda c: "Bearer " + jwt.encode(c, "x" * 32, algorithm="HS256"),
    "another algorithm": lambda c: "Bearer " + quietly_hs512(c),
    "no algorithm": lambda c: "Bearer " + jwt.encode(c, "", algorithm="none"),
    "expired": changed(exp=LONG_AGO),
    "not yet": changed(nbf=LONG_AGO + 7200),
    "another issuer": changed(iss="somebody"),
    "another kind": changed(typ="refresh"),
    "an audience": changed(aud="them"),
    "two users": changed(user_id="0"),
    "unknown session": changed(sid=new_id()),
    "another user": changed(sub=new_id(), user_id=None),
    **{f"without {name}": changed(**{name: None}) for name in
       ("exp", "iat", "nbf", "iss", "sub", "jti", "sid", "typ", "user_id")},
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_bad_token_is_401(ann: AsyncClient, name: str):
    claims = jwt.decode(token_of(ann), options={"verify_signature": False})

    refused = await ann.get("/auth/me", headers={"Authorization": FORGERIES[name](claims)})

    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert isinstance(refused.json()["detail"], str)


async def test_the_session_of_another_user_is_no_session(ann: AsyncClient, bob: AsyncClient):
    hers = jwt.decode(token_of(ann), options={"verify_signature": False})
    his = jwt.decode(token_of(bob), options={"verify_signature": False})
    mixed = changed(sid=his["sid"])(hers)

    assert (await ann.get("/auth/me", headers={"Authorization": mixed})).status_code == 401


async def test_a_header_of_odd_bytes_is_401(ann: AsyncClient):
    for header in (b"Bearer \xff\xfe.a.b", b"Bearer eyJ\xed\xa0\x80"):
        refused = await ann.get("/auth/me", headers=[(b"Authorization", header)])
        assert refused.status_code == 401


@pytest.mark.parametrize("token", ["\ud800.a.b", "e30.e30.\udfff", "", ".", "\0", "ä.ö.ü"])
def test_a_token_that_no_library_expects_is_no_good(token: str):
    with pytest.raises(Unauthenticated):
        tokens.verify(token, KEY)


async def test_ending_a_session_ends_its_token_at_once(ann: AsyncClient, ports: Ports):
    claims = jwt.decode(token_of(ann), options={"verify_signature": False})

    await ports.store.collection(SESSIONS).delete({"id": claims["sid"]})

    assert (await ann.get("/auth/me")).status_code == 401


async def test_a_deactivated_account_is_out_at_once(ann: AsyncClient, ports: Ports):
    me = (await ann.get("/auth/me")).json()

    await ports.store.collection(ACCOUNTS).update(me["id"], lambda old: old.but(active=False))

    assert (await ann.get("/auth/me")).status_code == 401


async def test_a_session_ends_by_the_clock_of_the_house(ann: AsyncClient, clock: Hands):
    clock.ahead = timedelta(days=1, seconds=29)
    assert (await ann.get("/auth/me")).status_code == 200

    clock.ahead = timedelta(days=1, seconds=31)
    assert (await ann.get("/auth/me")).status_code == 401


def token_of(who: AsyncClient) -> str:
    return who.headers["Authorization"].removeprefix("Bearer ")
