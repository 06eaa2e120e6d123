"""Every input of every route has an end: texts, numbers, lists; and none is just anything."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import FastAPI
from pydantic import BaseModel, FailFast, Field, TypeAdapter
from served import served

from symposion.web.routing import room

LIST_LIMIT = 100
"""Most items of any list in a body (reliability design R6.2)."""

CHECKERS = {"_good"}
"""Functions that bound what they check themselves, to tell it in their own words: passwords."""


def schemas(app: FastAPI) -> Iterator[tuple[str, Any]]:
    """Yield what pydantic checks of every body and parameter."""
    for (method, path), _, route in served(app):
        fields = [*route.dependant.query_params, *([route.body_field] if route.body_field else [])]
        for field in fields:
            kind = annotated(field.field_info)
            yield f"{method} {path}", TypeAdapter[Any](kind).core_schema


def annotated(told: Any) -> Any:
    kind = told.annotation
    for limit in told.metadata:
        kind = Annotated[kind, limit]
    return kind


def parts(schema: Any, parent: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Yield every part of a core schema, with the function that checks it afterwards."""
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            yield schema, parent
            parent = checker_of(schema.get("function"))
        for name, inner in schema.items():
            if name not in {"serialization", "metadata", "config", "custom_error_context"}:
                yield from parts(inner, parent)
    elif isinstance(schema, list | tuple):
        for inner in schema:
            yield from parts(inner, parent)


def checker_of(function: Any) -> str:
    inner = function.get("function") if isinstance(function, dict) else function
    return getattr(inner, "__qualname__", "")


def endless(app: FastAPI) -> list[str]:
    found: list[str] = []
    for where, schema in schemas(app):
        for part, checker in parts(schema):
            if not ends(part) and checker not in CHECKERS:
                found.append(f"{where}: {part['type']}")
    return found


def ends(part: dict[str, Any]) -> bool:
    match part["type"]:
        case "str":
            return part.get("max_length", 0) > 0
        case "int" | "float":
            return bool({"ge", "gt"} & set(part)) and bool({"le", "lt"} & set(part))
        case "list" | "set" | "frozenset":
            return part.get("max_length", LIST_LIMIT + 1) <= LIST_LIMIT and bool(
                part.get("fail_fast")
            )
        case "dict" | "any":
            return False
        case _:
            return True


def test_every_input_has_an_end(built: FastAPI):
    assert endless(built) == []


class Open(BaseModel):
    text: str
    number: int
    items: list[bool]
    anything: dict[str, bool]


class Closed(BaseModel):
    text: Annotated[str, Field(max_length=5)] | None = None
    number: Annotated[int, Field(ge=0, le=5)] = 0
    items: Annotated[list[bool], Field(max_length=5), FailFast()] = []


async def take_open(given: Open, page: int = 1) -> int:
    return given.number + page


async def take_closed(given: Closed, page: Annotated[int, Field(ge=1, le=5)] = 1) -> int:
    return given.number + page


def test_inputs_without_an_end_are_found():
    app = FastAPI()
    rooms = room("/things", "things")
    rooms.post("")(take_open)
    rooms.put("")(take_closed)
    app.include_router(rooms)

    assert sorted(endless(app)) == [
        f"POST /things: {kind}" for kind in ("dict", "int", "int", "list", "str", "str")
    ]
