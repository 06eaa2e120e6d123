"""The second factor: turned on, asked for at every sign-in, and turned off; over HTTP."""

import asyncio
import re
from base64 import b64encode
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from pyotp.totp import TOTP
from visitors import PASSWORD, Hands, client, register

from symposion.context import Ports
from symposion.core.passwords import Passwords
from symposion.features.accounts import codes
from symposion.features.accounts.models import ACCOUNTS, FACTORS, SESSIONS, TICKETS
from symposion.features.audit.models import AUDIT
from symposion.features.personal_data.service import sweep

EMAIL = "cleo@example.com"
CREDENTIALS = {"email": EMAIL, "password": PASSWORD}
SETUP = "/v1/auth/2fa/setup"


@dataclass(frozen=True, slots=True)
class Phone:
    """An authenticator app with one account, whose clock is that of the house."""

    secret: str
    clock: Hands

    def code(self, steps: int = 0) -> str:
        """Return the code shown ``steps`` times 30 seconds from now."""
        return TOTP(self.secret).at(self.clock.now() + timedelta(seconds=30 * steps))

    def wait(self) -> None:
        """Let the next code come."""
        self.clock.ahead += timedelta(seconds=30)


def phone_of(answer: Response, clock: Hands) -> Phone:
    """Scan the QR code of an answer of ``enable-2fa``."""
    (secret,) = parse_qs(urlsplit(answer.json()["otpauth_uri"]).query)["secret"]
    return Phone(secret, clock)


def ticket_of(answer: Response) -> str:
    (ticket,) = parse_qs(urlsplit(answer.json()["qr_code"]).query)["ticket"]
    return ticket


@pytest.fixture
async def cleo(app: FastAPI, clock: Hands) -> AsyncGenerator[AsyncClient]:
    """Somebody with a password; a test ends before the code of its beginning does."""
    clock.ahead = timedelta(seconds=30 - clock.now().timestamp() % 30)
    async with client(app) as who:
        await register(who, EMAIL)
        yield who


async def turned_on(who: AsyncClient, clock: Hands) -> tuple[Phone, list[str]]:
    """Turn the second factor of ``who`` on; return the phone, one step later, and the codes."""
    phone = phone_of(await who.post("/auth/enable-2fa", json={}), clock)
    proof = {"current_password": PASSWORD, "code": phone.code()}
    answer = await who.post("/v1/auth/2fa/confirm", json=proof)
    assert answer.status_code == 200, answer.text
    phone.wait()
    return phone, answer.json()["recovery_codes"]


async def log_in(who: AsyncClient, **more: str) -> Response:
    return await who.post("/auth/login", json=CREDENTIALS | more)


def told(answer: Response) -> tuple[int, str]:
    return answer.status_code, "" if answer.status_code == 200 else answer.json()["code"]


async def actions(ports: Ports) -> list[str]:
    found = await ports.store.collection(AUDIT).find(order="created_at")
    return [entry.action for entry in found]


async def test_asking_for_a_second_factor_gives_a_page_to_open(cleo: AsyncClient):
    answer = await cleo.post("/auth/enable-2fa", json={})

    body = answer.json()
    assert answer.status_code == 200
    assert body["success"] is True
    assert body["message"]
    assert re.fullmatch(r"http://house/api/v1/auth/2fa/setup\?ticket=[\w-]{43}", body["qr_code"])
    assert (await cleo.get("/v1/auth/2fa")).json() == {"enabled": False, "recovery_codes_left": 0}
    assert told(await log_in(cleo)) == (200, "")  # nothing is asked for before it is confirmed


async def test_the_page_shows_the_secret_and_runs_its_own_script_only(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands
):
    answer = await cleo.post("/auth/enable-2fa")
    page = await nobody.get(answer.json()["qr_code"])

    secret = phone_of(answer, clock).secret
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in (script, style)]
    policy = page.headers["content-security-policy"]
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "private, no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert f"script-src 'sha256-{hashes[0]}';" in policy
    assert f"style-src 'sha256-{hashes[1]}';" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<svg" in page.text
    assert secret in page.text.replace(" ", "")
    assert secret not in script
    assert ticket_of(answer) not in script


