"""The report in a real browser: nothing that was said runs, and nothing is fetched.

Not part of ``make test``, which needs no browser; ``.ci/run`` installs chromium and runs it.
"""

import asyncio
import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from symposion import Agent, Archetype, Scenario, converse
from symposion.engine.memory_log import MemoryLog
from symposion.report.pages import pages

CHROMIUM = shutil.which("chromium") or "chromium"
HEADLESS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--virtual-time-budget=3000",
)


class Trap(http.server.BaseHTTPRequestHandler):
    """Notes every request that reaches it."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def trap() -> Iterator[str]:
    Trap.asked.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def hostile(trap: str) -> str:
    return (
        f'<script>document.title="owned"</script><img src="{trap}/i" onerror="document.title=1">'
        f'<svg onload="document.title=2"><style>@import "{trap}/c"</style>'
        f'<iframe src="{trap}/f"></iframe><a href="javascript:document.title=3">x</a>'
    )


async def report(trap: str) -> bytes:
    said = hostile(trap)
    cast = [
        Agent(
            name=f"Ann {said}"[:100],
            id="ann",
            archetype=Archetype.LEADER,
            goal=said,
            role=said[:200],
        ),
        Agent(name="Bo", archetype=Archetype.SKEPTIC, expertise=said, memories=(said,)),
        Agent(name="Cem", archetype=Archetype.ARTIST, background=f"He said: {said}"),
    ]
    text = f"# {said}\n\nShould the {said} be built? The {said} costs 3 million euros."
    log = MemoryLog()
    async for _ in converse(cast, Scenario(text=text, name=said[:200]), turns=20, seed=1, log=log):
        pass
    return pages(await log.read())["report.html"]


def opened(page: Path, home: Path) -> str:
    """Return the document as the browser holds it after scripts and loads had their time."""
    ran = subprocess.run(
        [CHROMIUM, *HEADLESS, f"--user-data-dir={home}", "--dump-dom", page.as_uri()],
        capture_output=True,
        timeout=60,
        check=True,
    )
    return ran.stdout.decode()


def test_the_trap_is_heard_and_scripts_would_run(tmp_path: Path, trap: str):
    page = tmp_path / "open.html"
    page.write_text(f"<title>before</title>{hostile(trap)}")

    assert "<title>before</title>" not in opened(page, tmp_path / "home")
    assert "/i" in Trap.asked


def test_what_was_said_does_not_run_and_loads_nothing(tmp_path: Path, trap: str):
    page = tmp_path / "report.html"
    page.write_bytes(asyncio.run(report(trap)))

    found = opened(page, tmp_path / "home")

    assert "<title>owned</title>" not in found
    for owned in ("owned", "1", "2", "3"):
        assert f"<title>{owned}</title>" not in found
    assert Trap.asked == []
    assert "Ann" in found
    assert "<script>" not in found
