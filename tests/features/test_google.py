"""Sign-in with Google against a provider on a socket: good ways, and every way to cheat."""

import asyncio
import re
import sys
from base64 import b64encode
from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from openid import CLIENT_ID, CLIENT_SECRET, Provider, new_key, serving
from pydantic import SecretStr
from pyotp.totp import TOTP
from visitors import PASSWORD, Hands, client, register

from symposion.adapters.google.federation import GoogleFederation
from symposion.context import Addresses, Ports
from symposion.features.accounts.models import ACCOUNTS, SESSIONS
from symposion.features.audit.models import AUDIT
from symposion.features.google.journey import journey
from symposion.features.google.models import FEDERATED, FederatedIdentity
from symposion.main import choose_federation
from symposion.ports.federation import FederationNotInstalled
from symposion.settings import Settings

EMAIL = "cleo@example.com"
HOME = "https://symposion.example"
CALLBACK = f"{HOME}/api/auth/google/callback"
PAGE = "http://page.example"
KEYS = "/keys"
TOKEN = "/token"
DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return new_key()


@pytest.fixture
def provider(key: RSAPrivateKey) -> Iterator[Provider]:
    with serving(key) as found:
        yield found


@pytest.fixture
async def google(provider: Provider, ports: Ports, app: FastAPI) -> AsyncGenerator[Ports]:
    """The house with Google sign-in."""
    asked = GoogleFederation(
        CLIENT_ID, CLIENT_SECRET, ports.clock, issuer=provider.issuer, deadline=0.5
    )
    app.state.ports = replace(ports, federation=asked, addresses=Addresses(HOME, (PAGE,)))
    yield app.state.ports
    await asked.close()


@pytest.fixture
async def browser(google: Ports, app: FastAPI) -> AsyncGenerator[AsyncClient]:
    """Somebody who keeps cookies."""
    assert app.state.ports is google
    async with client(app) as who:
        who.base_url = "https://symposion.example/api"
        yield who


def told(answer: Response) -> tuple[int, str]:
    return answer.status_code, "" if answer.status_code == 200 else answer.json()["code"]


async def depart(browser: AsyncClient) -> str:
    answer = await browser.get("/auth/google")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def come_back(browser: AsyncClient, brought: dict[str, str]) -> Response:
    return await browser.get("/auth/google/callback", params=brought)


async def go_round(browser: AsyncClient, provider: Provider, **claims: Any) -> Response:
    return await come_back(browser, provider.consent(await depart(browser), **claims))


def token_in(page: Response) -> str:
    found = re.findall(r'data-token="([^"]+)"', page.text)
    return found[0] if found else ""


async def kept(ports: Ports) -> tuple[int, int, int]:
    """Return how many accounts, identities and sessions there are."""
    store = ports.store
    return (
        await store.collection(ACCOUNTS).count(),
        await store.collection(FEDERATED).count(),
        await store.collection(SESSIONS).count(),
    )


async def second_factor(who: AsyncClient, clock: Hands) -> TOTP:
    """Turn the second factor of ``who`` on, and wait for the next code."""
    clock.ahead = timedelta(seconds=30 - clock.now().timestamp() % 30)
    asked = (await who.post("/auth/enable-2fa")).json()["otpauth_uri"]
    phone = TOTP(parse_qs(urlsplit(asked).query)["secret"][0])
    proof = {"current_password": PASSWORD, "code": phone.at(clock.now())}
    assert (await who.post("/v1/auth/2fa/confirm", json=proof)).status_code == 200
    clock.ahead += timedelta(seconds=30)
    return phone


async def link(who: AsyncClient, provider: Provider, **claims: Any) -> Response:
    draft = {"credential": provider.token(**claims), "current_password": PASSWORD}
    return await who.post("/v1/auth/google/link", json=draft)


# The way of a browser.


