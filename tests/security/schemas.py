"""Operations as the OpenAPI document tells them: where they take ids, and a body that fits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

ID_LIKE = re.compile(r"(^|_)(ids?|cursor|after|before|filename|key)$")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of an operation that takes an id; ``many`` for a list of them."""

    place: str
    steps: tuple[str, ...]
    many: bool = False

    @property
    def name(self) -> str:
        return self.steps[-1]


class Operation:
    """One operation of the document."""

    def __init__(self, document: Schema, method: str, path: str) -> None:
        self.method, self.path = method, path
        self._document = document
        self.told: Schema = document["paths"][path][method.lower()]

    def __repr__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def row(self) -> tuple[str, str]:
        """Method and path as the policy table has them."""
        bare = re.sub(r"^/api(/v1)?(?=/)", "", self.path)
        return self.method, bare

    @property
    def body(self) -> Schema | None:
        """The schema of the JSON body, if there is one."""
        content = self.told.get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("schema")

    def slots(self) -> Iterator[Slot]:
        """Yield every place that takes an id; all parameters of paths do."""
        for parameter in self.told.get("parameters", ()):
            name, schema = parameter["name"], self.resolve(parameter["schema"])
            if parameter["in"] == "path" or is_id(name, schema):
                yield Slot(parameter["in"], (name,))
        if self.body:
            yield from self._within(self.body, ())

    def _within(self, schema: Schema, steps: tuple[str, ...]) -> Iterator[Slot]:
        for name, field in self.resolve(schema).get("properties", {}).items():
            told = self.resolve(field)
            items = self.resolve(told["items"]) if told.get("type") == "array" else {}
            if is_id(name, told) or items.get("format") == "uuid":
                yield Slot("body", (*steps, name), many=bool(items))
            else:
                yield from self._within(told, (*steps, name))

    def resolve(self, schema: Schema) -> Schema:
        """Return ``schema`` itself: no reference, and of several the first that is not null."""
        while True:
            if "$ref" in schema:
                schema = self._document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
            elif "anyOf" in schema:
                schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
            else:
                return schema

    def fitting_body(self) -> Any:
        """Return a smallest body that fits the schema, or None."""
        return self._fitting(self.body) if self.body else None

    def _fitting(self, schema: Schema) -> Any:
        told = self.resolve(schema)
        if "enum" in told:
            return told["enum"][0]
        match told.get("type"):
            case "object":
                needed = told.get("required", ())
                return {name: self._fitting(told["properties"][name]) for name in needed}
            case "array":
                return [self._fitting(told["items"])] * told.get("minItems", 0)
            case "integer" | "number":
                return told.get("minimum", 1)
            case "boolean":
                return False
            case _:
                return "x" * max(1, told.get("minLength", 1))


def is_id(name: str, schema: Schema) -> bool:
    return schema.get("format") == "uuid" or bool(ID_LIKE.search(name))


def operations(document: Schema) -> list[Operation]:
    """Return all operations of an OpenAPI document."""
    return [
        Operation(document, method.upper(), path)
        for path, methods in document["paths"].items()
        for method in methods
    ]