async def test_a_page_cannot_be_filled_with_markup_by_its_address(nobody: AsyncClient):
    page = await nobody.get(SETUP, params={"ticket": '"><script>alert(1)</script>'})

    assert page.status_code == 404
    assert "alert(1)" not in page.text
    assert "no longer good" in page.text


async def test_a_ticket_confirms_once_and_shows_ten_recovery_codes(
    cleo: AsyncClient, nobody: AsyncClient, ports: Ports, clock: Hands
):
    asked = await cleo.post("/auth/enable-2fa", json={})
    ticket, phone = ticket_of(asked), phone_of(asked, clock)
    proof = {"ticket": ticket, "current_password": PASSWORD, "code": phone.code()}

    wrong = [
        await nobody.post(SETUP, json=proof | {"current_password": "another one"}),
        await nobody.post(SETUP, json=proof | {"code": "000000"}),
        await nobody.post(SETUP, json=proof | {"ticket": "x" * 43}),
    ]
    right = await nobody.post(SETUP, json=proof)
    again = await nobody.post(SETUP, json=proof)

    assert [told(a) for a in wrong] == [
        (400, "wrong-password"), (400, "wrong-code"), (404, "ticket-spent"),
    ]  # fmt: skip
    assert told(right) == (200, "")
    fresh = right.json()["recovery_codes"]
    assert len(set(fresh)) == 10
    assert all(re.fullmatch(r"([0-9a-z]{4}-){2}[0-9a-z]{4}", code) for code in fresh)
    assert told(again) == (404, "ticket-spent")
    assert (await nobody.get(SETUP, params={"ticket": ticket})).status_code == 404
    assert (await cleo.get("/v1/auth/2fa")).json() == {"enabled": True, "recovery_codes_left": 10}
    assert "2fa-enabled" in await actions(ports)
    (factor,) = await ports.store.collection(FACTORS).find()
    assert not set(fresh) & set(factor.recovery)


async def test_the_store_holds_no_ticket(cleo: AsyncClient, ports: Ports):
    ticket = ticket_of(await cleo.post("/auth/enable-2fa"))

    (kept,) = await ports.store.collection(TICKETS).find()

    assert ticket not in kept.model_dump_json()
    assert kept.digest == sha256(ticket.encode()).hexdigest()


async def test_a_ticket_lives_for_ten_minutes_and_is_swept_away(
    cleo: AsyncClient, nobody: AsyncClient, ports: Ports, clock: Hands
):
    ticket = ticket_of(await cleo.post("/auth/enable-2fa"))
    phone = phone_of(await cleo.post("/auth/enable-2fa"), clock)

    asked_before = await nobody.get(SETUP, params={"ticket": ticket})
    assert asked_before.status_code == 404
    clock.ahead += timedelta(minutes=10, seconds=1)
    proof = {"current_password": PASSWORD, "code": phone.code()}
    assert told(await cleo.post("/v1/auth/2fa/confirm", json=proof)) == (409, "second-factor-off")
    await sweep(ports)
    assert await ports.store.collection(TICKETS).count() == 0


async def test_a_ticket_is_void_after_ten_mistakes(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands
):
    asked = await cleo.post("/auth/enable-2fa")
    proof = {"ticket": ticket_of(asked), "current_password": "guessing", "code": "000000"}

    found = [told(await nobody.post(SETUP, json=proof)) for _ in range(11)]

    right = {"current_password": PASSWORD, "code": phone_of(asked, clock).code()}
    assert found == [(400, "wrong-password")] * 10 + [(404, "ticket-spent")]
    assert told(await nobody.post(SETUP, json=proof | right)) == (404, "ticket-spent")