async def test_a_browser_goes_to_google_and_comes_back_signed_in(
    browser: AsyncClient, provider: Provider, google: Ports
):
    page = await go_round(browser, provider)

    assert page.status_code == 200
    assert page.headers["cache-control"] == "private, no-store"
    me = await browser.get("/auth/me", headers={"Authorization": f"Bearer {token_in(page)}"})
    assert me.status_code == 200
    user = me.json()
    assert (user["email"], user["name"], user["auth_type"]) == (EMAIL, "Cleo Ondarza", "google")
    assert user["picture"] == "https://photos.example/cleo.png"
    again = await go_round(browser, provider, email="new@example.com", name="Other")
    other = await browser.get("/auth/me", headers={"Authorization": f"Bearer {token_in(again)}"})
    assert other.json()["id"] == user["id"]
    assert other.json()["email"] == EMAIL
    assert (await kept(google))[:2] == (1, 1)
    told_of = [entry.action for entry in await google.store.collection(AUDIT).find()]
    assert sorted(told_of) == ["login", "login", "registered"]


async def test_the_way_is_bound_to_the_browser_and_begins_anew_each_time(browser: AsyncClient):
    answers = [await browser.get(path) for path in ("/auth/google", "/v1/auth/google")]

    asked = [parse_qs(urlsplit(a.headers["location"]).query) for a in answers]
    for one, other in zip(asked[0].items(), asked[1].items(), strict=True):
        differs = one[0] in {"state", "nonce", "code_challenge"}
        assert (one[1] != other[1]) == differs, one
    assert asked[0]["redirect_uri"] == [CALLBACK]
    for answer in answers:
        cookie = answer.headers["set-cookie"]
        value = cookie.split(";")[0].partition("=")[2]
        assert value not in answer.headers["location"]
        assert {part.strip().lower() for part in cookie.split(";")[1:]} == {
            "httponly", "secure", "samesite=lax", "max-age=600", "path=/api/auth/google/callback",
        }  # fmt: skip


async def test_the_page_runs_its_own_script_only_and_the_cookie_is_gone(
    browser: AsyncClient, provider: Provider
):
    page = await go_round(browser, provider)

    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = page.headers["content-security-policy"]
    assert f"script-src 'sha256-{digest}';" in policy
    assert "unsafe" not in policy
    assert token_in(page) not in script
    assert "auth_token" in script
    assert not list(browser.cookies.jar)


async def refused(page: Response, ports: Ports, status: int = 400) -> str:
    """Return what a page says on which nobody was signed in."""
    assert page.status_code == status, page.text
    assert page.headers["content-type"].startswith("text/html")
    assert "You were not signed in" in page.text
    assert "<script" not in page.text
    assert token_in(page) == ""
    assert await kept(ports) == (0, 0, 0)
    return page.text


async def test_a_state_that_is_not_the_browsers_signs_nobody_in(
    browser: AsyncClient, provider: Provider, google: Ports
):
    brought = provider.consent(await depart(browser))

    page = await come_back(browser, brought | {"state": "x" * 43})

    assert "not begun in this browser" in await refused(page, google)
    assert TOKEN not in provider.asked


async def test_somebody_elses_way_does_not_end_in_this_browser(
    browser: AsyncClient, provider: Provider, google: Ports, app: FastAPI
):
    """What an attacker brought from Google signs no victim in to the attacker's account."""
    brought = provider.consent(await depart(browser))
    async with client(app) as victim:
        victim.base_url = "https://symposion.example/api"
        await refused(await come_back(victim, brought), google)
        await depart(victim)
        await refused(await come_back(victim, brought), google)


async def test_an_empty_cookie_is_no_cookie(
    browser: AsyncClient, provider: Provider, google: Ports
):
    begun = journey("", CALLBACK)
    brought = {"code": provider.grant(CALLBACK, nonce=begun.nonce), "state": begun.state}

    page = await browser.get(
        "/auth/google/callback", params=brought, headers={"Cookie": "symposion_google="}
    )

    await refused(page, google)


async def test_a_code_is_good_once(browser: AsyncClient, provider: Provider, google: Ports):
    brought = provider.consent(await depart(browser))
    cookie = {"Cookie": f"symposion_google={browser.cookies['symposion_google']}"}
    first = await come_back(browser, brought)

    again = await browser.get("/auth/google/callback", params=brought, headers=cookie)

    assert token_in(first)
    assert again.status_code == 400
    assert token_in(again) == ""
    assert (await kept(google))[2] == 1


