"""The page on which somebody turns on their second factor; whoever has its link may open it."""

from io import BytesIO

from fastapi import Response

from symposion.features.accounts.errors import TicketSpent
from symposion.features.accounts.second_factor import Pending
from symposion.web.problems import status_of
from symposion.web.screens import screen

_HERE = "symposion.features.accounts"


def setup_page(pending: Pending) -> Response:
    """Return the page for ``pending``: QR code, secret, and fields for password and code."""
    import segno  # noqa: PLC0415 - not needed before the first second factor
    from markupsafe import Markup  # noqa: PLC0415

    drawn = BytesIO()
    segno.make(pending.address, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, light="#fff"
    )
    picture = Markup(drawn.getvalue().decode())  # noqa: S704 - drawn of squares, holds no text
    return screen(
        _HERE,
        "factor_setup",
        ticket=pending.ticket,
        secret=" ".join(pending.secret[i : i + 4] for i in range(0, len(pending.secret), 4)),
        picture=picture,
    )


def gone_page(error: TicketSpent) -> Response:
    """Return the page for a link that is no longer good."""
    return screen(_HERE, "factor_gone", status=status_of(type(error)), sentence=str(error))
