"""Which rows of a file are agents, and what is wrong with the others."""

import re
import unicodedata
from typing import Any, cast

from pydantic import ValidationError

from symposion.engine.persona import Archetype, Traits
from symposion.features.agents.models import Agent, AgentDraft
from symposion.features.exchange.models import TOLD_LIMIT, Findings, Remark, Row, Sheet

FIELDS_LIMIT = 30
"""Most fields of one row; each that is not known costs an error."""

_DETAIL, _FIELD = 160, 60
_KNOWN = {archetype.value for archetype in Archetype}


def check(sheet: Sheet) -> Findings:
    """Return the agents of ``sheet``, each with traits, and what is wrong with its other rows."""
    found = Findings(len(sheet.rows))
    _tell(found.warnings, sheet.warnings)
    for place, row in enumerate(sheet.rows):
        checked = _checked(row)
        if isinstance(checked, AgentDraft):
            found.drafts[place] = checked
            _tell(found.warnings, row.warnings)
        else:
            found.bad += 1
            _tell(found.errors, checked)
    return found


def likeness(agent: AgentDraft | Agent) -> tuple[str, str, str]:
    """Return what two agents have in common that count as one."""
    name = unicodedata.normalize("NFKC", agent.name).casefold()
    return re.sub(r"\s+", " ", name).strip(), agent.archetype, agent.background.strip()


def _tell(told: list[Remark], more: tuple[Remark, ...]) -> None:
    told.extend(more[: TOLD_LIMIT - len(told)])


def _checked(row: Row) -> AgentDraft | tuple[Remark, ...]:
    if row.faults:
        return row.faults
    if _size(row.fields) > FIELDS_LIMIT:
        return (Remark(row.line, "", f"has more than {FIELDS_LIMIT} fields"),)
    try:
        draft = AgentDraft.model_validate(row.fields)
    except ValidationError as error:
        return tuple(
            Remark(row.line, _place(fault["loc"]), _said(fault["type"], fault["msg"]))
            for fault in error.errors(include_url=False, include_context=False, include_input=False)
        )
    faults = tuple(_beyond_shape(row.line, draft))
    if faults:
        return faults
    return draft.model_copy(
        update={"personality": draft.personality or Traits.of(Archetype(draft.archetype))}
    )


def _size(fields: dict[str, Any]) -> int:
    traits: object = fields.get("personality")
    inner = cast("dict[str, Any]", traits) if isinstance(traits, dict) else ()
    return max(len(fields), len(inner))


def _beyond_shape(line: int, draft: AgentDraft) -> list[Remark]:
    """Return what the shape of an agent does not tell."""
    found = [
        Remark(line, name, "must not hold the NUL character")
        for name, value in draft
        if isinstance(value, str) and "\0" in value
    ]
    if draft.archetype not in _KNOWN:
        found.append(Remark(line, "archetype", f"must be one of: {', '.join(Archetype)}"))
    return found


def _place(steps: tuple[Any, ...]) -> str:
    whole = ".".join(str(step) for step in steps)
    return "".join(c if c.isprintable() else " " for c in whole[:_FIELD])


def _said(kind: str, message: str) -> str:
    plain = {"missing": "is required", "extra_forbidden": "is not known here"}
    return plain.get(kind) or message[:_DETAIL]
