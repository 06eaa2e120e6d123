"""The interactive documentation: the one page we serve that runs scripts, and says which.

Its script and its style come from a package, so that it works without a network.
"""

import re
from base64 import b64encode
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import FileResponse

_PACKAGE = "fastapi_offline"
"""Holds the files of Swagger UI; nothing of its code is imported."""

_FILES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}


def add_documentation(app: FastAPI) -> None:
    """Serve ``/docs`` with a policy that lets its own scripts run, and no others."""
    script, style = (f"docs/{name}" for name in _FILES)
    answer = get_swagger_ui_html(
        openapi_url="openapi.json",
        title=app.title,
        swagger_js_url=script,
        swagger_css_url=style,
        swagger_favicon_url="data:,",
        oauth2_redirect_url=None,
    )
    page = bytes(answer.body)
    headers = {"Content-Security-Policy": _policy(page.decode())}

    async def documentation(_: Request) -> Response:
        return Response(page, media_type="text/html", headers=headers)

    app.add_route("/docs", documentation, include_in_schema=False)
    for name, media_type in _FILES.items():
        _add_file(app, name, media_type)


def _add_file(app: FastAPI, name: str, media_type: str) -> None:
    spec = find_spec(_PACKAGE)
    assert spec, f"{_PACKAGE} is a dependency"
    assert spec.origin, f"{_PACKAGE} is a folder"
    place = Path(spec.origin).parent / "static" / name
    headers = {"Cache-Control": "public, max-age=3600"}

    async def file(_: Request) -> Response:
        return FileResponse(place, media_type=media_type, headers=headers)

    app.add_route(f"/docs/{name}", file, include_in_schema=False)


def _policy(page: str) -> str:
    """Return the content security policy for ``page``: inline scripts by their hash."""
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [b64encode(sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{value}'" for value in hashes)
    return (
        f"default-src 'none'; script-src 'self' {allowed}; style-src 'self' 'unsafe-inline'; "
        "img-src data: 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
