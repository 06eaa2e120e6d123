"""Character cards of SillyTavern: version 1 (flat), 2 and 3 (``spec`` and ``data``).

What a card says of people becomes what we say of them; prompts, greetings and books of lore are
left out, and nothing of a card is ever run or fetched. What only we know of an agent stands in
``extensions.symposion``, so that a card we wrote comes back as it was.
"""

import re
from typing import Any, cast

from symposion.engine.persona import Archetype
from symposion.features.agents.models import AgentDraft
from symposion.features.exchange.models import Remark, Row

OURS = "symposion"
_OWN = ("archetype", "personality", "goal", "expertise", "memory_summary")
_OWN_TOO = ("avatar_url", "avatar_prompt", "role", "blind_spot", "contradiction", "pushback")

_NAME, _LINE, _PASSAGE = 100, 1_000, 4_000
_LONGEST = 20_000
"""Characters of a text that are looked at at all."""

_LEFT_OUT = (
    "mes_example",
    "system_prompt",
    "post_history_instructions",
    "alternate_greetings",
    "character_book",
)

_MACRO = re.compile(r"\{\{(char|user)\}\}", re.IGNORECASE)
_BREAK = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What a name may not hold (`symposion.core.texts`)."""

CUT = "…"
"""Stands at the end of what was too long."""


def is_card(value: dict[str, Any]) -> bool:
    """Tell whether the JSON object ``value`` is a character card."""
    spec = value.get("spec")
    if isinstance(spec, str):
        return spec.startswith("chara_card")
    return "first_mes" in value and "name" in value


def row_of(card: dict[str, Any], line: int) -> Row:
    """Return what ``card`` says of an agent, cut to our limits."""
    inner = card.get("data", card)
    if not isinstance(inner, dict):
        return Row(line, {}, (Remark(line, "data", "must be an object"),))
    return _Reading(cast("dict[str, Any]", inner), line).row()


def card_of(draft: AgentDraft) -> dict[str, Any]:
    """Return ``draft`` as a card of version 2."""
    told = draft.model_dump(mode="json")
    texts = dict.fromkeys(
        (
            "personality", "scenario", "first_mes", "mes_example", "creator_notes",
            "system_prompt", "post_history_instructions", "creator", "character_version",
        ),
        "",
    )  # fmt: skip
    own = {name: told[name] for name in (*_OWN, *_OWN_TOO)}
    return {
        "spec": "chara_card_v2",
        "spec_version": "2.0",
        "data": texts
        | {
            "name": draft.name,
            "description": draft.background,
            "scenario": draft.memory_summary,
            "tags": [draft.archetype],
            "alternate_greetings": [],
            "extensions": {OURS: own},
        },
    }


class _Reading:
    """Reads one card, and remembers what it had to leave out."""

    def __init__(self, inner: dict[str, Any], line: int) -> None:
        self._inner, self._line = inner, line
        self._warnings: list[Remark] = []
        self._faults: list[Remark] = []
        self._name = self._cut("name", _one_line(self._said("name")), _NAME)

    def row(self) -> Row:
        extensions = self._inner.get("extensions")
        ours = (
            cast("dict[str, Any]", extensions).get(OURS) if isinstance(extensions, dict) else None
        )
        if isinstance(ours, dict):
            fields = self._own(cast("dict[str, Any]", ours))
        else:
            fields = self._foreign()
        return Row(self._line, fields, tuple(self._faults), tuple(self._warnings))

    def _own(self, ours: dict[str, Any]) -> dict[str, Any]:
        """Return an agent that we wrote; what others changed in its description counts."""
        kept = {name: ours[name] for name in (*_OWN, *_OWN_TOO) if name in ours}
        return kept | {
            "name": self._said("name"),
            "background": self._said("description"),
        }

    def _foreign(self) -> dict[str, Any]:
        tags = self._tags()
        character = self._plain("personality")
        background = [self._plain("description"), character and f"Character: {character}"]
        scenario, greeting = self._plain("scenario"), self._plain("first_mes")
        memory = [scenario and f"Scene: {scenario}", greeting and f"First words: {greeting}"]
        left = [name for name in _LEFT_OUT if self._inner.get(name)]
        if left:
            self._warn(left[0], f"is left out, as all of these are: {', '.join(left)}")
        return {
            "name": self._name,
            "archetype": self._archetype(tags),
            "expertise": self._cut("tags", ", ".join(tags), _LINE),
            "background": self._cut("description", _joined(background), _PASSAGE),
            "memory_summary": self._cut("scenario", _joined(memory), _PASSAGE),
        }

    def _archetype(self, tags: list[str]) -> str:
        known = {archetype.value for archetype in Archetype}
        named = [tag.strip().casefold() for tag in tags]
        for tag in named:
            if tag in known:
                return tag
        self._warn("tags", f"name no archetype; {Archetype.SCIENTIST} was taken")
        return Archetype.SCIENTIST

    def _tags(self) -> list[str]:
        tags: object = self._inner.get("tags") or []
        if not isinstance(tags, list):
            self._faults.append(Remark(self._line, "tags", "must be a list"))
            return []
        texts = [tag for tag in cast("list[object]", tags)[:1000] if isinstance(tag, str)]
        return [_one_line(tag[:_NAME]) for tag in texts]

    def _said(self, name: str) -> str:
        said = self._inner.get(name)
        if said is None:
            return ""
        if not isinstance(said, str):
            self._faults.append(Remark(self._line, name, "must be a text"))
            return ""
        return said

    def _plain(self, name: str) -> str:
        """Return a text without macros, whose meaning is not ours."""
        told = {"char": self._name, "user": "the observer"}
        said = self._said(name)
        plain = _MACRO.sub(lambda m: told[m[1].lower()], said[:_LONGEST]).replace("\r\n", "\n")
        return plain.strip() + (CUT if len(said) > _LONGEST else "")

    def _cut(self, name: str, text: str, limit: int) -> str:
        if len(text) <= limit:
            return text
        self._warn(name, f"was cut: only {limit} characters can be kept")
        return text[: limit - len(CUT)].rstrip() + CUT

    def _warn(self, name: str, detail: str) -> None:
        self._warnings.append(Remark(self._line, name, detail))


def _one_line(text: str) -> str:
    """Return ``text`` without line breaks and other controls."""
    return _BREAK.sub(" ", text[:_LONGEST]).strip()


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part)
