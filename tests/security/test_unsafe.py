"""A server that would be unsafe in production does not start there (reliability design T13c)."""

import json
import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import httpx2
import pytest
from serving import serving

from symposion.settings import Settings

GOOD = "0123456789abcdef0123456789abcdef"
SAFE = {"ENVIRONMENT": "production", "JWT_SECRET": GOOD}
GOOGLE = {"GOOGLE_CLIENT_ID": "x", "GOOGLE_CLIENT_SECRET": "y"}

ADMIN = {"ADMIN_EMAIL": "a@house.example"}


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Generator[int]:
    folder = tmp_path_factory.mktemp("production")
    with serving(folder, SAFE) as port:
        yield port
    assert '"level":"warning"' not in (folder / "server.log").read_text()


UNSAFE = {
    "no secret": ({"JWT_SECRET": ""}, "JWT_SECRET"),
    "a short secret": ({"JWT_SECRET": "x" * 31}, "JWT_SECRET"),
    "a published secret": ({"JWT_SECRET": "your-super-secure-jwt-secret-key-here"}, "JWT_SECRET"),
    "a short secret before": ({"JWT_SECRET_PREVIOUS": "x" * 31}, "JWT_SECRET_PREVIOUS"),
    "unsigned tokens": ({"JWT_ALGORITHM": "none"}, "JWT_ALGORITHM"),
    "debugging": ({"DEBUG": "true"}, "DEBUG"),
    "no rate limits": ({"RATE_LIMITS": "off"}, "RATE_LIMITS"),
    "proxies that are everybody": ({"TRUSTED_PROXIES": "10.0.0.1, 0.0.0.0/0"}, "TRUSTED_PROXIES"),
    "proxies that are all of IPv6": ({"TRUSTED_PROXIES": "::/0"}, "TRUSTED_PROXIES"),
    "pages of every origin": ({"CORS_ORIGINS": "*"}, "CORS_ORIGINS"),
    "an environment nobody knows": ({"ENVIRONMENT": "prod"}, "ENVIRONMENT"),
    "a Redis that is none": ({"REDIS_URL": "http://redis.example"}, "REDIS_URL"),
    "rates that are none": ({"RATES": "login=unlimited"}, "RATES"),
    "rates of nothing": ({"RATES": "login=0/60"}, "RATES"),
    "rates without end": ({"RATES": "login=1000001/60"}, "RATES"),
    "a rate that nobody knows": ({"RATES": "logins=30/60"}, "RATES"),
    "one rate twice": ({"RATES": "login=30/60, login=9999/60"}, "RATES"),
    "documentation by mistake": ({"DOCS": "true"}, "DOCS"),
    "connections without end": ({"CONNECTIONS_PER_ADDRESS": "-1"}, "CONNECTIONS_PER_ADDRESS"),
    "a short administrator's password": (
        ADMIN | {"ADMIN_PASSWORD": "b7#kQ2!xPz9"},
        "ADMIN_PASSWORD",
    ),
    "a common administrator's password": (
        ADMIN | {"ADMIN_PASSWORD": "Password12345"},
        "ADMIN_PASSWORD",
    ),
    "a published administrator's password": (
        ADMIN | {"ADMIN_PASSWORD": "please-changeme-now"},
        "ADMIN_PASSWORD",
    ),
    "half of Google": ({"GOOGLE_CLIENT_ID": "x"}, "GOOGLE_CLIENT_SECRET"),
    "Google without an address of ours": (GOOGLE, "PUBLIC_URL"),
    "Google with an open address": (GOOGLE | {"PUBLIC_URL": "http://a.example"}, "PUBLIC_URL"),
    "an open issuer": (
        GOOGLE | {"PUBLIC_URL": "https://a.example", "GOOGLE_ISSUER": "http://b.example"},
        "GOOGLE_ISSUER",
    ),
    "half an administrator": ({"ADMIN_EMAIL": "a@house.example"}, "ADMIN_PASSWORD"),
}
"""What is set beside `SAFE`, and the setting that the message must name."""


START = """
import json, os, sys
from symposion.server import build_or_exit
for name, given in json.load(sys.stdin).items():
    child = os.fork()
    if not child:
        os.mkdir(name)
        os.chdir(name)
        os.environ.update(given)
        os.dup2(os.open('../' + name + '.txt', os.O_WRONLY | os.O_CREAT), 2)
        try:
            build_or_exit()
        except SystemExit as end:
            os._exit(end.code)
        os._exit(0)
    print(json.dumps([name, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])]))
"""
"""Does what ``uvicorn server:app`` does first, once for each configuration, in a child each."""


def started(configurations: dict[str, dict[str, str]], folder: Path) -> dict[str, int]:
    """Build the server with each of ``configurations``; return the exit codes."""
    ours = {name.upper() for name in Settings.model_fields}
    ran = subprocess.run(
        [sys.executable, "-c", START],
        input=json.dumps(configurations),
        cwd=folder,
        env={k: v for k, v in os.environ.items() if k not in ours},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return dict(json.loads(line) for line in ran.stdout.splitlines())


def test_what_is_unsafe_in_production_does_not_start(tmp_path: Path):
    codes = started({name: SAFE | given for name, (given, _) in UNSAFE.items()}, tmp_path)

    assert codes == dict.fromkeys(UNSAFE, 2)
    for name, (given, setting) in UNSAFE.items():
        said = (tmp_path / f"{name}.txt").read_text()
        assert said.startswith("symposion cannot start: "), name
        assert said.count("\n") == 1, name
        assert setting in said, name
        assert (given.get("JWT_SECRET") or "no secret") not in said, name
        assert list((tmp_path / name).iterdir()) == [], name


def test_what_is_safe_does_start(tmp_path: Path):
    assert started({"safe": SAFE | {"TRUSTED_PROXIES": "10.0.0.0/8"}}, tmp_path) == {"safe": 0}


DOUBTFUL = {
    "guests": ({"ALLOW_GUEST": "true"}, "ALLOW_GUEST"),
    "documentation": ({"DOCS": "on"}, "DOCS"),
    "a page without TLS": ({"CORS_ORIGINS": "http://page.example"}, "CORS_ORIGINS"),
}
"""What is allowed when it is asked for, and the setting that the log then names."""


def test_what_is_doubtful_in_production_is_logged(tmp_path: Path):
    settings = SAFE | {
        name: value for given, _ in DOUBTFUL.values() for name, value in given.items()
    }
    with serving(tmp_path, settings) as port:
        assert httpx2.get(f"http://127.0.0.1:{port}/docs").status_code == 200

    lines = [
        json.loads(x) for x in (tmp_path / "server.log").read_text().splitlines() if x[0] == "{"
    ]
    told = [
        line["event"].partition(" ")[0].rstrip(":") for line in lines if line["level"] == "warning"
    ]
    assert sorted(told) == sorted(name for _, name in DOUBTFUL.values())


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/docs/swagger-ui.css"])
def test_production_shows_no_documentation_unless_it_is_told_to(production: int, path: str):
    answer = httpx2.get(f"http://127.0.0.1:{production}{path}")

    assert answer.status_code == 404
    assert answer.json()["code"] == "no-such-address"


def test_production_lets_no_guests_in_and_doubts_nothing(production: int):
    answer = httpx2.post(f"http://127.0.0.1:{production}/api/auth/test-login")

    assert answer.status_code == 403
