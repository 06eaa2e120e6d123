"""A newcomer's first five minutes, on a real server that is then killed."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

ROOT = Path(__file__).parents[2]
READY = 20.0
"""Seconds a start may take on a busy machine."""


@contextmanager
def server(folder: Path, port: int) -> Generator[subprocess.Popen[bytes]]:
    """Run the server as the documentation says, with its data under ``folder``."""
    command = [sys.executable, "-m", "uvicorn", "server:app", "--port", str(port)]
    environment = {k: v for k, v in os.environ.items() if k not in ("MODEL", "MONGO_URL")}
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment | {"PYTHONPATH": str(ROOT), "DATA_DIR": str(folder / "data")},
            stderr=log,
        )
    try:
        wait_until_it_listens(process, port)
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + READY
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"no server after {READY} s; exit code {process.poll()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tour() -> str:
    text = (ROOT / "docs" / "tour.md").read_text()
    (script,) = re.findall(r"```bash\n(.*?)```", text, re.DOTALL)
    return script


def calls_of_the_tour() -> list[dict[str, Any]]:
    """Return what the ``curl`` lines of the tour ask for, in order."""
    lines = [line for line in tour().splitlines() if "curl" in line]
    return [call_of(shlex.split(line.replace("$(", " ").split(" | ")[0])) for line in lines]


def call_of(words: list[str]) -> dict[str, Any]:
    words = words[words.index("curl") :]
    data = words[words.index("-d") + 1] if "-d" in words else None
    default = "POST" if data else "GET"
    return {
        "method": words[words.index("-X") + 1] if "-X" in words else default,
        "path": next(w for w in words if w.startswith("$URL")).removeprefix("$URL"),
        "signed": "$AUTH" in words,
        "json": json.loads(data) if data else None,
    }


def test_the_tour_works_and_what_it_made_outlives_the_server(tmp_path: Path):
    port = free_port()
    calls = calls_of_the_tour()
    replies: list[Any] = []
    api = httpx2.Client(base_url=f"http://127.0.0.1:{port}/api", timeout=30)

    with server(tmp_path, port) as process:
        for call in calls:
            if call["signed"]:
                api.headers["Authorization"] = f"Bearer {replies[0]['access_token']}"
            answer = api.request(call["method"], call["path"], json=call["json"])
            assert answer.status_code == 200, (call, answer.text)
            replies.append(answer.json())
        state = api.get("/simulation/state").json()
        process.send_signal(signal.SIGKILL)
        process.wait()

    assert [call["path"] for call in calls] == [
        "/auth/test-login",
        *["/agents"] * 3,
        "/simulation/set-scenario",
        "/simulation/start",
        *["/conversation/generate"] * 2,
        "/conversations",
    ]
    agents, rounds = replies[1:4], replies[-1]
    assert rounds == replies[-3:-1]
    assert [told["round_number"] for told in rounds] == [1, 2]
    assert all(set(told["agents"]) == {"Amara", "Jonas", "Leila"} for told in rounds)

    with server(tmp_path, port):
        for path, expected in {
            "/auth/me": replies[0]["user"],
            "/agents": agents,
            "/simulation/state": state,
            "/conversations": rounds,
        }.items():
            assert api.get(path).json() == expected, path
        third = api.post("/conversation/generate").json()
    api.close()

    assert third["round_number"] == 3
    lines = (tmp_path / "log.txt").read_text().splitlines()
    ours = [json.loads(line) for line in lines if not line.startswith("INFO: ")]
    assert {line["level"] for line in ours} == {"info"}


def test_a_tour_in_the_readme_is_the_one_that_was_tried():
    told = re.findall(r"```bash\n(URL=.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)

    assert [text for text in told if text != tour()] == []
