"""What both stores must know of a model's fields."""

from collections.abc import Iterator
from datetime import datetime
from types import UnionType
from typing import Any, Union, get_args, get_origin

from symposion.core.documents import iso_ms
from symposion.ports.store import Has, Kind, Where


def check_asked(kind: Kind[Any], where: Where) -> None:
    """Raise `KeyError` for a field the model lacks, `TypeError` for a list asked like a value.

    MongoDB's equality also looks into lists and SQLite's does not; only `Has` means one thing.
    """
    kind.check(where)
    for name, test in where.items():
        if not isinstance(test, Has) and _kept_as(kind, name) <= {list, tuple}:
            raise TypeError(f"{name!r} is a list: ask it with Has.")


def nullable(kind: Kind[Any], name: str) -> bool:
    """Say whether the field may be None."""
    return type(None) in _members(kind.model.model_fields[name].annotation)


def bounds(kind: Kind[Any]) -> tuple[str, ...]:
    """Return those of the kind's bounds that its model has."""
    return tuple(name for name in kind.bounds if name in kind.model.model_fields)


def searched(kind: Kind[Any]) -> Iterator[tuple[str, ...]]:
    """Give the field tuples that need an index which is not unique, each once.

    The first serves the most common question: an owner's newest documents.
    """
    first = (*bounds(kind), "created_at")
    yield first
    yield from (fields for fields in dict.fromkeys(kind.indexes) if fields != first)


def group_name(kind: Kind[Any], name: str, value: object) -> str:
    """Return the key of a tally's group: `str` of the value, or RFC 3339 for a moment.

    SQLite knows no booleans, so the model says whether 1 means True.
    """
    if isinstance(value, int) and bool in _kept_as(kind, name):
        return str(bool(value))
    return iso_ms(value) if isinstance(value, datetime) else str(value)


def _kept_as(kind: Kind[Any], name: str) -> set[object]:
    """Return the types a field's values have, None aside: ``list`` for ``list[str] | None``."""
    members = _members(kind.model.model_fields[name].annotation)
    return {get_origin(member) or member for member in members if member is not type(None)}


def _members(annotation: object) -> tuple[object, ...]:
    if get_origin(annotation) in (Union, UnionType):
        return get_args(annotation)
    return (annotation,)
