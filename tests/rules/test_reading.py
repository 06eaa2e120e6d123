"""What a turn does, judged on a labelled corpus and on any text at all."""

import json
import sys
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


def report(name: str, found: list[set[Any]], labels: list[set[Any]]) -> float:
    """Print the score and what was read wrong; return F1 over all snippets."""
    pairs = list(zip(SNIPPETS, found, labels, strict=True))
    hits = sum(len(read_now & label) for _, read_now, label in pairs)
    counted, wanted = sum(map(len, found)), sum(map(len, labels))
    score = 2 * hits / (counted + wanted)
    lines = [f"{name}: F1 {score:.3f}, {hits} right of {counted} found and {wanted} labelled"]
    lines += [f"{s['text']} {sorted(r)} for {sorted(x)}" for s, r, x in pairs if r != x]
    sys.stdout.write("\n  ".join(lines) + "\n")
    return score


def test_commitments_are_found_with_owner_and_date() -> None:
    found = [{(c.owner_id, c.due) for c in read_en(s["text"]).commitments} for s in SNIPPETS]
    labels = [{(c["owner"], c["due"]) for c in s.get("commitments", [])} for s in SNIPPETS]
    assert report("commitments", found, labels) >= 0.9


def test_decisions_are_found() -> None:
    found = [set(read_en(s["text"]).decisions[:1]) for s in SNIPPETS]
    labels = [{s["text"]} if "decided" in s else set[str]() for s in SNIPPETS]
    assert report("decisions", found, labels) >= 0.9


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


def test_names_that_are_words_are_names_only_where_they_stand_like_names() -> None:
    people = {"will": "Will Stone", "may": "May Chen", "hope": "Hope"}
    assert read("Will this hold? May I ask? Hope is cheap.", "x", people, "en").named == ()
    assert read("Will, May and Hope agree.", "x", people, "en").named == ("will", "may", "hope")
    assert read("In May 2030 the will of Will counts.", "x", people, "en").named == ("will",)


def test_a_shared_first_name_names_nobody_and_a_shared_full_name_neither() -> None:
    people = {"a": "Ana Ruiz", "b": "Ana Bell", "c": "Jo Kim", "d": "Jo Kim"}
    reading = read("Ana and Ana Bell asked Jo and Jo Kim.", "x", people, "en")
    assert reading.named == ("b",)


def test_quoted_words_commit_nobody() -> None:
    assert not read_en('He wrote "I will pay you by Friday" on a napkin.').commitments
    assert not read_en("She shouted “We decide to leave!” and left.").decisions


def test_somebody_outside_the_room_may_ask_but_owns_nothing() -> None:
    reading = read("Maria, what now? I will send the data by Friday.", "observer", PEOPLE, "en")
    assert reading.asked == ("maria",)
    assert [c.owner_id for c in reading.commitments] == [""]


def test_a_language_without_grammar_is_read_by_vocatives_and_marks() -> None:
    reading = read("Maria, qué opinas? Yo haré la lista.", "sam", PEOPLE, "es")
    assert reading.asked == ("maria",)
    assert reading.questions == ("Maria, qué opinas?",)
    assert not reading.commitments


WORDS = st.lists(
    st.sampled_from([w for s in SNIPPETS for w in s["text"].split()] + ["\n", "**", "\ue000"]),
    max_size=40,
).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(text=st.one_of(st.text(max_size=300), WORDS), speaker=st.sampled_from(["sam", "maria", "?"]))
def test_all_that_is_read_stands_in_the_text(text: str, speaker: str) -> None:
    reading = read(text, speaker, PEOPLE, "en")
    spans = [*reading.questions, *reading.decisions, *(c.text for c in reading.commitments)]
    assert all(span in text for span in spans)
    assert all(c.due in c.text for c in reading.commitments)
    people = {*reading.named, *reading.asked, *reading.credited, *reading.dismissed}
    assert people <= PEOPLE.keys() - {speaker}
    assert {c.owner_id for c in reading.commitments} <= {"", *PEOPLE}


@settings(max_examples=25, deadline=None)
@given(names=st.lists(st.text(max_size=20), max_size=6), text=st.text(max_size=60))
def test_any_names_can_be_looked_for(names: list[str], text: str) -> None:
    people = {str(number): name for number, name in enumerate(names)}
    assert set(read(text + " ".join(names), "0", people, "en").named) <= people.keys()


def test_a_very_long_turn_is_read_in_bounded_time() -> None:
    start = time.process_time()
    for piece in ("I will ", "Maria, ", "we decide ", "a" * 9 + " ", "as ", "owner: the "):
        read_en(piece * (8000 // len(piece)))
    assert time.process_time() - start < 3


@pytest.mark.parametrize("kind", ["musing", "past", "refusal", "reversal", "question"])
def test_what_only_looks_like_a_promise_commits_nobody(kind: str) -> None:
    assert not [s["text"] for s in SNIPPETS if s["kind"] == kind and read_en(s["text"]).commitments]
