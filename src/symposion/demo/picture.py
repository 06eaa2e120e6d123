"""A picture of the terminal, as SVG that loads nothing from outside."""

import io
import re
from pathlib import Path

from rich.console import Console

from symposion.demo.folder import write_all

WIDTH = 100
"""Columns of the terminal in the picture."""

_FONT_FACE = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
"""Rich would fetch a font from elsewhere; the reader's own will do."""


def recording() -> Console:
    """Return a console that shows nothing and remembers everything."""
    return Console(
        file=io.StringIO(),
        record=True,
        width=WIDTH,
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
    )


def draw(console: Console, title: str, place: Path) -> None:
    """Write what ``console`` recorded to ``place`` as SVG; the same screen, the same bytes.

    Raises:
        CannotWrite: The system refuses.
    """
    picture = console.export_svg(title=title, unique_id="symposion")
    write_all(place.parent, {place.name: _FONT_FACE.sub("", picture).encode()})
