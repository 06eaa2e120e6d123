"""Texts in requests: one spelling of each, and nothing that hides."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Controls that make text read other than it is stored (Unicode, UAX 9)."""
_BREAKS = {"Cc", "Zl", "Zp"}
"""Unicode categories: controls, line and paragraph separators."""

_CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_SPACES = r" \xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_HIDDEN = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"

_BLANKS = rf"\x09-\x0d\x1c-\x1f\x85\u2028\u2029{_SPACES}"
"""What `str.isspace` says of characters."""

FILLED = rf"[^{_BLANKS}]"
"""Pattern (ECMA-262) of texts that are more than blanks, for the OpenAPI document."""

_READABLE = rf"^[^{_CONTROLS}]*[^{_CONTROLS}{_SPACES}{_HIDDEN}][^{_CONTROLS}]*$"


def visible(text: str) -> str:
    """Return ``text`` in Unicode's NFC form, without controls of writing direction."""
    return unicodedata.normalize("NFC", text.translate(_BIDI)).strip()


def is_one_line(text: str) -> bool:
    """Say whether ``text`` is free of line breaks and other control characters."""
    return not any(unicodedata.category(c) in _BREAKS for c in text)


def _readable(text: str) -> str:
    if not is_one_line(text):
        raise PydanticCustomError("lines", "must not hold line breaks or control characters")
    shown = visible(text)
    if not shown:
        raise PydanticCustomError("blank", "must not be blank")
    return shown


Name = Annotated[
    str,
    StringConstraints(max_length=100),
    AfterValidator(_readable),
    Field(json_schema_extra={"minLength": 1, "pattern": _READABLE}),
]
"""A name as people read it: 1 to 100 characters on one line."""
