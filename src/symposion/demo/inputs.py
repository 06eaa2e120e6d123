"""What the user brings: a scenario, a cast, or the name of a panel, read from files."""

import json
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from symposion.core.errors import Invalid
from symposion.core.texts import is_one_line
from symposion.engine.opening import check_cast
from symposion.engine.persona import Agent
from symposion.engine.scenario import SCENARIO_LIMIT, Scenario

CAST_BYTES = 1_000_000
"""Largest cast file; 50 agents with every field full stay below it."""
NAME_LIMIT = 200

_PANELS = files("symposion") / "panels"
_OPENING = files("symposion.demo") / "opening"
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class BadInput(Invalid):
    """What was asked for makes no sense; the text is one sentence for the user."""

    code = "bad-input"
    title = "The input cannot be used."


def read_scenario(path: Path) -> Scenario:
    """Return the scenario in a UTF-8 text or Markdown file of 1 to 8,000 characters.

    It is named by its first Markdown heading, or by the file.

    Raises:
        BadInput: The file is missing, unreadable, empty, binary, not UTF-8 or too long.
    """
    text = _text(path, "scenario", SCENARIO_LIMIT * 4)
    if not text:
        raise BadInput(f"The scenario file {path} is empty.")
    if len(text) > SCENARIO_LIMIT:
        raise BadInput(
            f"The scenario file {path} is too long: a scenario has at most {SCENARIO_LIMIT:,} "
            f"characters, this one has {len(text):,}."
        )
    return _scenario(text, path.stem)


def built_in_scenario() -> Scenario:
    """Return the scenario that needs no file: the pump in Broad Street, 1854."""
    text = (_OPENING / "scenario.md").read_text("utf-8")
    return _scenario(text.strip(), "Untitled")


def built_in_cast() -> tuple[Agent, ...]:
    """Return the cast that belongs to `built_in_scenario`."""
    return _cast((_OPENING / "cast.json").read_text("utf-8"), "The built-in cast")


def read_cast(path: Path) -> tuple[Agent, ...]:
    """Return the cast in a JSON file: a list of agents, or an object that holds them as "agents".

    Raises:
        BadInput: The file is missing, unreadable or no JSON, or its agents make no cast.
    """
    return _cast(_text(path, "cast", CAST_BYTES), f"The cast file {path}")


def read_panel(name: str) -> tuple[Agent, ...]:
    """Return the named panel that ships with the package.

    Raises:
        BadInput: There is no panel of this name; the sentence lists all of them.
    """
    if name not in panel_names():
        listed = ", ".join(panel_names())
        raise BadInput(f"There is no panel {name[:80]!r}; the panels are {listed}.")
    return _cast((_PANELS / f"{name}.json").read_text("utf-8"), f"The panel {name}")


def panel_names() -> list[str]:
    """Return the names of all panels in alphabetical order."""
    names = (entry.name for entry in _PANELS.iterdir())
    return sorted(name.removesuffix(".json") for name in names if name.endswith(".json"))


def _scenario(text: str, fallback: str) -> Scenario:
    heading = _HEADING.search(text)
    name = (heading[1] if heading else fallback).strip()[:NAME_LIMIT]
    return Scenario(text=text, name=name or fallback[:NAME_LIMIT])


def _text(path: Path, kind: str, limit: int) -> str:
    """Return the text of a file of at most ``limit`` bytes, with plain line ends, stripped."""
    try:
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except OSError as error:
        why = (error.strerror or "it cannot be read").lower()
        raise BadInput(f"The {kind} file {path} cannot be read: {why}.") from None
    if b"\0" in raw:
        raise BadInput(f"The {kind} file {path} is binary, not text.")
    if len(raw) > limit:
        raise BadInput(f"The {kind} file {path} is too long: more than {limit:,} bytes.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"The {kind} file {path} is not UTF-8 text.") from None
    if _CONTROLS.search(text):
        raise BadInput(f"The {kind} file {path} is binary, not text: it holds control characters.")
    return "\n".join(text.splitlines()).strip()


def _cast(text: str, who: str) -> tuple[Agent, ...]:
    try:
        found: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInput(f"{who} is not JSON: {error.msg} (line {error.lineno}).") from None
    except RecursionError:
        raise BadInput(f"{who} is nested too deeply to be a cast.") from None
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        raise BadInput(f"{who} holds a number that is too long to be read.") from None
    rows = _rows(found)
    if rows is None:
        raise BadInput(f'{who} must hold a list of agents, or an object like {{"agents": [...]}}.')
    agents = tuple(_agent(row, number, who) for number, row in enumerate(rows, 1))
    try:
        check_cast(agents)
    except Invalid as error:
        raise BadInput(f"{who} cannot be used: {error}") from None
    return agents


def _rows(found: object) -> Sequence[object] | None:
    if isinstance(found, dict):
        fields = cast("dict[str, object]", found)
        found = fields["agents"] if set(fields) == {"agents"} else None
    return cast("list[object]", found) if isinstance(found, list) else None


def _agent(row: object, number: int, who: str) -> Agent:
    try:
        agent = Agent.model_validate(row)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        named = cast("dict[str, object]", row).get("name") if isinstance(row, dict) else None
        called = f" ({named[:80]})" if isinstance(named, str) and named else ""
        raise BadInput(
            f"{who}, agent {number}{called}: {_fault(fault['type'], where, fault)}"
        ) from None
    if not is_one_line(agent.name):
        raise BadInput(f"{who}, agent {number}: name holds a line break or control character.")
    return agent


def _fault(kind: str, where: str, fault: Any) -> str:  # noqa: ANN401 - pydantic's own mapping
    if kind == "extra_forbidden":
        return f"there is no field {where!r}."
    if kind == "missing":
        return f"the field {where!r} is missing."
    if kind in ("model_type", "model_attributes_type"):
        return "an agent is a JSON object."
    message = re.sub(r"^(Input|String|List|Tuple|Value error,) ", "", str(fault["msg"]))
    return f"{where} {message}."
