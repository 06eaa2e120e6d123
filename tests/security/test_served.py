"""The limits sit in the server that is started as the documentation says, on a real socket."""

from pathlib import Path

import httpx2
from serving import serving


def test_limits_hold_in_the_server_that_is_served(tmp_path: Path):
    with (
        serving(tmp_path) as port,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as who,
    ):
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
