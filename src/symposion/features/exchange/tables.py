"""Agents as tables: comma-separated values (RFC 4180), as spreadsheets write and read them.

A spreadsheet runs a cell that begins with one of `_FORMULA`. Such a cell gets an apostrophe before
it when it is written, and loses it when it is read; so does one that began with apostrophes
already, so that every text comes back as it was.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from symposion.engine.persona import TRAITS
from symposion.features.agents.models import AgentDraft
from symposion.features.exchange.errors import UnreadableFile
from symposion.features.exchange.models import COLUMNS, FIELDS, ROWS_LIMIT, Remark, Row, Sheet

_FORMULA = r"[=+\-@\t\r]"
_RISKY = re.compile(f"'*{_FORMULA}")
_GUARDED = re.compile(f"'+{_FORMULA}")

_WHOLE = re.compile(r"[0-9]{1,3}(\.0)?", re.ASCII)
_SEPARATORS = (",", ";", "\t")
_COLUMNS_LIMIT = 100
_HEAD_LIMIT = 10_000
"""Most characters of the header."""


def write(drafts: Iterable[AgentDraft]) -> str:
    """Return ``drafts`` as a table, with a byte order mark: spreadsheets know UTF-8 by it."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    for draft in drafts:
        told = draft.model_dump(mode="json")
        told |= told.pop("personality") or {}
        writer.writerow([guarded(_cell(told.get(name))) for name in COLUMNS])
    return "\ufeff" + sheet.getvalue()


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def read(text: str) -> Sheet:
    """Return the rows of a table with a header; the separator is found there.

    Raises:
        UnreadableFile: There is no header with name and archetype, too many rows, or quotes that
            do not close.
    """
    text = text.removeprefix("\ufeff")
    head = text[:_HEAD_LIMIT].partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(head), strict=True)
    try:
        columns, warnings = _columns(next(lines, list[str]()))
        rows = list(_rows(lines, columns))
    except csv.Error:
        raise UnreadableFile(f"The table breaks off after line {lines.line_num}.") from None
    return Sheet(rows, warnings)


def guarded(cell: str) -> str:
    """Return ``cell`` as something that no spreadsheet runs."""
    return f"'{cell}" if _RISKY.match(cell) else cell


def bare(cell: str) -> str:
    """Return what `guarded` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _separator(head: str) -> str:
    """Return what parts ``head`` into most of the names that we know."""
    return max(_SEPARATORS, key=lambda mark: sum(map(_known, head.split(mark))))


def _known(cell: str) -> bool:
    name = _named(cell.strip().strip('"'))
    return name in FIELDS or name in TRAITS


def _named(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip()).casefold()


def _columns(head: list[str]) -> tuple[list[str], tuple[Remark, ...]]:
    """Return what each column tells, empty for nothing, and what to say of those."""
    if len(head) > _COLUMNS_LIMIT:
        raise UnreadableFile(f"A table may have at most {_COLUMNS_LIMIT} columns.")
    names = [_named(cell) if _known(cell) else "" for cell in head]
    told = [name for name in names if name]
    if missing := [name for name in ("name", "archetype") if name not in told]:
        raise UnreadableFile(f"The header of the table lacks: {', '.join(missing)}.")
    if len(set(told)) < len(told):
        raise UnreadableFile("The header of the table names a column twice.")
    if "personality" in told and set(TRAITS) & set(told):
        raise UnreadableFile("The table tells traits in columns of their own and in personality.")
    strange = [number for number, name in enumerate(names, 1) if not name]
    return names, tuple(
        Remark(1, f"column {number}", "is not known and was left out") for number in strange
    )


def _rows(lines: Any, columns: list[str]) -> Iterator[Row]:  # noqa: ANN401 - csv's reader has no name
    count, began = 0, lines.line_num + 1
    for cells in lines:
        if any(cells):
            count += 1
            if count > ROWS_LIMIT:
                raise UnreadableFile(f"A file may have at most {ROWS_LIMIT} rows.")
            yield _row(began, cells, columns)
        began = lines.line_num + 1


def _row(line: int, cells: list[str], columns: list[str]) -> Row:
    if len(cells) > len(columns):
        fault = Remark(line, "", f"has {len(cells)} cells, more than the {len(columns)} columns")
        return Row(line, {}, (fault,))
    told = {name: bare(cell) for name, cell in zip(columns, cells, strict=False) if name and cell}
    traits = {name: _trait(told.pop(name)) for name in TRAITS if name in told}
    fields: dict[str, Any] = dict(told)
    if traits:
        fields["personality"] = traits
    elif "personality" in told:
        try:
            fields["personality"] = orjson.loads(told["personality"])
        except orjson.JSONDecodeError:
            return Row(line, {}, (Remark(line, "personality", "must be an object in JSON"),))
    return Row(line, {"name": "", "archetype": ""} | fields)


def _trait(cell: str) -> object:
    """Return the number in ``cell``, or what it is instead."""
    digits = cell.strip()
    return int(float(digits)) if _WHOLE.fullmatch(digits) else cell
