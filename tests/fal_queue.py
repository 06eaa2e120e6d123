"""fal.ai as far as we use it: its queue, and the place where its images lie, over TLS."""

import json
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, cast

import trustme

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
PICTURES = "pictures.example"
"""Another name of the same server, known to whoever has a resolver of their own."""

KEY = "fal-key-for-tests"


class FalQueue(ThreadingHTTPServer):
    """Answers orders as it is told to by ``mood``; knows what it was asked, and with which key."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        authority = trustme.CA()
        self.trust = ssl.create_default_context()
        authority.configure_trust(self.trust)
        ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", PICTURES).configure_cert(ours)
        self.socket = ours.wrap_socket(self.socket, server_side=True)
        self.home = f"https://localhost:{self.server_address[1]}"
        self.mood = ""
        self.image = PNG
        self.address = f"{self.home}/files/image.png"
        self.orders: list[dict[str, Any]] = []
        self.calls: list[tuple[str, str, str]] = []
        self.released = Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave in the middle are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    @property
    def queue(self) -> FalQueue:
        return cast("FalQueue", self.server)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        self._note()
        length = int(self.headers["Content-Length"])
        self.queue.orders.append(json.loads(self.rfile.read(length)))
        match self.queue.mood:
            case "order 500" | "order 429" | "order 401":
                return self._tell({"detail": "no"}, int(self.queue.mood[-3:]))
            case "order hangs":
                self.queue.released.wait(20)
            case "order redirects":
                return self._redirect("/elsewhere")
            case "half json":
                return self._send(b'{"request_id": "r1", "status_url"', "application/json")
            case "endless":
                return self._send(b"[" + b"1," * 200_000, "application/json")
            case _:
                pass
        base = f"{self.queue.home}/fal-ai/flux/requests/r1"
        elsewhere = "https://127.0.0.1:1/status" if self.queue.mood == "other host" else ""
        return self._tell(
            {"request_id": "r1", "status_url": elsewhere or f"{base}/status", "response_url": base}
        )

    def do_GET(self) -> None:
        self._note()
        asked = sum(path.endswith("/status") for _, path, _ in self.queue.calls)
        if self.path.startswith("/files/"):
            return self._file()
        if self.path.endswith("/status"):
            if self.queue.mood == "status 500" or (self.queue.mood == "hiccup" and asked == 1):
                return self._tell({}, 500)
            done = asked > 1 and self.queue.mood != "never done"
            return self._tell({"status": "COMPLETED" if done else "IN_PROGRESS"})
        if self.queue.mood == "unsafe":
            return self._tell({"detail": "content policy"}, 422)
        if self.queue.mood == "no image":
            return self._tell({"images": []})
        return self._tell({"images": [{"url": self.queue.address, "content_type": "image/png"}]})

    def _file(self) -> None:
        match self.queue.mood:
            case "image 404":
                return self._tell({}, 404)
            case "image redirects":
                return self._redirect("/files/other.png")
            case _:
                return self._send(self.queue.image, "image/png")

    def _note(self) -> None:
        key = self.headers.get("Authorization", "")
        self.queue.calls.append((self.command, self.path, key))

    def _redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _tell(self, body: object, status: int = 200) -> None:
        self._send(json.dumps(body).encode(), "application/json", status)

    def _send(self, body: bytes, media: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def fal_queue() -> Generator[FalQueue]:
    """Run the queue for a while."""
    queue = FalQueue()
    thread = Thread(target=queue.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield queue
    finally:
        queue.released.set()
        queue.shutdown()
        queue.server_close()
        thread.join()