async def test_a_code_stolen_on_its_way_is_no_good_elsewhere(
    browser: AsyncClient, provider: Provider, google: Ports
):
    """The thief's own journey has another verifier; the provider checks it."""
    stolen = provider.consent(await depart(browser))["code"]
    mine = provider.consent(await depart(browser))

    await refused(await come_back(browser, mine | {"code": stolen}), google)


async def test_a_token_for_another_journey_is_refused(
    browser: AsyncClient, provider: Provider, google: Ports
):
    for nonce in ("another", None, 7):
        await refused(await go_round(browser, provider, nonce=nonce), google)


async def test_who_says_no_at_google_is_told_so(browser: AsyncClient, google: Ports):
    state = parse_qs(urlsplit(await depart(browser)).query)["state"][0]

    page = await come_back(browser, {"error": "access_denied", "state": state})

    assert "not allowed to say who you are" in await refused(page, google)
    assert not list(browser.cookies.jar)


async def test_an_unverified_address_is_refused(
    browser: AsyncClient, provider: Provider, google: Ports
):
    for said in (False, None, "true", 1):
        page = await go_round(browser, provider, email_verified=said)
        assert "not verified" in await refused(page, google)


@pytest.mark.parametrize("email", [None, "", "nobody", "cléo@example.com"])
async def test_an_address_that_is_none_is_refused(
    browser: AsyncClient, provider: Provider, google: Ports, email: str | None
):
    page = await go_round(browser, provider, email=email)

    assert page.status_code == 400
    assert token_in(page) == ""
    assert (await kept(google))[0] == 0


async def test_what_google_tells_cannot_be_markup(
    browser: AsyncClient, provider: Provider, google: Ports
):
    evil = '"><script>alert(1)</script>'
    page = await go_round(browser, provider, name=evil, picture="javascript:alert(1)")

    assert page.status_code == 200
    (account,) = await google.store.collection(ACCOUNTS).find()
    assert account.picture == ""
    assert "alert" not in page.text
    denied = await come_back(browser, {"error": evil, "state": evil, "code": evil})
    assert "alert" not in denied.text


@pytest.mark.parametrize("path", [DISCOVERY, TOKEN, KEYS])
@pytest.mark.parametrize("fault", ["500", "huge", "redirect", "garbage", "slow", "drip", "list"])
async def test_a_provider_that_misbehaves_signs_nobody_in(
    browser: AsyncClient, provider: Provider, google: Ports, path: str, fault: str
):
    provider.faults[path] = fault
    if path == DISCOVERY:
        page = await browser.get("/auth/google")
    else:
        page = await go_round(browser, provider)

    assert "cannot be reached" in await refused(page, google, 503)
    assert "/elsewhere" not in provider.asked


async def test_a_provider_that_is_down_is_told_and_tried_again_later(
    browser: AsyncClient, provider: Provider, clock: Hands
):
    provider.faults[DISCOVERY] = "500"
    pages = [await browser.get("/auth/google") for _ in range(3)]
    asked = len(provider.asked)
    provider.faults.clear()
    clock.ahead += timedelta(seconds=6)

    assert [page.status_code for page in pages] == [503] * 3
    assert asked == 1
    assert await depart(browser)


async def test_nobody_listens_at_all(app: FastAPI, ports: Ports, nobody: AsyncClient):
    away = GoogleFederation(CLIENT_ID, CLIENT_SECRET, ports.clock, issuer="http://127.0.0.1:9")
    app.state.ports = replace(ports, federation=away)

    assert (await nobody.get("/auth/google")).status_code == 503
    assert told(await nobody.post("/auth/google", json={"credential": "x"})) == (
        400,
        "google-refused",
    )
    await away.close()


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://accounts.example"},
        {"jwks_uri": "file:///etc/passwd"},
        {"token_endpoint": ""},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
async def test_what_a_provider_publishes_of_itself_is_checked(
    browser: AsyncClient, provider: Provider, google: Ports, metadata: dict[str, str]
):
    provider.metadata = metadata

    await refused(await browser.get("/auth/google"), google, 503)


