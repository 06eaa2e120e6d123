"""Tokens that are no good: fixed cases, mutants, and good ones whose time is over (T11).

``SYMPOSION_MUTANTS=10`` tries ten times as many mutants: a million in process, a hundred thousand
over HTTP.
"""

import http.client
import json
import os
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from jwt.warnings import InsecureKeyLengthWarning
from mutants import WORDS, mutants
from serving import serving
from visitors import KEY, PASSWORD, Hands, client, register

from symposion.context import Ports
from symposion.core.documents import new_id
from symposion.core.errors import Unauthenticated
from symposion.features.accounts import refreshing, tokens
from symposion.features.accounts.identity import AccountIdentity
from symposion.features.accounts.models import ACCOUNTS, SESSIONS

TIMES = int(os.environ.get("SYMPOSION_MUTANTS", "1"))
OLD_KEY = "the key of last year, also long enough"
LONG_AGO = int((datetime.now(UTC) - timedelta(hours=1)).timestamp())
KID = tokens.key_id(KEY)

Claims = dict[str, Any]
Forgery = Callable[[Claims], str]


def encoded(claims: Claims, key: str = KEY, algorithm: str = "HS256", **headers: Any) -> str:
    """Return a token, quietly even if the key is too short for its algorithm."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)
        said = {k: v for k, v in ({"kid": KID} | headers).items() if v is not None}
        return jwt.encode(claims, key, algorithm=algorithm, headers=said)


def says(**changes: Any) -> Forgery:
    """Return how to make a token like a good one, but for ``changes``; None leaves a claim out."""

    def forge(claims: Claims) -> str:
        return encoded({k: v for k, v in (claims | changes).items() if v is not None})

    return forge


def raw(header: object, payload: object, key: str = KEY) -> str:
    """Return a well-signed token around any JSON."""
    parts = [b64(json.dumps(part).encode()) for part in (header, payload)]
    algorithm = jwt.PyJWS().get_algorithm_by_name("HS256")
    signature = algorithm.sign(".".join(parts).encode(), algorithm.prepare_key(key))
    return ".".join([*parts, b64(signature)])


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def filled_up(token: str) -> str:
    """Return ``token`` with one of the bits set that only fill up its last character."""
    return token[:-1] + WORDS[WORDS.index(token[-1]) | 1]


EVIL = {"kty": "oct", "k": b64(b"x" * 32)}

FORGERIES: dict[str, Forgery] = {
    "empty": lambda _: "",
    "the word undefined": lambda _: "undefined",
    "no jwt": lambda _: "a.b.c",
    "two parts": lambda c: encoded(c).rpartition(".")[0],
    "four parts": lambda c: encoded(c) + ".e30",
    "five parts": lambda c: encoded(c) + "..",
    "no signature": lambda c: encoded(c).rpartition(".")[0] + ".",
    "the signature of another": lambda c: encoded(c).rpartition(".")[0]
    + "."
    + encoded(c | {"jti": "x"}).rpartition(".")[2],
    "half a signature": lambda c: encoded(c)[:-20],
    "padding": lambda c: encoded(c) + "=",
    "bits that only fill up": lambda c: filled_up(encoded(c)),
    "a space within": lambda c: encoded(c)[:-9] + " " + encoded(c)[-9:],
    "a sign that is no base64": lambda c: encoded(c)[:-9] + "!" + encoded(c)[-9:],
    "two tokens": lambda c: f"{encoded(c)}, {encoded(c)}",
    "another key": lambda c: encoded(c, "x" * 32),
    "an empty key": lambda c: raw({"alg": "HS256", "kid": KID}, c, "\0"),
    "the key of last year": lambda c: encoded(c, OLD_KEY, kid=tokens.key_id(OLD_KEY)),
    "another key under our key's name": lambda c: encoded(c, OLD_KEY),
    "our key under another's name": lambda c: encoded(c, kid=tokens.key_id(OLD_KEY)),
    "no key's name": lambda c: encoded(c, kid=None),
    "a key's name that is a path": lambda c: encoded(c, kid="../../dev/null"),
    "a key's name that is a list": lambda c: raw({"alg": "HS256", "kid": [KID]}, c),
    "HS384": lambda c: encoded(c, algorithm="HS384"),
    "HS512": lambda c: encoded(c, algorithm="HS512"),
    "no algorithm": lambda c: encoded(c, "", algorithm="none"),
    "no algorithm in capitals": lambda c: raw({"alg": "NONE", "kid": KID}, c),
    "no algorithm at all": lambda c: raw({"kid": KID}, c),
    "a public key's algorithm": lambda c: raw({"alg": "RS256", "kid": KID}, c),
    "a key brought along": lambda c: encoded(c, "x" * 32, jwk=EVIL),
    "a key to be fetched": lambda c: encoded(c, "x" * 32, jku="https://evil.example/keys"),
    "a certificate to be fetched": lambda c: encoded(c, "x" * 32, x5u="https://evil.example/c"),
    "something critical": lambda c: encoded(c, crit=["exp"]),
    "a header that is a list": lambda c: raw(["HS256"], c),
    "claims that are a list": lambda c: raw({"alg": "HS256", "kid": KID}, [c]),
    "claims that are a text": lambda _: raw({"alg": "HS256", "kid": KID}, "admin"),
    "expired": says(exp=LONG_AGO),
    "expired for ever": says(exp=-(10**30)),
    "an end that is a text": says(exp="9999999999"),
    "an end that is a fraction": says(exp=9e9),
    "an end that is true": says(exp=True),
    "an end past all clocks": says(exp=10**400),
    "an end that is infinite": says(exp=float("inf")),
    "not yet": says(nbf=LONG_AGO + 7200),
    "from the future": says(iat=LONG_AGO + 7200),
    "another issuer": says(iss="somebody"),
    "issuers": lambda c: raw({"alg": "HS256", "kid": KID}, c | {"iss": ["symposion"]}),
    "another kind": says(typ="refresh"),
    "an audience": says(aud="them"),
    "two users": says(user_id="0"),
    "another user": says(sub=new_id()),
    "a user that is a number": says(sub=1, user_id=1),
    "a user that is a list": says(sub=["x"], user_id=["x"]),
    "unknown session": says(sid=new_id()),
    "a session that is a list": says(sid=["x"]),
    "a session that is a question": says(sid={"$ne": ""}),
    **{f"without {name}": says(**{name: None}) for name in
       ("exp", "iat", "nbf", "iss", "sub", "jti", "sid", "typ", "user_id")},
}  # fmt: skip
HEADERS = ("", "token", "Bearer", "Basic dTpw", "Bearer Bearer", "bearer", "\u00e4", "Digest x")


async def me(who: AsyncClient, header: str | bytes) -> tuple[int, str]:
    answer = await who.get("/auth/me", headers=[(b"Authorization", _bytes(header))])
    assert isinstance(answer.json().get("detail", ""), str)
    return answer.status_code, answer.headers.get("www-authenticate", "")


def _bytes(header: str | bytes) -> bytes:
    return header if isinstance(header, bytes) else header.encode("latin-1")


def claims_of(who: AsyncClient) -> Claims:
    return jwt.decode(token_of(who), options={"verify_signature": False})


def token_of(who: AsyncClient) -> str:
    return who.headers["Authorization"].removeprefix("Bearer ")


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_bad_token_is_401(ann: AsyncClient, name: str):
    forged = FORGERIES[name](claims_of(ann))

    assert await me(ann, f"Bearer {forged}") == (401, "Bearer")


@pytest.mark.parametrize("header", HEADERS)
async def test_a_header_that_holds_no_token_is_401(ann: AsyncClient, header: str):
    assert await me(ann, header) == (401, "Bearer")


async def test_forgeries_fail_for_what_is_wrong_with_them_only(ann: AsyncClient):
    """Made the same way with nothing wrong, a token is good."""
    claims = claims_of(ann)

    for token in (encoded(claims), says()(claims), raw({"alg": "HS256", "kid": KID}, claims)):
        assert (await me(ann, f"Bearer {token}"))[0] == 200
    assert len(FORGERIES) + len(HEADERS) >= 33


@pytest.mark.parametrize(
    "header", [{"jku": "https://evil.example"}, {"x5u": "https://evil.example"}, {"jwk": EVIL}]
)
async def test_keys_that_a_header_offers_are_not_looked_at(
    ann: AsyncClient, header: dict[str, Any]
):
    assert (await me(ann, f"Bearer {encoded(claims_of(ann), **header)}"))[0] == 200


async def test_the_session_of_another_user_is_no_session(ann: AsyncClient, bob: AsyncClient):
    mixed = says(sid=claims_of(bob)["sid"])(claims_of(ann))

    assert (await me(ann, f"Bearer {mixed}"))[0] == 401


async def test_a_header_of_odd_bytes_is_401(ann: AsyncClient):
    for header in (b"Bearer \xff\xfe.a.b", b"Bearer eyJ\xed\xa0\x80", b"Bearer \x00"):
        assert (await me(ann, header))[0] == 401


@pytest.mark.parametrize(
    "token", ["\ud800.a.b", "e30.e30.\udfff", "", ".", "\0", "\u00e4.\u00f6.x"]
)
def test_a_token_that_no_library_expects_is_no_good(token: str):
    with pytest.raises(Unauthenticated):
        tokens.verify(token, (KEY,), datetime.now(UTC))


async def test_ending_a_session_ends_its_token_at_once(ann: AsyncClient, ports: Ports):
    await ports.store.collection(SESSIONS).delete({"id": claims_of(ann)["sid"]})

    assert (await ann.get("/auth/me")).status_code == 401


async def test_a_deactivated_account_is_out_at_once(ann: AsyncClient, ports: Ports):
    user_id = claims_of(ann)["sub"]

    await ports.store.collection(ACCOUNTS).update(user_id, lambda old: old.but(active=False))

    assert (await ann.get("/auth/me")).status_code == 401


async def test_a_session_ends_by_the_clock_of_the_house(ann: AsyncClient, clock: Hands):
    for ahead, status in ((timedelta(seconds=28), 200), (timedelta(seconds=31), 401)):
        clock.ahead = timedelta(days=1) + ahead
        assert (await ann.get("/auth/me")).status_code == status


async def test_a_token_is_good_on_a_machine_whose_clock_is_a_little_behind(
    ann: AsyncClient, clock: Hands
):
    for ahead, status in ((-28, 200), (-32, 401)):
        clock.ahead = timedelta(seconds=ahead)
        assert (await ann.get("/auth/me")).status_code == status


async def test_a_key_can_be_changed_without_signing_anybody_out(
    app: FastAPI, ports: Ports, clock: Hands
):
    def house(key: str, previous: str = "") -> None:
        life = timedelta(days=1)
        identity = AccountIdentity(ports.store, clock, key, life, previous_key=previous)
        app.state.ports = replace(ports, identity=identity)

    async with client(app) as early, client(app) as late:
        house(OLD_KEY)
        await register(early, "early@example.com")
        house(KEY, OLD_KEY)
        assert (await early.get("/auth/me")).status_code == 200
        await register(late, "late@example.com")
        house(KEY)
        assert (await late.get("/auth/me")).status_code == 200
        assert (await early.get("/auth/me")).status_code == 401
        house(OLD_KEY)
        assert (await late.get("/auth/me")).status_code == 401

    headers = [jwt.get_unverified_header(token_of(who)) for who in (early, late)]
    assert [h["kid"] for h in headers] == [tokens.key_id(k) for k in (OLD_KEY, KEY)]
    assert [set(h) for h in headers] == [{"alg", "kid", "typ"}] * 2
    assert all(key[:8] not in str(headers) for key in (KEY, OLD_KEY))


def test_mutants_of_signed_tokens_are_no_good():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    end = now + timedelta(days=1)
    good = [
        tokens.sign(
            tokens.Claims(str(UUID(int=n)), str(UUID(int=n + 9))), KEY, now=now, expires_at=end
        )
        for n in range(4)
    ]
    assert {tokens.verify(g, (KEY, OLD_KEY), now).user_id for g in good}

    accepted: list[str] = []
    for mutant in islice(mutants(good, 1, signed=True), 80_000 * TIMES):
        try:
            tokens.verify(mutant, (KEY, OLD_KEY), now)
            accepted.append(mutant)
        except Unauthenticated:
            pass
    assert accepted == []


async def secrets_of(who: AsyncClient) -> tuple[list[str], list[str]]:
    """Return API keys and refresh tokens of somebody new, none of them used."""
    draft = {"name": "Key", "scopes": ["read"]}
    keys = [(await who.post("/v1/api-keys", json=draft)).json()["key"] for _ in range(3)]
    first = (await who.post("/v1/auth/refresh-token")).json()["refresh_token"]
    return keys, [first]


async def test_mutants_of_keys_and_refresh_tokens_are_no_good(app: FastAPI, ports: Ports):
    async with client(app) as who:
        await register(who, "cleo@example.com")
        keys, refresh = await secrets_of(who)

    accepted: list[str] = []
    for mutant in islice(mutants(keys, 2, signed=False), 10_000 * TIMES):
        try:
            await ports.identity.identify(mutant)
            accepted.append(mutant)
        except Unauthenticated:
            pass
    for mutant in islice(mutants(refresh, 3, signed=False), 10_000 * TIMES):
        try:
            await refreshing.refresh(ports, mutant)
            accepted.append(mutant)
        except Unauthenticated:
            pass
    assert accepted == []
    assert (await ports.identity.identify(keys[0])).user_id
    assert await refreshing.refresh(ports, refresh[0])


def tries(access: list[str], keys: list[str], refresh: list[str], many: int):
    """Yield method, path, headers and body of ``many`` requests with mutants, in turns."""
    signed, opaque = mutants(access, 4, signed=True), mutants(keys, 5, signed=False)
    spent = mutants(refresh, 6, signed=False)
    for number in range(many):
        if number % 5 == 4:
            body = json.dumps({"refresh_token": next(spent)})
            yield "POST", "/api/v1/auth/refresh", {"Content-Type": "application/json"}, body
        else:
            mutant = next(opaque if number % 5 == 3 else signed)
            yield "GET", "/api/auth/me", {"Authorization": f"Bearer {mutant}"}, ""


async def status_of(
    app: FastAPI, method: str, path: str, headers: dict[str, str], body: str
) -> int:
    """Return what ``app`` answers, asked as a server asks it."""
    told: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body.encode(), "more_body": False}

    async def send(message: Any) -> None:
        told.extend([message["status"]] if message["type"] == "http.response.start" else [])

    head = [(k.lower().encode(), v.encode("latin-1")) for k, v in headers.items()]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": head,
        "client": ("192.0.2.1", 1),
        "server": ("house", 80),
        "root_path": "",
    }
    await app(scope, receive, send)
    (status,) = told
    return status


async def test_mutants_are_refused_by_the_house(app: FastAPI):
    async with client(app) as who:
        await register(who, "cleo@example.com")
        keys, refresh = await secrets_of(who)
        access = [token_of(who)]
        for attempt in tries(access, keys, refresh, 9_000 * TIMES):
            assert await status_of(app, *attempt) == 401, attempt

        assert (await who.get("/auth/me")).status_code == 200


def test_mutants_are_refused_on_a_real_socket(tmp_path: Path):
    with serving(tmp_path, {"JWT_SECRET": KEY, "RATE_LIMITS": "off"}) as port:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

        def ask(method: str, path: str, headers: dict[str, str], body: str) -> tuple[int, Any]:
            line.request(method, path, body.encode() or None, headers)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())

        content = {"Content-Type": "application/json"}
        draft = {"email": "cleo@example.com", "password": PASSWORD, "name": "Cleo"}
        made = ask("POST", "/api/auth/register", content, json.dumps(draft))[1]
        bearer = {"Authorization": f"Bearer {made['access_token']}"}
        named = json.dumps({"name": "Key", "scopes": ["read"]})
        key = ask("POST", "/api/v1/api-keys", bearer | content, named)[1]["key"]
        first = ask("POST", "/api/v1/auth/refresh-token", bearer, "")[1]["refresh_token"]
        for attempt in tries([made["access_token"]], [key], [first], 1_000 * TIMES):
            status, told = ask(*attempt)
            assert status == told["status"] == 401, attempt

        assert ask("GET", "/api/auth/me", bearer, "")[0] == 200
        line.close()