async def test_a_ticket_of_a_deactivated_account_is_no_good(
    cleo: AsyncClient, nobody: AsyncClient, ports: Ports
):
    asked = await cleo.post("/auth/enable-2fa")
    (account,) = await ports.store.collection(ACCOUNTS).find()
    await ports.store.collection(ACCOUNTS).update(account.id, lambda old: old.but(active=False))

    assert (await nobody.get(asked.json()["qr_code"])).status_code == 404


async def test_a_ticket_for_setting_up_signs_nobody_in(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands
):
    asked = await cleo.post("/auth/enable-2fa")
    answer = {"ticket": ticket_of(asked), "code": phone_of(asked, clock).code()}

    assert told(await nobody.post("/v1/auth/2fa/challenge", json=answer)) == (404, "ticket-spent")


async def test_a_factor_in_use_is_not_replaced(cleo: AsyncClient, clock: Hands):
    await turned_on(cleo, clock)

    assert told(await cleo.post("/auth/enable-2fa", json={})) == (409, "second-factor-on")


async def test_confirming_twice_at_once_turns_it_on_once(
    cleo: AsyncClient, nobody: AsyncClient, ports: Ports, clock: Hands
):
    asked = await cleo.post("/auth/enable-2fa")
    proof = {
        "ticket": ticket_of(asked),
        "current_password": PASSWORD,
        "code": phone_of(asked, clock).code(),
    }

    answers = await asyncio.gather(*(nobody.post(SETUP, json=proof) for _ in range(4)))

    assert min(a.status_code for a in answers) == 200
    assert sum(a.status_code == 200 for a in answers) == 1
    assert await ports.store.collection(FACTORS).count() == 1


async def test_guests_and_accounts_without_a_password_are_told_clearly(
    ann: AsyncClient, cleo: AsyncClient, ports: Ports
):
    guest = await ann.post("/auth/enable-2fa", json={})
    (account,) = await ports.store.collection(ACCOUNTS).find({"email": EMAIL})
    await ports.store.collection(ACCOUNTS).update(
        account.id, lambda old: old.but(password_hash="", auth_type="google")
    )
    google = await cleo.post("/auth/enable-2fa", json={})

    assert told(guest) == (403, "not-for-guests")
    assert told(google) == (400, "no-password")
    assert "no password" in google.json()["detail"]


async def test_signing_in_takes_the_code_in_its_field_or_after_the_password(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands
):
    phone, _ = await turned_on(cleo, clock)

    without = await log_in(nobody)
    assert told(without) == (401, "second-factor-required")
    assert "a space" in without.json()["error"]
    assert told(await log_in(nobody, code=phone.code())) == (200, "")
    phone.wait()
    assert told(await log_in(nobody, password=f"{PASSWORD} {phone.code()}")) == (200, "")
    phone.wait()
    spaced = f" {phone.code()[:3]} {phone.code()[3:]}"
    assert told(await log_in(nobody, code=spaced)) == (200, "")


@pytest.mark.parametrize("code", ["000000", "x", "0000-0000-0000", "١٢٣٤٥٦", "  1", "1" * 64])
async def test_a_wrong_code_opens_nothing(
    cleo: AsyncClient, nobody: AsyncClient, ports: Ports, clock: Hands, code: str
):
    await turned_on(cleo, clock)
    before = await ports.store.collection(SESSIONS).count()

    assert told(await log_in(nobody, code=code)) == (401, "second-factor-wrong")
    assert await ports.store.collection(SESSIONS).count() == before
    assert (await actions(ports))[-1] == "2fa-failed"


async def test_a_code_is_good_once_and_none_before_it_is(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands
):
    phone, _ = await turned_on(cleo, clock)
    phone.wait()
    code, earlier = phone.code(), phone.code(-1)

    assert told(await log_in(nobody, code=code)) == (200, "")
    assert told(await log_in(nobody, code=code)) == (401, "second-factor-wrong")
    assert told(await log_in(nobody, code=earlier)) == (401, "second-factor-wrong")


