"""Pages of ours that a browser opens without the web client: each for one moment of signing in.

A screen is a template ``templates/NAME.html`` of its feature inside `templates/frame.html`, with
all values escaped, and at most one script, ``templates/NAME.js``. Its content security policy
lets exactly that script and our style sheet run, by their hashes, and nothing be loaded. Values
reach the script as data attributes; they never stand in it.
"""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import Response

if TYPE_CHECKING:
    from jinja2 import Environment


def screen(
    package: str,
    name: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> Response:
    """Return the screen called ``name`` of the feature ``package``.

    A value is shown as text, unless it is a `Markup` of the caller's own making.
    """
    from markupsafe import Markup  # noqa: PLC0415 - not needed before the first screen

    style, script = _text("symposion.web", "frame.css"), _text(package, f"{name}.js")
    html = (
        _environment(package)
        .get_template(f"{name}.html")
        .render(style=Markup(style), script=Markup(script), **values)  # noqa: S704 - files of ours
    )
    policy = {"Content-Security-Policy": _policy(style, script)}
    return Response(
        html, status, headers={**policy, **(headers or {})}, media_type="text/html; charset=utf-8"
    )


@cache
def _environment(package: str) -> "Environment":
    from jinja2 import (  # noqa: PLC0415 - as above
        ChoiceLoader,
        Environment,
        PackageLoader,
        StrictUndefined,
    )

    places = [PackageLoader(package), PackageLoader("symposion.web")]
    return Environment(loader=ChoiceLoader(places), autoescape=True, undefined=StrictUndefined)


@cache
def _text(package: str, name: str) -> str:
    file = files(package).joinpath("templates", name)
    return file.read_text("utf-8").strip() if file.is_file() else ""


def _policy(style: str, script: str) -> str:
    scripts = f"script-src {_hash(script)}; connect-src 'self'; " if script else ""
    return (
        f"default-src 'none'; style-src {_hash(style)}; img-src data:; {scripts}"
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
