"""A language pack: everything the offline model knows of a language, read from data files."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeGuard, cast

from symposion.engine.lexicon import lexicon
from symposion.engine.offline.frames import Frame, parse

FALLBACK: Final = "en"
SIDES: Final = {"pro": 1, "con": -1, "neutral": 0}


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done.

    Attributes:
        id: Spent under this name, "a:" and a number.
        act: Bare infinitive, may hold ``{term}`` once.
        plan: The same as a noun phrase.
        key: The longest stretch of `act` without the slot, to find it in a text.
    """

    id: str
    act: str
    plan: str
    type: str
    side: int
    key: str


@dataclass(frozen=True, slots=True)
class Voice:
    """One way of joining thoughts: variants by slot, and how the speaker contracts."""

    slots: Mapping[str, tuple[str, ...]]
    contract: str


@dataclass(frozen=True)
class Pack:
    """One language.

    Attributes:
        decks: Frames by move ("object"), by kind of answer ("answer.who") and by step.
        words: The lists of ``words.json`` as they are.
        questions: Kinds of question with the pattern that tells each, first match wins.
        lists: The word lists of ``words`` that are asked for membership, as sets.
    """

    language: str
    version: str
    decks: Mapping[str, tuple[Frame, ...]]
    actions: tuple[Action, ...]
    voices: tuple[Voice, ...]
    pets: tuple[str, ...]
    words: Mapping[str, Any]
    questions: tuple[tuple[str, re.Pattern[str]], ...]
    lists: Mapping[str, frozenset[str]]


def language_of(requested: str) -> str:
    """Return the pack that serves ``requested``: its own language, or `FALLBACK`."""
    code = requested.split("-", maxsplit=1)[0]
    folder = files("symposion.engine") / "offline" / "packs" / code
    return code if code.isalpha() and (folder / "words.json").is_file() else FALLBACK


def read(language: str, *path: str) -> dict[str, Any]:
    """Return the JSON object at ``path`` of the pack of ``language``."""
    place = files("symposion.engine") / "offline" / "packs" / language
    return json.loads(place.joinpath(*path).read_bytes())


@cache
def pack(language: str) -> Pack:
    """Return the pack of ``language``, which must exist (see `language_of`)."""
    words = read(language, "words.json")
    voices = read(language, "voices.json")
    return Pack(
        language=language,
        version=words["version"],
        decks=_decks(language, words),
        actions=_actions(read(language, "actions.json")["actions"]),
        voices=tuple(_voice(v) for v in voices["voices"]),
        pets=tuple(voices["pets"]),
        words=words,
        questions=tuple((k, re.compile(p)) for k, p in words["questions"]),
        lists={name: frozenset(listed) for name, listed in words.items() if _is_list(listed)},
    )


def _is_list(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(w, str) for w in cast("list[object]", value))


def _decks(language: str, words: Mapping[str, Any]) -> dict[str, tuple[Frame, ...]]:
    known = lexicon(language)
    written: dict[str, list[str]] = {}
    for name in ("opening", "contesting", "joining", "steps"):
        written |= read(language, "frames", f"{name}.json")
    written |= {f"own.{kind}": texts for kind, texts in words["own"].items()}
    written |= {name: words[name] for name in ("agree", "dissent", "sycophant")}
    return {
        deck: tuple(parse(f"f:{deck}:{i}", text, known) for i, text in enumerate(texts))
        for deck, texts in written.items()
    }


def _actions(rows: list[list[str]]) -> tuple[Action, ...]:
    return tuple(
        Action(f"a:{i}", act, plan, type_, SIDES[side], max(act.split("{term}"), key=len).strip())
        for i, (act, plan, type_, side) in enumerate(rows)
    )


def _voice(row: dict[str, Any]) -> Voice:
    slots = {k: tuple(v) for k, v in row.items() if k != "contract"}
    return Voice(slots, row["contract"])
