"""The pages of signing in, in a real browser, with the real server and a provider on a socket."""

import socket
import threading
from collections.abc import Generator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx2
import pytest
import uvicorn
from openid import CLIENT_ID, CLIENT_SECRET, Provider, new_key, serving
from pydantic import SecretStr
from pyotp.totp import TOTP
from visitors import PASSWORD
from window import Window, window

from symposion.server import build
from symposion.settings import Settings

EMAIL = "cleo@example.com"


@pytest.fixture
def provider() -> Generator[Provider]:
    with serving(new_key()) as found:
        yield found


@pytest.fixture
def home(provider: Provider, tmp_path: Path) -> Generator[str]:
    """The address of a running server."""
    door = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{door.getsockname()[1]}"
    settings = Settings(
        data_dir=tmp_path / "data",
        public_url=address,
        google_client_id=CLIENT_ID,
        google_client_secret=SecretStr(CLIENT_SECRET),
        google_issuer=provider.issuer,
        rate_limits="off",
        model="offline",
    )
    server = uvicorn.Server(uvicorn.Config(build(settings), log_config=None))
    thread = threading.Thread(target=server.run, args=([door],))
    thread.start()
    end = monotonic() + 30
    while not server.started and thread.is_alive() and monotonic() < end:
        sleep(0.02)
    assert server.started
    yield address
    server.should_exit = True
    thread.join(30)


@pytest.fixture
def page(tmp_path: Path) -> Generator[Window]:
    with window(tmp_path / "browser") as opened:
        yield opened


def post(home: str, path: str, token: str = "", **body: str) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx2.post(f"{home}/api{path}", json=body, headers=headers)


def registered(home: str) -> str:
    answer = post(home, "/auth/register", email=EMAIL, password=PASSWORD, name="Cleo")
    return answer.json()["access_token"]


def turned_on(page: Window, home: str, token: str) -> tuple[TOTP, list[str]]:
    """Turn the second factor on as a person does; return the phone and the recovery codes."""
    page.open(post(home, "/auth/enable-2fa", token).json()["qr_code"])
    secret = page.until("document.getElementById('secret')?.textContent")
    phone = TOTP(secret.replace(" ", ""))
    page.type("password", PASSWORD)
    page.type("code", phone.now())
    page.click("send")
    page.until("!document.getElementById('done').hidden")
    codes = page.run("[...document.querySelectorAll('#codes li')].map(one => one.textContent)")
    return phone, codes


def test_a_second_factor_is_turned_on_in_its_page(page: Window, home: str):
    token = registered(home)

    page.open(post(home, "/auth/enable-2fa", token).json()["qr_code"])
    page.until("!!document.getElementById('send')")
    drawn = page.run("document.querySelector('.qr svg').getBoundingClientRect().width")
    page.type("password", "not this one")
    page.type("code", "000000")
    page.click("send")
    said = page.until("document.getElementById('said').textContent")
    before = [one for one in page.complaints if "400" not in one]
    _, codes = turned_on(page, home, token)

    assert drawn > 100
    assert said == "The current password is wrong."
    assert before == []
    assert len(codes) == 10
    assert page.run("document.getElementById('setup')") is None
    refused = post(home, "/auth/login", email=EMAIL, password=PASSWORD)
    assert refused.json()["code"] == "second-factor-required"
    entered = post(home, "/auth/login", email=EMAIL, password=f"{PASSWORD} {codes[0]}")
    assert entered.status_code == 200


def test_the_way_to_google_ends_with_a_token_where_the_client_looks(page: Window, home: str):
    page.open(f"{home}/api/auth/google")
    page.until(f"location.href === '{home}/' && document.readyState === 'complete'")

    token = page.run("localStorage.getItem('auth_token')")
    me = httpx2.get(f"{home}/api/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["email"] == EMAIL
    assert page.run("document.cookie") == ""
    assert page.complaints == []


def test_a_second_factor_is_asked_for_on_the_way_from_google(
    page: Window, home: str, provider: Provider
):
    token = registered(home)
    linked = post(
        home,
        "/v1/auth/google/link",
        token,
        credential=provider.token(),
        current_password=PASSWORD,
    )
    assert linked.status_code == 200
    _, codes = turned_on(page, home, token)

    page.open(f"{home}/api/auth/google")
    page.until("document.getElementById('form')?.dataset.challenge")
    assert page.run("localStorage.getItem('auth_token')") is None
    page.type("code", "000000")
    page.click("send")
    page.until("document.getElementById('said').textContent.includes('wrong')")
    page.run("document.getElementById('code').value = ''")
    page.type("code", codes[0])
    page.click("send")
    page.until(f"location.href === '{home}/' && document.readyState === 'complete'")

    entered = page.run("localStorage.getItem('auth_token')")
    me = httpx2.get(f"{home}/api/auth/me", headers={"Authorization": f"Bearer {entered}"})
    assert me.json()["email"] == EMAIL


def test_what_google_brings_back_to_another_browser_signs_nobody_in(page: Window, home: str):
    page.open(f"{home}/api/auth/google/callback?code=x&state=y&error=%3Cscript%3E")
    page.until("document.querySelector('h1')?.textContent === 'You were not signed in'")

    assert page.run("localStorage.getItem('auth_token')") is None
    assert page.run("document.scripts.length") == 0
