"""The server as it is started in earnest: ``symposion serve`` in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from symposion.settings import Settings

SERVE = "from symposion.cli import main; main()"
"""What the command ``symposion`` runs."""

READY = 20.0
"""Seconds a start may take on a busy machine."""


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of this process with ``settings`` and no others of ours."""
    ours = {name.upper() for name in Settings.model_fields}
    kept = {k: v for k, v in os.environ.items() if k not in ours}
    return kept | {"HOST": "127.0.0.1", "MODEL": "offline"} | dict(settings)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until ``process`` listens on ``port``; it fails if it does not."""
    end = time.monotonic() + READY
    while time.monotonic() < end:
        assert process.poll() is None, f"it ended with {process.returncode}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens after {READY} seconds")


@contextmanager
def running(
    folder: Path, settings: Mapping[str, str] | None = None, command: list[str] | None = None
) -> Generator[tuple[int, int]]:
    """Run the server in ``folder`` on a free port; yield port and process id.

    Its log is ``server.log``. ``command`` stands for another way to start it, with ``PORT`` where
    the port belongs.
    """
    port = free_port()
    arguments = command or ["-c", SERVE, "serve", "--port", "PORT"]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *(a.replace("PORT", str(port)) for a in arguments)],
            cwd=folder,
            env=environment(settings or {}),
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        try:
            wait_for(port, process)
            yield port, process.pid
        finally:
            process.kill()
            process.wait()


@contextmanager
def serving(
    folder: Path, settings: Mapping[str, str] | None = None, command: list[str] | None = None
) -> Generator[int]:
    """Do as `running` does; yield the port."""
    with running(folder, settings, command) as (port, _):
        yield port