async def test_without_google_a_browser_is_sent_back_with_a_sentence(
    app: FastAPI, ports: Ports, nobody: AsyncClient
):
    found = [urlsplit((await nobody.get("/auth/google")).headers["location"])]
    for addresses in (Addresses("", (PAGE, HOME)), Addresses(HOME, (PAGE,))):
        app.state.ports = replace(ports, addresses=addresses)
        answer = await nobody.get("/v1/auth/google")
        assert answer.status_code == 303
        found.append(urlsplit(answer.headers["location"]))

    assert [f.netloc for f in found] == ["house", "page.example", "symposion.example"]
    assert {f.path for f in found} == {"/"}
    assert {parse_qs(f.query)["error"][0] for f in found} == {
        "Signing in with Google is not set up on this server."
    }
    credential = await nobody.post("/auth/google", json={"credential": "x"})
    assert told(credential) == (400, "google-not-set-up")


SET_UP = Settings(google_client_id="id", google_client_secret=SecretStr("shh"))


async def test_the_settings_choose_google(clock: Hands):
    assert choose_federation(Settings(google_client_id=""), clock) is None
    chosen = choose_federation(SET_UP, clock)
    assert isinstance(chosen, GoogleFederation)
    await chosen.close()


@pytest.mark.parametrize("package", ["httpx2", "cryptography"])
def test_a_missing_package_is_told_at_the_start(
    clock: Hands, monkeypatch: pytest.MonkeyPatch, package: str
):
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(FederationNotInstalled, match=r"pip install 'symposion\[google\]'"):
        choose_federation(SET_UP, clock)


# Credentials of pages.


async def test_a_credential_signs_in_to_the_same_account_as_a_browser(
    browser: AsyncClient, provider: Provider, google: Ports
):
    await go_round(browser, provider)

    answer = await browser.post("/v1/auth/google", json={"credential": provider.token()})

    assert answer.status_code == 200
    assert set(answer.json()) == {"access_token", "token_type", "user"}
    assert answer.json()["user"]["email"] == EMAIL
    assert (await kept(google))[:2] == (1, 1)


FORGED: dict[str, dict[str, Any]] = {
    "for another client": {"aud": "other.apps.example"},
    "for several clients": {"aud": [CLIENT_ID, "other.apps.example"]},
    "asked for by another client": {"azp": "other.apps.example"},
    "of another issuer": {"iss": "https://accounts.example"},
    "of an issuer of another name": {"iss": "accounts.google.com"},
    "expired": {"exp": int(time()) - 120, "iat": int(time()) - 4000},
    "of the future": {"iat": int(time()) + 3600, "exp": int(time()) + 7200},
    "without an end": {"exp": None},
    "without a beginning": {"iat": None},
    "without a subject": {"sub": None},
    "with an empty subject": {"sub": ""},
    "with a number for a subject": {"sub": 7},
    "with a list for an address": {"email": ["a@example.com"]},
    "without an audience": {"aud": None},
}


@pytest.mark.parametrize("claims", FORGED.values(), ids=FORGED)
async def test_a_credential_that_is_not_for_us_is_refused(
    browser: AsyncClient, provider: Provider, google: Ports, claims: dict[str, Any]
):
    answer = await browser.post("/auth/google", json={"credential": provider.token(**claims)})

    assert told(answer) == (400, "google-refused")
    assert isinstance(answer.json()["detail"], str)
    assert await kept(google) == (0, 0, 0)


async def test_a_signature_that_is_not_googles_is_refused(
    browser: AsyncClient, provider: Provider, google: Ports
):
    good = provider.token()
    head, body, signature = good.split(".")
    mine, provider.keys["first"] = provider.keys["first"], new_key()
    forged = provider.token()
    provider.keys["first"] = mine
    odd = ["x", "a.b.c", "." * 9, "\ud7ff", f"{head}.{body}.", f"{head}.{body[:-3]}.{signature}"]

    for credential in [provider.unsigned(), provider.confused(), forged, *odd]:
        answer = await browser.post("/auth/google", json={"credential": credential})
        assert told(answer) == (400, "google-refused"), credential
    assert await kept(google) == (0, 0, 0)
    assert told(await browser.post("/auth/google", json={"credential": good})) == (200, "")


