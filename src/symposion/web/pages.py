"""The interactive documentation: the one page we serve that runs scripts, and says which."""

import re
from base64 import b64encode
from hashlib import sha256

from fastapi import FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html

_CDN = "https://cdn.jsdelivr.net"
"""Where the framework takes its documentation page from."""


def add_documentation(app: FastAPI) -> None:
    """Serve ``/docs`` with a policy that lets its own scripts run, and no others."""
    answer = get_swagger_ui_html(
        openapi_url="openapi.json",
        title=app.title,
        swagger_favicon_url="data:,",
        oauth2_redirect_url=None,
    )
    page = bytes(answer.body)
    headers = {"Content-Security-Policy": _policy(page.decode())}

    async def documentation(_: Request) -> Response:
        return Response(page, media_type="text/html", headers=headers)

    app.add_route("/docs", documentation, include_in_schema=False)


def _policy(page: str) -> str:
    """Return the content security policy for ``page``: inline scripts by their hash."""
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [b64encode(sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{value}'" for value in hashes)
    return (
        f"default-src 'none'; script-src {_CDN} {allowed}; style-src {_CDN} 'unsafe-inline'; "
        "img-src data: 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
