"""The five ways to ask, in SQL.

A test has a *shape*, which decides the SQL, and *settings*, which are bound to it; so questions of
one shape share one prepared statement.
"""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any

import orjson

from symposion.core.documents import iso_ms
from symposion.ports.store import Has, Like, OneOf, Range

IS, NULL = "is", "null"

_SQL = {
    IS: "{column} = ?",
    NULL: "{column} IS NULL",
    "in": "{column} IN (SELECT value FROM json_each(?))",
    "in or null": "({column} IN (SELECT value FROM json_each(?)) OR {column} IS NULL)",
    "from": "{column} >= ?",
    "until": "{column} < ?",
    "between": "{column} >= ? AND {column} < ?",
    "open": "1",
    "has": "EXISTS (SELECT 1 FROM json_each(body, '$.{name}') WHERE value IS ?)",
    "like": "instr(lowered({column}), ?) > 0",
}


def column_value(value: object) -> Any:  # noqa: ANN401 - whatever SQLite binds
    """Return ``value`` as its column keeps it: what JSON would hold, lists as JSON text."""
    if isinstance(value, datetime):
        return iso_ms(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple | dict):
        return orjson.dumps(value, default=column_value).decode()
    return value


def lowered(text: object) -> str | None:
    """Lower the case in any alphabet; SQLite's own ``lower`` knows ASCII only."""
    return text.lower() if isinstance(text, str) else None


def shape(test: object) -> str:
    """Return which of the SQL forms asks ``test``."""
    if test is None:
        return NULL
    form = _SHAPES.get(type(test))
    return IS if form is None else form(test)


def settings(test: object) -> list[Any]:
    """Return what is to be bound to the form of ``test``, in order."""
    match test:
        case None:
            return []
        case OneOf(values):
            return [orjson.dumps([column_value(v) for v in values if v is not None]).decode()]
        case Range(start, end):
            return [column_value(bound) for bound in (start, end) if bound is not None]
        case Has(value):
            return [column_value(value)]
        case Like(text):
            return [text.lower()]
        case _:
            return [column_value(test)]


def clause(form: str, name: str, column: str) -> str:
    """Return the SQL of one test on the field ``name``, whose value is ``column``."""
    return _SQL[form].format(name=name, column=column)


def _range_shape(test: Range) -> str:
    if test.start is None:
        return "open" if test.end is None else "until"
    return "from" if test.end is None else "between"


_SHAPES: dict[type, Callable[[Any], str]] = {
    OneOf: lambda test: "in or null" if None in test.values else "in",
    Range: _range_shape,
    Has: lambda _: "has",
    Like: lambda _: "like",
}
