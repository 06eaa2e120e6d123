"""The pages on which a way to Google and back ends, in the origin of the web client."""

from urllib.parse import urlsplit

from fastapi import Response
from starlette.responses import RedirectResponse

from symposion.core.errors import DomainError
from symposion.features.google.journey import COOKIE, LIFE
from symposion.features.google.service import Arrival
from symposion.web.problems import status_of
from symposion.web.screens import screen

_HERE = "symposion.features.google"


def callback_of(home: str) -> str:
    """Return the address that Google sends browsers back to; it is registered there."""
    return f"{home}/api/auth/google/callback"


def departure(address: str, secret: str, callback: str) -> Response:
    """Send the browser to Google, with a cookie that only `callback` gets to see again."""
    answer = RedirectResponse(address, 303)
    _set_cookie(answer, secret, LIFE, callback)
    return answer


def _set_cookie(answer: Response, value: str, life: int, callback: str) -> None:
    parts = urlsplit(callback)
    answer.set_cookie(
        COOKIE,
        value,
        max_age=life,
        path=parts.path,
        secure=parts.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def arrival_page(arrival: Arrival, home: str) -> Response:
    """Return the page that keeps the token where the web client looks for it, or asks for more."""
    base = urlsplit(home).path
    if arrival.ticket:
        challenge = f"{base}/api/v1/auth/2fa/challenge"
        page = screen(
            _HERE, "google_challenge", ticket=arrival.ticket, challenge=challenge, home=f"{base}/"
        )
    else:
        page = screen(_HERE, "google_arrival", token=arrival.token, home=f"{base}/")
    return _forgetting(page, home)


def refusal_page(error: DomainError, home: str) -> Response:
    """Return the page that tells why nobody was signed in."""
    status, back = status_of(type(error)), f"{urlsplit(home).path}/"
    page = screen(_HERE, "google_refusal", status=status, sentence=str(error), home=back)
    return _forgetting(page, home)


def _forgetting(page: Response, home: str) -> Response:
    """Take the cookie of the journey back: it is over."""
    _set_cookie(page, "", 0, callback_of(home))
    return page
