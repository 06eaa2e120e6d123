"""The five ways to ask, as MongoDB filters.

Every value stands under an operator of ours, so no caller's value is ever read as an operator.
"""

import re
from datetime import datetime
from typing import Any

from symposion.adapters.store.fields import check_asked, nullable
from symposion.ports.store import Has, Kind, Like, OneOf, Range, Where

_SCALARS = (str, int, float, datetime)


def row_name(field: str) -> str:
    """Return the name of a model's field in MongoDB."""
    return "_id" if field == "id" else field


def filter_for(kind: Kind[Any], where: Where) -> dict[str, Any]:
    """Return the filter that asks ``where``.

    Raises:
        KeyError: The model lacks a field.
        TypeError: A list field is asked with anything but `Has`.
    """
    check_asked(kind, where)
    tests = {row_name(field): _test(test) for field, test in where.items()}
    return {name: test for name, test in tests.items() if test}


def _test(test: object) -> dict[str, Any]:
    match test:
        case OneOf(values):
            return {"$in": list(values)}
        case Range(start, end):
            ends = (("$gte", start), ("$lt", end))
            return {sign: value for sign, value in ends if value is not None}
        case Has(value):
            return {"$elemMatch": {"$eq": value}}
        case Like(text):
            return {"$regex": re.escape(text), "$options": "i"}
        case _:
            return {"$eq": test}


def sort_for(kind: Kind[Any], where: Where, order: str) -> list[tuple[str, int]]:
    """Return the sort by ``order``, ties by id.

    Where a unique tuple rules ties out, the id is left out, and MongoDB can read the rows in order
    from that index instead of sorting them. Raises `KeyError` if the model lacks the field.
    """
    name, way = order.removeprefix("-"), -1 if order.startswith("-") else 1
    kind.check([name])
    given = {field for field, test in where.items() if isinstance(test, _SCALARS)}
    given |= set() if nullable(kind, name) else {name}
    settled = any(given >= set(fields) for fields in kind.unique)
    keys = (name,) if settled else (name, "id")
    return [(row_name(key), way) for key in dict.fromkeys(keys)]
