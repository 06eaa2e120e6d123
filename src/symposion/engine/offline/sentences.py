"""From filled frames to sentences: agreement, spacing, capitals, full stops."""

import re
from collections.abc import Callable
from typing import TypeAlias

from symposion.engine.offline.frames import Frame
from symposion.engine.offline.phrases import Phrase

Filler: TypeAlias = Callable[[str], "str | Phrase"]

_SPACE_BEFORE = re.compile(r"\s+([,.;:?!…])")
_DOUBLED = re.compile(
    r"[,;:–.…]+\s*([?!])|([?!])[.,;:…]+|[,;:–]+\s*(\.)(?!\.)|([,;:])(?:\s*[,;:])+"  # noqa: RUF001 - dashes join clauses
)
_START = re.compile(r"(?:^|(?<=[.?!][ ”]))([^\W\d_])([^\W_]*)")
_CLOSED = re.compile(r"[.?!…]”?$")


def realise(frame: Frame, fill: Filler) -> str:
    """Return ``frame`` with every slot filled by ``fill`` and every choice of forms made.

    Forms agree with the last noun phrase before them; without one they are singular.
    """
    written: list[str] = []
    plural = False
    for part in frame.parts:
        if part.slot:
            value = fill(part.slot)
            if isinstance(value, Phrase):
                plural = value.plural
                written.append(value.text)
            else:
                written.append(value)
        else:
            written.append(part.literal or part.forms[plural])
    return tidy("".join(written))


def tidy(text: str) -> str:
    """Return ``text`` with single spaces and stops, capitals after stops, a stop at its end."""
    line = _SPACE_BEFORE.sub(r"\1", " ".join(text.split()))
    line = _DOUBLED.sub(lambda m: next(g for g in m.groups() if g), line).strip(" ,;:–")  # noqa: RUF001 - a dash
    if line and not _CLOSED.search(line):
        line += "."
    return _START.sub(_capital, line)


def _capital(match: re.Match[str]) -> str:
    first, rest = match.groups()
    if any(c.isupper() for c in rest) and first.islower():
        return first + rest
    upper = first.upper()
    return (upper if len(upper) == 1 else first) + rest


def lowered(clause: str) -> str:
    """Return ``clause`` with a small first letter, unless its first word is spelt with capitals."""
    first = clause.split(" ", 1)[0]
    if (len(first) > 1 and first[1:] != first[1:].lower()) or first in ("I", "I'd", "I'm"):
        return clause
    return clause[:1].lower() + clause[1:]


def is_sound(text: str) -> bool:
    """Return whether ``text`` is well-formed: no open slot, nothing doubled, all closed."""
    if not text or "{" in text or "}" in text or "  " in text or text.count("“") != text.count("”"):
        return False
    if re.search(r"[,;:?!]{2}|[,;:]\.|\.[,;:?!]|\s[,.;:?!]|(?<!\.)\.\.(?!\.)", text):
        return False
    if re.search(r"\b(\w+)[,;.:]? \1\b", text, re.IGNORECASE):
        return False
    return bool(_CLOSED.search(text)) and not text[0].isspace()