async def test_the_code_that_turned_it_on_does_not_sign_in(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands
):
    phone, _ = await turned_on(cleo, clock)

    assert told(await log_in(nobody, code=phone.code(-1))) == (401, "second-factor-wrong")


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (1, True), (2, False)])
async def test_a_clock_may_be_off_by_one_step(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands, steps: int, *, good: bool
):
    phone, _ = await turned_on(cleo, clock)
    clock.ahead += timedelta(minutes=5)

    assert ((await log_in(nobody, code=phone.code(steps))).status_code == 200) == good


async def test_of_many_at_once_with_one_code_one_gets_in(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands
):
    phone, recovery = await turned_on(cleo, clock)

    for code in (phone.code(), recovery[0]):
        answers = await asyncio.gather(*(log_in(nobody, code=code) for _ in range(5)))
        assert sorted(a.status_code for a in answers) == [200, 401, 401, 401, 401]


async def test_a_recovery_code_lets_in_once_however_it_is_written(
    cleo: AsyncClient, nobody: AsyncClient, ports: Ports, clock: Hands
):
    _, recovery = await turned_on(cleo, clock)

    assert told(await log_in(nobody, password=f"{PASSWORD} {recovery[0]}")) == (200, "")
    assert told(await log_in(nobody, code=recovery[0])) == (401, "second-factor-wrong")
    assert told(await log_in(nobody, code=recovery[1].upper().replace("-", ""))) == (200, "")
    assert (await cleo.get("/v1/auth/2fa")).json()["recovery_codes_left"] == 8
    assert (await actions(ports)).count("recovery-code-used") == 2


async def test_a_wrong_password_says_nothing_about_the_second_factor(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands
):
    phone, _ = await turned_on(cleo, clock)

    for more in (
        {"password": "wrong"},
        {"password": "wrong", "code": phone.code()},
        {"password": f"wrong {phone.code()}"},
    ):
        assert told(await log_in(nobody, **more)) == (401, "wrong-credentials")
    assert told(await log_in(nobody, code=phone.code())) == (200, "")  # it was not used up


async def test_without_a_second_factor_a_password_may_end_like_a_code(nobody: AsyncClient):
    password = f"{PASSWORD} 123456"
    await register(nobody, EMAIL, password)

    assert told(await log_in(nobody, password=password)) == (200, "")
    assert told(await log_in(nobody)) == (401, "wrong-credentials")


class Counting(Passwords):
    """Passwords that count how many were checked."""

    def __init__(self) -> None:
        super().__init__(cost=4)
        self.checked = 0

    async def verify(self, password: str, kept: str) -> bool:
        self.checked += 1
        return await super().verify(password, kept)


async def test_every_attempt_costs_one_hash_whatever_is_wrong(
    app: FastAPI, ports: Ports, clock: Hands
):
    counting = Counting()
    app.state.ports = replace(ports, passwords=counting)
    async with client(app) as cleo, client(app) as bob:
        await register(cleo, EMAIL)
        await register(bob, "bob@example.com")
        phone, _ = await turned_on(cleo, clock)
        counting.checked = 0
        attempts: list[dict[str, Any]] = [
            {"code": phone.code()},
            {"code": "000000"},
            {},
            {"password": f"{PASSWORD} 000000"},
            {"password": "wrong 000000"},
            {"email": "bob@example.com", "password": "wrong 000000"},
            {"email": "none@example.com", "password": "wrong 000000"},
            {"email": "none@example.com", "code": "000000"},
        ]
        for number, attempt in enumerate(attempts, 1):
            await log_in(cleo, **attempt)
            assert counting.checked == number, attempt