async def test_new_keys_are_found_and_unknown_ones_asked_for_once_a_minute(
    browser: AsyncClient, provider: Provider, clock: Hands
):
    async def tried(credential: str) -> tuple[int, int]:
        answer = await browser.post("/auth/google", json={"credential": credential})
        return answer.status_code, provider.asked.count(KEYS)

    assert await tried(provider.token()) == (200, 1)
    assert await tried(provider.token()) == (200, 1)
    provider.rotate("second")
    assert await tried(provider.token()) == (400, 1)  # read a moment ago
    clock.ahead += timedelta(minutes=1, seconds=1)
    assert await tried(provider.token()) == (200, 2)
    assert await tried(provider.token(kid="first")) == (400, 2)  # no longer published
    provider.rotate("third", publish=False)
    clock.ahead += timedelta(minutes=1, seconds=1)
    for _ in range(5):
        assert await tried(provider.token()) == (400, 3)
    assert await tried(provider.token(kid="second")) == (200, 3)


async def test_a_withdrawn_key_is_forgotten_within_an_hour(
    browser: AsyncClient, provider: Provider, clock: Hands
):
    stolen = provider.token(exp=int(time()) + 90_000)
    assert (await browser.post("/auth/google", json={"credential": stolen})).status_code == 200
    provider.rotate("second")
    clock.ahead += timedelta(hours=1)

    assert (await browser.post("/auth/google", json={"credential": stolen})).status_code == 400


async def test_both_names_of_google_are_googles(ports: Ports):
    real = GoogleFederation(CLIENT_ID, CLIENT_SECRET, ports.clock)

    assert real._issuers == ["https://accounts.google.com", "accounts.google.com"]
    await real.close()


@pytest.mark.parametrize("place", [f"{HOME}/signed-in", f"{PAGE}/a/b?c"])
async def test_a_page_redeems_a_code_that_came_to_it(
    browser: AsyncClient, provider: Provider, place: str
):
    back = {"code": provider.grant(place), "redirect_uri": place}

    assert told(await browser.post("/auth/google/callback", json=back)) == (200, "")
    assert told(await browser.post("/auth/google/callback", json=back)) == (400, "google-refused")


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/x",
        f"{HOME}.evil.example/x",
        f"{HOME}@evil.example/x",
        "http://symposion.example/x",
        f"{PAGE}:81/",
        "//symposion.example/x",
        "https://[",
        "x",
    ],
)
async def test_a_code_for_a_foreign_page_is_not_redeemed(
    browser: AsyncClient, provider: Provider, place: str
):
    back = {"code": provider.grant(place), "redirect_uri": place}

    assert told(await browser.post("/auth/google/callback", json=back)) == (400, "foreign-redirect")
    assert TOKEN not in provider.asked


async def test_a_wrong_client_secret_is_a_fault_of_ours(
    app: FastAPI, ports: Ports, provider: Provider, nobody: AsyncClient
):
    wrong = GoogleFederation(CLIENT_ID, "wrong", ports.clock, issuer=provider.issuer)
    app.state.ports = replace(ports, federation=wrong)
    back = {"code": provider.grant("http://house/x"), "redirect_uri": "http://house/x"}

    answer = await nobody.post("/auth/google/callback", json=back)

    assert told(answer) == (503, "google-unavailable")
    await wrong.close()


# Accounts.


async def test_an_address_that_is_taken_is_never_taken_over(
    browser: AsyncClient, provider: Provider, google: Ports, app: FastAPI
):
    async with client(app) as first:
        await register(first, EMAIL)
        before = await kept(google)

        page = await go_round(browser, provider)
        answer = await browser.post("/auth/google", json={"credential": provider.token()})

        assert page.status_code == 400
        assert "sign in with its password" in page.text
        assert told(answer) == (400, "email-taken")
        assert await kept(google) == before
        assert told(await link(first, provider)) == (200, "")
        assert told(await browser.post("/auth/google", json={"credential": provider.token()})) == (
            200,
            "",
        )
    assert (await kept(google))[:2] == (1, 1)


