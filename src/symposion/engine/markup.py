"""Markdown taken out of a text without moving a character."""

import re

BREAK = "\x1f"
"""Stands where markup stood: no phrase crosses it."""

_FENCE = re.compile(r"^(```|~~~).*?(?:^\1[^\n]*$|\Z)", re.MULTILINE | re.DOTALL)
_MARKS = re.compile(
    r"""
    <!--.*?-->                                # comments
    | ^[ \t]*\|?[ \t:|-]*-{3,}[ \t:|-]*\|?[ \t]*$   # rules of tables, lines
    | ^[ \t]*(?:[-*+•]|\d{1,2}[.)]|\(?[a-z]\)|\#{1,6}|>)[ \t]+   # bullets, headings
    | \[[ xX]\][ \t]                          # boxes to tick
    | \]\([^)\n]{0,500}\) | !?\[(?=[^\]\n]{1,300}\]\()   # the two ends of a link
    | (?:https?://|www\.)[^\s)>\]]+           # bare addresses
    | [\w.+-]+@[\w-]+\.[\w.]+                 # mail addresses
    | `[^`\n]{0,200}`                         # code
    | </?[a-zA-Z][^>\n]{0,200}>               # HTML
    | \*{1,3} | (?<!\w)_{1,3}|_{1,3}(?!\w) | ~~ | \|   # emphasis, cells
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)


def plain(text: str) -> str:
    """Return ``text`` with its markup replaced by `BREAK`, character for character.

    Code fences vanish whole; of a link the words stay. Line ends stay, so that any phrase of the
    result without `BREAK` is a phrase of ``text`` at the same place.
    """
    if BREAK in text:
        text = text.replace(BREAK, " ")
    return _MARKS.sub(_blank, _FENCE.sub(_blank, text))


def _blank(match: re.Match[str]) -> str:
    return "".join("\n" if c == "\n" else BREAK for c in match[0])
