"""The limits sit in the server that is started as the documentation says, on a real socket."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import httpx2
import pytest

from symposion.settings import Settings

SERVE = "from symposion.cli import main; main()"
"""What the command ``symposion`` runs."""

READY = 20.0
"""Seconds a start may take on a busy machine."""


@pytest.fixture
def server(tmp_path: Path) -> Generator[str]:
    """Start ``symposion serve`` on a free port; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ours = {name.upper() for name in Settings.model_fields}
    environment = {k: v for k, v in os.environ.items() if k not in ours}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "--port", str(port)],
        cwd=tmp_path,
        env=environment | {"HOST": "127.0.0.1", "MODEL": "offline"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + READY
    try:
        while process.poll() is None and time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def test_limits_hold_in_the_server_that_is_served(server: str):
    with httpx2.Client(base_url=server, timeout=30) as who:
        made = [
            who.post("/api/auth/test-login", headers={"X-Forwarded-For": f"198.51.100.{n}"})
            for n in range(6)
        ]
        assert [m.status_code for m in made] == [200] * 5 + [429]
        assert 3500 < int(made[-1].headers["retry-after"]) <= 3600
        assert made[-1].json()["code"] == "rate-limited"
        assert who.get("/health", headers={"X-Long": "x" * 20_000}).status_code == 431
        assert who.get("/health?" + "q" * 5_000).status_code == 414
        assert who.get("/health").headers["content-security-policy"].startswith("default-src")