async def test_of_many_first_sign_ins_at_once_one_makes_the_account(
    browser: AsyncClient, provider: Provider, google: Ports
):
    body = {"credential": provider.token()}

    answers = await asyncio.gather(*(browser.post("/auth/google", json=body) for _ in range(8)))

    assert {a.status_code for a in answers} == {200}
    assert len({a.json()["user"]["id"] for a in answers}) == 1
    assert (await kept(google))[:2] == (1, 1)
    told_of = [entry.action for entry in await google.store.collection(AUDIT).find()]
    assert told_of.count("registered") == 1


async def test_a_first_sign_in_that_was_interrupted_is_finished(
    browser: AsyncClient, provider: Provider, google: Ports
):
    half = FederatedIdentity(tenant_id="t", user_id="u", subject="1180042")
    await google.store.collection(FEDERATED).insert(half)

    answer = await browser.post("/auth/google", json={"credential": provider.token()})

    assert answer.json()["user"]["id"] == "u"
    assert await kept(google) == (1, 1, 1)


async def test_one_that_was_never_finished_does_not_stop_a_link(
    provider: Provider, google: Ports, app: FastAPI
):
    half = FederatedIdentity(tenant_id="t", user_id="u", subject="1180042")
    await google.store.collection(FEDERATED).insert(half)
    async with client(app) as cleo:
        await register(cleo, EMAIL)

        assert told(await link(cleo, provider)) == (200, "")
    assert (await kept(google))[:2] == (1, 1)


@pytest.mark.usefixtures("google")
async def test_a_link_takes_the_password_and_is_one_to_one(
    provider: Provider, app: FastAPI, ann: AsyncClient
):
    async with client(app) as cleo, client(app) as bob:
        await register(cleo, EMAIL)
        await register(bob, "bob@example.com")
        wrong = {"credential": provider.token(), "current_password": "wrong"}

        assert told(await cleo.post("/v1/auth/google/link", json=wrong)) == (400, "wrong-password")
        assert told(await link(cleo, provider, email_verified=False)) == (400, "email-unverified")
        assert told(await link(cleo, provider)) == (200, "")
        assert told(await link(cleo, provider)) == (409, "google-already-linked")
        assert told(await link(cleo, provider, sub="2")) == (409, "google-already-linked")
        assert told(await link(bob, provider)) == (409, "google-linked-elsewhere")
        assert told(await link(ann, provider)) == (403, "not-for-guests")


async def test_a_link_is_taken_away_unless_it_is_the_only_way_in(
    browser: AsyncClient, provider: Provider, app: FastAPI
):
    away = "/v1/auth/google/link"
    async with client(app) as cleo:
        await register(cleo, EMAIL)
        assert told(await cleo.delete(away)) == (404, "google-not-linked")
        await link(cleo, provider)
        assert told(await cleo.delete(away)) == (200, "")
    answer = await browser.post("/auth/google", json={"credential": provider.token()})
    assert told(answer) == (400, "email-taken")

    page = await go_round(browser, provider, sub="2", email="two@example.com")
    only = {"Authorization": f"Bearer {token_in(page)}"}
    assert told(await browser.delete(away, headers=only)) == (409, "only-way-in")


async def test_an_account_without_a_password_has_no_way_in_by_one(
    browser: AsyncClient, provider: Provider
):
    await go_round(browser, provider)

    for password in ("", PASSWORD):
        login = await browser.post("/auth/login", json={"email": EMAIL, "password": password})
        assert told(login) == (401, "wrong-credentials")


async def test_a_deactivated_account_stays_closed(
    browser: AsyncClient, provider: Provider, google: Ports
):
    await go_round(browser, provider)
    (account,) = await google.store.collection(ACCOUNTS).find()
    await google.store.collection(ACCOUNTS).update(account.id, lambda old: old.but(active=False))

    answer = await browser.post("/auth/google", json={"credential": provider.token()})

    assert told(answer) == (400, "account-closed")


