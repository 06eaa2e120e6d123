"""What the OpenAPI document says beyond what the framework finds out: how each operation refuses.

Which refusals are possible follows from the policy table, so no route has to repeat them.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import compile_path

from symposion.web.gate import Gate
from symposion.web.policy import Policy

Schema: TypeAlias = dict[str, Any]

_TEXT = {"type": "string"}
PROBLEM: Schema = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457); further members depend on `code`.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "error", "request_id"],
    "properties": {
        "type": _TEXT,
        "title": {**_TEXT, "description": "The same sentence for every occurrence."},
        "status": {"type": "integer"},
        "code": {**_TEXT, "description": "Stable name for programs; see `docs/errors.md`."},
        "detail": {**_TEXT, "description": "One sentence on this occurrence."},
        "error": {**_TEXT, "description": "The same as `detail`."},
        "request_id": _TEXT,
        "errors": {
            "type": "array",
            "description": "For a body or a query that does not fit: one entry per field.",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": _TEXT, "detail": _TEXT},
            },
        },
    },
}

_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

_SAID = {
    400: "What is asked for cannot be.",
    401: "The token is no good.",
    403: "No token came, or it is not enough.",
    404: "There is no such thing, or none that you may see.",
    408: "The body came too slowly.",
    409: "The first request with this `Idempotency-Key` is still being worked on.",
    413: "The body is too long.",
    414: "The query is too long.",
    422: "The request does not fit.",
    429: "Too many requests; `Retry-After` says when to come back.",
}

_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "One effect and one answer for a day, however often the request is sent.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


def tell_refusals(app: FastAPI) -> None:
    """Let the OpenAPI document of ``app`` tell every refusal that its policy table makes."""
    made = app.openapi

    def openapi() -> Schema:
        if app.openapi_schema is None:
            _complete(app, made())
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi


def _complete(app: FastAPI, document: Schema) -> None:
    gate: Gate = app.state.gate
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for path, method, route in _operations(app):
        told: Schema = document["paths"].get(path, {}).get(method.lower())
        if told:
            _complete_one(told, gate.policy((method, route.path)))


def _operations(app: FastAPI) -> Iterator[tuple[str, str, APIRoute]]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                yield str(context.path), method, route


def _complete_one(told: Schema, policy: Policy) -> None:
    responses: Schema = told["responses"]
    parameters: list[Schema] = told.get("parameters", [])
    if policy.key:
        told["parameters"] = [*parameters, _KEY]
    for status in _refusals(told, policy):
        responses.setdefault(str(status), {"description": _SAID[status]})
    if "422" in responses and not (parameters or policy.key or "requestBody" in told):
        del responses["422"]
    for status, answer in responses.items():
        if int(status) >= 400:  # noqa: PLR2004 - the first error status of HTTP
            answer["description"] = answer["description"].replace("Validation Error", _SAID[422])
            if "text/html" not in answer.get("content", {}):
                answer["content"] = _CONTENT
    told["responses"] = dict(sorted(responses.items()))


def _refusals(told: Schema, policy: Policy) -> Iterator[int]:
    """Yield the statuses that the house itself may answer, before any rule of a feature."""
    if not policy.public:
        yield from (401, 403)
    if policy.rates:
        yield 429
    if "requestBody" in told:
        yield from (408, 413, 422, policy.misfit)
    if policy.key:
        yield from (409, 422)
    places = {parameter["in"] for parameter in told.get("parameters", ())}
    if "path" in places:
        yield 404
    if "query" in places:
        yield 414


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """Return the methods that ``path`` takes, in order of the alphabet.

    One that stands in the document as it is takes those told there, though it might name something
    by another's parameter as well.
    """
    found: dict[str, set[str]] = {}
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and compile_path(str(context.path))[0].match(path):
            found.setdefault(str(context.path), set()).update(route.methods or ())
    return sorted(found.get(path) or set[str]().union(*found.values()))
