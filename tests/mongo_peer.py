"""A MongoDB peer to speak to: somebody else's server for the same wire protocol."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest

ON_MONGO = os.environ.get("SYMPOSION_TEST_STORE") == "mongo"
"""Whether the houses under test keep their documents in MongoDB, or in nx-27017 without a URL."""

MONGO_URL = os.environ.get("SYMPOSION_TEST_MONGO_URL", "")
ON_NX = ON_MONGO and not MONGO_URL


@pytest.fixture(scope="session")
def nx_url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Where nx-27017 listens; it runs as long as the tests do."""
    folder = tmp_path_factory.mktemp("nx")
    port = _free_port()
    command = [str(Path(sys.executable).with_name("nx-27017")), "--data-dir", "memory"]
    command += ["--port", str(port), "--log-file", str(folder / "log")]
    command += ["--pid-file", str(folder / "pid")]
    with (folder / "out").open("wb") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder, env=os.environ)
    try:
        _await_port(server, port)
        yield f"mongodb://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _await_port(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("nx-27017 did not start")