async def test_deleting_the_account_forgets_the_person(
    browser: AsyncClient, provider: Provider, google: Ports
):
    page = await go_round(browser, provider)
    owner = {"Authorization": f"Bearer {token_in(page)}"}
    export = (await browser.get("/auth/export-data", headers=owner)).json()

    assert export["linked_accounts"][0]["subject"] == "1180042"
    assert (await browser.delete("/v1/auth/account", headers=owner)).status_code == 200
    assert (await kept(google))[1:] == (0, 0)
    assert token_in(await go_round(browser, provider))


# The second factor, on all these ways.


async def test_the_second_factor_is_asked_for_on_every_way(
    browser: AsyncClient, provider: Provider, google: Ports, app: FastAPI, clock: Hands
):
    async with client(app) as cleo:
        await register(cleo, EMAIL)
        await link(cleo, provider)
        phone = await second_factor(cleo, clock)
    before = await kept(google)
    place = f"{HOME}/x"

    def back() -> dict[str, str]:
        return {"code": provider.grant(place), "redirect_uri": place}

    credential = {"credential": provider.token()}
    missing = [
        await browser.post("/auth/google", json=credential),
        await browser.post("/auth/google/callback", json=back()),
    ]
    wrong = [
        await browser.post("/auth/google", json=credential | {"second_factor": "000000"}),
        await browser.post("/auth/google/callback", json=back() | {"second_factor": "000000"}),
    ]
    assert [told(a) for a in missing] == [(401, "second-factor-required")] * 2
    assert [told(a) for a in wrong] == [(401, "second-factor-wrong")] * 2
    page = await go_round(browser, provider)
    assert page.status_code == 200
    assert token_in(page) == ""
    assert await kept(google) == before

    code = {"second_factor": phone.at(clock.now())}
    assert told(await browser.post("/auth/google", json=credential | code)) == (200, "")
    clock.ahead += timedelta(seconds=30)
    code = {"second_factor": phone.at(clock.now())}
    assert told(await browser.post("/auth/google/callback", json=back() | code)) == (200, "")


async def test_the_page_of_the_second_factor_goes_on_with_its_ticket(
    browser: AsyncClient, provider: Provider, app: FastAPI, clock: Hands
):
    async with client(app) as cleo:
        await register(cleo, EMAIL)
        await link(cleo, provider)
        phone = await second_factor(cleo, clock)
    page = await go_round(browser, provider)
    (ticket,) = re.findall(r'data-ticket="([^"]+)"', page.text)
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    challenge = "/v1/auth/2fa/challenge"

    wrong = await browser.post(challenge, json={"ticket": ticket, "code": "000000"})
    none = await browser.post(challenge, json={"ticket": ticket, "code": ""})
    right = {"ticket": ticket, "code": phone.at(clock.now())}
    answer = await browser.post(challenge, json=right)
    clock.ahead += timedelta(seconds=30)
    again = await browser.post(challenge, json=right | {"code": phone.at(clock.now())})

    assert ticket not in script
    assert told(wrong) == (401, "second-factor-wrong")
    assert told(none) == (401, "second-factor-required")
    assert told(answer) == (200, "")
    assert answer.json()["user"]["email"] == EMAIL
    assert told(again) == (404, "ticket-spent")


async def test_a_ticket_from_a_refused_sign_in_goes_on_too_but_not_for_long(
    browser: AsyncClient, provider: Provider, app: FastAPI, clock: Hands
):
    async with client(app) as cleo:
        await register(cleo, EMAIL)
        await link(cleo, provider)
        phone = await second_factor(cleo, clock)
    body = {"credential": provider.token()}
    old = (await browser.post("/auth/google", json=body)).json()["ticket"]
    clock.ahead += timedelta(minutes=10)
    challenge = "/v1/auth/2fa/challenge"
    late = {"ticket": old, "code": phone.at(clock.now())}
    assert told(await browser.post(challenge, json=late)) == (404, "ticket-spent")

    new = (await browser.post("/auth/google", json=body)).json()["ticket"]
    answer = await browser.post(challenge, json=late | {"ticket": new})

    assert told(answer) == (200, "")
