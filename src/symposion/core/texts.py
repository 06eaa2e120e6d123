"""Texts in requests: one spelling of each, and nothing that hides."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Controls that make text read other than it is stored (Unicode, UAX 9)."""
_BREAKS = {"Cc", "Zl", "Zp"}
"""Unicode categories: controls, line and paragraph separators."""


def visible(text: str) -> str:
    """Return ``text`` in Unicode's NFC form, without controls of writing direction."""
    return unicodedata.normalize("NFC", text.translate(_BIDI)).strip()


def is_one_line(text: str) -> bool:
    """Say whether ``text`` is free of line breaks and other control characters."""
    return not any(unicodedata.category(c) in _BREAKS for c in text)


def _readable(text: str) -> str:
    if not text:
        raise PydanticCustomError("blank", "must not be blank")
    if not is_one_line(text):
        raise ValueError("must not hold line breaks or control characters")
    return text


Name = Annotated[
    str, StringConstraints(max_length=100), AfterValidator(visible), AfterValidator(_readable)
]
"""A name as people read it: 1 to 100 characters on one line."""