async def test_after_ten_wrong_codes_none_is_looked_at_for_an_hour(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands
):
    phone, recovery = await turned_on(cleo, clock)

    found = [told(await log_in(nobody, code="000000")) for _ in range(11)]

    assert found == [(401, "second-factor-wrong")] * 10 + [(429, "too-many-codes")]
    refused = await log_in(nobody, code=phone.code())
    assert told(refused) == (429, "too-many-codes")
    assert 3500 < int(refused.headers["retry-after"]) <= 3600
    assert told(await log_in(nobody, code=recovery[0])) == (429, "too-many-codes")
    assert told(await log_in(nobody, password="wrong")) == (401, "wrong-credentials")
    clock.ahead += codes.TRIES_LIFE
    assert told(await log_in(nobody, code=phone.code())) == (200, "")


async def test_a_good_code_forgives_the_wrong_ones(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands
):
    phone, _ = await turned_on(cleo, clock)
    for _ in range(3):
        for _ in range(9):
            assert (await log_in(nobody, code="000000")).status_code == 401
        assert told(await log_in(nobody, code=phone.code())) == (200, "")
        phone.wait()


async def test_who_signs_in_while_it_is_turned_on_is_asked_too(
    cleo: AsyncClient, nobody: AsyncClient, app: FastAPI, ports: Ports, clock: Hands
):
    """The session is made between the two looks at the second factor."""
    phone = phone_of(await cleo.post("/auth/enable-2fa"), clock)
    proof = {"current_password": PASSWORD, "code": phone.code()}

    class Slow:
        async def identify(self, token: str) -> Any:
            return await ports.identity.identify(token)

        async def admit(self, user_id: str, tenant_id: str) -> str:
            app.state.ports = ports
            assert (await cleo.post("/v1/auth/2fa/confirm", json=proof)).status_code == 200
            return await ports.identity.admit(user_id, tenant_id)

    app.state.ports = replace(ports, identity=Slow())

    assert told(await log_in(nobody)) == (401, "second-factor-required")


async def test_new_recovery_codes_replace_the_old(
    cleo: AsyncClient, nobody: AsyncClient, clock: Hands
):
    phone, old = await turned_on(cleo, clock)
    proof = {"current_password": PASSWORD, "code": phone.code()}

    answer = await cleo.post("/v1/auth/2fa/recovery-codes", json=proof)

    fresh = answer.json()["recovery_codes"]
    assert answer.status_code == 200
    assert len(fresh) == 10
    assert not set(fresh) & set(old)
    assert told(await log_in(nobody, code=old[0])) == (401, "second-factor-wrong")
    assert told(await log_in(nobody, code=fresh[0])) == (200, "")


@pytest.mark.parametrize("by", ["code", "recovery"])
async def test_turning_it_off_takes_password_and_code(
    cleo: AsyncClient, nobody: AsyncClient, ports: Ports, clock: Hands, by: str
):
    phone, recovery = await turned_on(cleo, clock)
    proof = {
        "current_password": PASSWORD,
        "code": phone.code() if by == "code" else recovery[0],
    }
    off = "/v1/auth/2fa/disable"

    assert told(await cleo.post(off, json=proof | {"code": "1"})) == (400, "wrong-code")
    assert told(await cleo.post(off, json=proof | {"current_password": "x"})) == (
        400,
        "wrong-password",
    )
    assert told(await log_in(nobody)) == (401, "second-factor-required")
    assert told(await cleo.post(off, json=proof)) == (200, "")
    assert told(await cleo.post(off, json=proof)) == (409, "second-factor-off")
    assert told(await log_in(nobody)) == (200, "")
    assert "2fa-disabled" in await actions(ports)
    assert told(await cleo.post("/auth/enable-2fa")) == (200, "")


async def test_nothing_secret_is_exported_or_audited(cleo: AsyncClient, ports: Ports, clock: Hands):
    phone, recovery = await turned_on(cleo, clock)
    await log_in(cleo, code=recovery[0])

    export = (await cleo.get("/auth/export-data")).text
    audit = [e.model_dump_json() for e in await ports.store.collection(AUDIT).find()]

    for secret in (phone.secret, recovery[0], phone.code()):
        assert secret not in export
        assert secret not in "".join(audit)
