"""What a turn does, judged on a labelled corpus and on any text at all."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symposion.engine.reading import Reading, read

CORPUS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "corpus" / "reading-en.json").read_text(encoding="utf-8")
)
PEOPLE: dict[str, str] = CORPUS["people"]
SNIPPETS: list[dict[str, Any]] = CORPUS["snippets"]


def read_en(text: str) -> Reading:
    return read(text, CORPUS["speaker"], PEOPLE, "en")


def f1(hits: int, found: int, wanted: int) -> float:
    return 2 * hits / (found + wanted)


def promised(snippet: dict[str, Any]) -> set[tuple[str, str]]:
    return {(c["owner"], c["due"]) for c in snippet.get("commitments", [])}


def test_commitments_are_found_with_owner_and_date() -> None:
    hits = found = wanted = 0
    wrong: list[str] = []
    for snippet in SNIPPETS:
        read_now = {(c.owner_id, c.due) for c in read_en(snippet["text"]).commitments}
        label = promised(snippet)
        hits, found, wanted = (
            hits + len(read_now & label),
            found + len(read_now),
            wanted + len(label),
        )
        if read_now != label:
            wrong.append(f"{snippet['text']} {sorted(read_now)} for {sorted(label)}")
    score = f1(hits, found, wanted)
    print(f"commitments: F1 {score:.3f} ({hits} right of {found} found, {wanted} labelled)", *wrong, sep="\n  ")
    assert score >= 0.9


def test_decisions_are_found() -> None:
    hits = found = wanted = 0
    wrong: list[str] = []
    for snippet in SNIPPETS:
        is_read, is_label = bool(read_en(snippet["text"]).decisions), "decided" in snippet
        hits, found, wanted = hits + (is_read and is_label), found + is_read, wanted + is_label
        if is_read != is_label:
            wrong.append(snippet["text"])
    score = f1(hits, found, wanted)
    print(f"decisions: F1 {score:.3f} ({hits} right of {found} found, {wanted} labelled)", *wrong, sep="\n  ")
    assert score >= 0.9


@pytest.mark.parametrize("field", ["named", "asked", "credited", "dismissed"])
def test_who_is_meant_is_read_as_labelled(field: str) -> None:
    labelled = [s for s in SNIPPETS if field in s]
    wrong = {
        s["text"]: getattr(read_en(s["text"]), field)
        for s in labelled
        if getattr(read_en(s["text"]), field) != tuple(s[field])
    }
    assert not wrong


def test_questions_pleasantries_and_markers_are_read_as_labelled() -> None:
    wrong: dict[str, Reading] = {}
    for snippet in SNIPPETS:
        reading = read_en(snippet["text"])
        seen: dict[str, object] = {
            "open": reading.open_question,
            "questions": len(reading.questions),
            "pleasantry": reading.pleasantry,
            "agrees": reading.agrees,
            "dissents": reading.dissents,
        }
        if any(snippet.get(key, value) != value for key, value in seen.items()):
            wrong[snippet["text"]] = reading
    assert not wrong


def test_the_corpus_is_large_and_of_many_kinds() -> None:
    assert len(SNIPPETS) >= 120
    assert len({s["kind"] for s in SNIPPETS}) >= 10
    assert len({s["text"] for s in SNIPPETS}) == len(SNIPPETS)
