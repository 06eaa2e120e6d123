"""Sentence frames: literal words with slots, as they lie in ``packs/LANGUAGE/frames``.

A slot is ``{name}``. ``<needs|need>`` agrees with the noun phrase that filled the last slot before
it. A leading ``[+]`` or ``[-]`` keeps a frame to speakers for or against the issue.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from symposion.engine.lexicon import Lexicon

LITERAL_LIMIT: Final = 4
"""Literal words in a row a frame may carry: six in a row are a repeat (design, section 12)."""

_PART = re.compile(r"\{(\w+)\}|<(\w+)\|(\w+)>")
_WORD = re.compile(r"[\w']+")
_LENGTH: Final = {
    "claim": 9,
    "claim2": 9,
    "ask": 9,
    "act": 9,
    "own": 15,
    "sum": 8,
    "fact": 15,
    "gist": 2,
    "point": 2,
    "plan": 3,
    "due": 4,
    "echo": 3,
    "quote": 4,
    "term": 2,
    "figure": 2,
    "see": 4,
    "fine": 1,
    "j": 0,
}


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a frame: literal text, a slot, or two forms that agree."""

    literal: str = ""
    slot: str = ""
    forms: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Frame:
    """One pattern.

    Attributes:
        id: What it is spent under: "f:", deck and place, such as "f:object:7".
        side: 1 or -1 if only speakers for or against may use it, else 0.
        words: Expected length once filled.
        asks, agrees, dissents: What the literal words do, whatever fills the slots.
    """

    id: str
    parts: tuple[Part, ...]
    slots: frozenset[str]
    side: int
    words: int
    asks: bool
    agrees: bool
    dissents: bool


def parse(id: str, text: str, known: Lexicon) -> Frame:
    """Return the frame written as ``text``; ``known`` tells which words agree."""
    side = {"[+] ": 1, "[-] ": -1}.get(text[:4], 0)
    body = text[4:] if side else text
    parts = tuple(_parts(body))
    slots = frozenset(p.slot for p in parts if p.slot)
    bare = _PART.sub(lambda m: m[2] or "x", body)
    return Frame(
        id=id,
        parts=parts,
        slots=slots,
        side=side,
        words=sum(_length(p) for p in parts),
        asks="?" in body or "ask" in slots,
        agrees=known.agree.search(known.negated.sub(" ", bare.casefold())) is not None,
        dissents=known.disagree.search(bare.casefold()) is not None,
    )


def _parts(body: str) -> list[Part]:
    found: list[Part] = []
    end = 0
    for match in _PART.finditer(body):
        if match.start() > end:
            found.append(Part(literal=body[end : match.start()]))
        slot, one, many = match.groups()
        found.append(Part(slot=slot) if slot else Part(forms=(one, many)))
        end = match.end()
    return [*found, Part(literal=body[end:])] if end < len(body) else found


def _length(part: Part) -> int:
    if part.slot:
        return _LENGTH.get(part.slot, 1)
    return len(_WORD.findall(part.literal)) if part.literal else 1


def literal_runs(text: str) -> Sequence[int]:
    """Return the lengths in words of all stretches of ``text`` that no slot interrupts."""
    plain = re.sub(r"^\[.\] |\{j\}", " ", text)
    return [len(_WORD.findall(run)) for run in _PART.split(plain) if run]
