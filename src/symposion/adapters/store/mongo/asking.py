"""The five ways to ask, as MongoDB filters.

Every value stands under an operator of ours, so no caller's value is ever read as an operator.
"""

import re
from typing import Any

from symposion.adapters.store.fields import check_asked
from symposion.ports.store import Has, Kind, Like, OneOf, Range, Where


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
