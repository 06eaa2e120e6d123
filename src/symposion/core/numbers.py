"""Numbers in requests."""

from pydantic import BeforeValidator


def _whole(value: object) -> object:
    """Return ``value`` as an integer if it is one by JSON's reading, where 7.0 is 7."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""Lets a strict integer be written as 7.0 (JSON Schema 2020-12, 4.2.3); it comes last in
``Annotated``, for what follows it is not told in the schema."""
