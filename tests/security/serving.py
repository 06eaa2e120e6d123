"""The server as it is started in production: a process of its own, on a real socket."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from symposion.settings import Settings

SERVE = "from symposion.cli import main; main()"
"""What the command ``symposion`` runs."""

READY = 20.0
"""Seconds a start may take on a busy machine."""


@contextmanager
def serving(folder: Path, **environment: str) -> Generator[int]:
    """Run ``symposion serve`` with ``environment`` until the end of the block; yield its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ours = {name.upper() for name in Settings.model_fields}
    inherited = {k: v for k, v in os.environ.items() if k not in ours}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "--port", str(port)],
        cwd=folder,
        env=inherited | {"HOST": "127.0.0.1", "MODEL": "offline"} | environment,
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
        yield port
    finally:
        process.kill()
        process.wait()
