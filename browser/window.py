"""A window of a real browser, driven through the pipe that Chromium has for it."""

import json
import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

CHROMIUM = shutil.which("chromium") or "chromium"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--remote-debugging-pipe"),
)
PATIENCE = 30.0
"""Seconds after which what does not happen is a failure."""


LEFT = -32000
"""Code of the browser for a question to a page that was left before it could answer."""


class PageLeft(Exception):
    """The page was left while it was asked."""


class Window:
    """One page. Scripts given to it run beside the page's own, whatever that allows."""

    def __init__(self, said: int, heard: int) -> None:
        self._said, self._heard = said, heard
        self._left = b""
        self._calls = 0
        self.complaints: list[str] = []
        """What the browser refused or could not do, such as scripts that the page forbids."""
        found = self._call("Target.getTargets")["targetInfos"]
        (page,) = [one["targetId"] for one in found if one["type"] == "page"]
        attached = self._call("Target.attachToTarget", targetId=page, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._call(f"{domain}.enable", self._session)

    def _call(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        self._calls += 1
        asked: dict[str, Any] = {"id": self._calls, "method": method, "params": parameters}
        asked |= {"sessionId": session} if session else {}
        os.write(self._said, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._calls:
                if told.get("error", {}).get("code") == LEFT:
                    raise PageLeft(told["error"]["message"])
                assert "error" not in told, told
                return told["result"]
            entry = told.get("params", {}).get("entry", {})
            if entry.get("level") == "error":
                self.complaints.append(entry["text"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            more = os.read(self._heard, 65536)
            assert more, "the browser is gone"
            self._left += more
        text, _, self._left = self._left.partition(b"\0")
        return json.loads(text)

    def open(self, address: str) -> None:
        """Go to ``address``."""
        self._call("Page.navigate", self._session, url=address)

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        told = self._call("Runtime.evaluate", self._session, expression=script, returnByValue=True)
        return told["result"].get("value")

    def until(self, script: str) -> Any:
        """Return the value of an expression once it is true of the page."""
        end = monotonic() + PATIENCE
        while monotonic() < end:
            with suppress(PageLeft):  # it is on its way to another page
                if found := self.run(script):
                    return found
            sleep(0.02)
        raise AssertionError(f"never true: {script}; {self.run('document.body.innerText')}")

    def type(self, field: str, text: str) -> None:
        """Type into the field of this id, as a person does."""
        self.run(f"document.getElementById({json.dumps(field)}).focus()")
        self._call("Input.insertText", self._session, text=text)

    def click(self, name: str) -> None:
        """Click on what has this id."""
        self.run(f"document.getElementById({json.dumps(name)}).click()")


@contextmanager
def window(home: Path) -> Generator[Window]:
    """Open a browser that keeps its things under ``home``."""
    their_in, ours_out = os.pipe()
    ours_in, their_out = os.pipe()
    wired = f'exec "$@" 3<&{their_in} 4>&{their_out}'
    browser = subprocess.Popen(
        [
            "/bin/bash",
            "-c",
            wired,
            "bash",
            CHROMIUM,
            *FLAGS,
            f"--user-data-dir={home}",
            "about:blank",
        ],
        pass_fds=(their_in, their_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(their_in)
    os.close(their_out)
    try:
        yield Window(ours_out, ours_in)
    finally:
        browser.terminate()
        browser.wait(10)
        os.close(ours_out)
        os.close(ours_in)
