"""What is in a file, whatever its format."""

from typing import Any, cast

import orjson

from symposion.features.exchange import cards, png, tables
from symposion.features.exchange.errors import UnreadableFile
from symposion.features.exchange.models import ROWS_LIMIT, File, Remark, Row, Sheet

VALUES_LIMIT = 400_000
"""Most values in a JSON file, as told by its commas and brackets; each may take 64 bytes."""

CHARSETS = {
    "utf-8", "utf8", "utf-16", "us-ascii", "iso-8859-1", "iso-8859-2", "iso-8859-15",
    "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254",
    "koi8-r", "shift_jis", "euc-jp", "euc-kr", "gb18030", "gbk", "big5",
}  # fmt: skip
"""What the sender of a table may say that it is written in."""

_WIDE = (b"\xff\xfe", b"\xfe\xff")
_MADE_HERE = {"id", "user_id", "created_at", "current_mood", "current_activity"}
"""What a list of agents tells beside what can be written; it is passed over."""


def read(file: File) -> Sheet:
    """Return the rows of ``file``, none of them checked.

    Raises:
        UnreadableFile: It is not of its format, or passes a limit.
    """
    match file.media:
        case "csv":
            return tables.read(_decoded(file))
        case "json":
            return _listed(_parsed(file.raw))
        case "png":
            return _listed(_parsed(png.card_in(file.raw)))


def _decoded(file: File) -> str:
    charset = file.charset.strip("\"' ").lower() or "utf-8"
    if charset not in CHARSETS:
        raise UnreadableFile("The charset of the table is none that is known here.")
    if file.raw.startswith(_WIDE):
        charset = "utf-16"
    try:
        return file.raw.decode(charset)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"The table is not written in {charset}: byte {error.start} is wrong. "
            "Save it as UTF-8, or say its charset in the Content-Type."
        ) from None


def _parsed(raw: bytes) -> object:
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if sum(raw.count(mark) for mark in (b",", b"[", b"{")) > VALUES_LIMIT:
        raise UnreadableFile(f"A file may have at most {VALUES_LIMIT} values.")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise UnreadableFile(f"The file is not JSON: error at character {error.pos}.") from None


def _listed(parsed: object) -> Sheet:
    """Return the rows of a list, of an object with a list of ``agents``, or of one agent."""
    if isinstance(parsed, dict):
        told = cast("dict[str, Any]", parsed)
        parsed = told.get("agents", [told])
    if not isinstance(parsed, list):
        raise UnreadableFile("The file must hold a list of agents.")
    agents = cast("list[object]", parsed)
    if len(agents) > ROWS_LIMIT:
        raise UnreadableFile(f"A file may have at most {ROWS_LIMIT} rows.")
    return Sheet([_row(agent, line) for line, agent in enumerate(agents)])


def _row(agent: object, line: int) -> Row:
    if not isinstance(agent, dict):
        return Row(line, {}, (Remark(line, "", "must be an object"),))
    told = cast("dict[str, Any]", agent)
    if cards.is_card(told):
        return cards.row_of(told, line)
    return Row(line, {name: value for name, value in told.items() if name not in _MADE_HERE})
