"""The questions a scenario puts on the table."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symposion.engine.agenda import issues_of

TEXTS: dict[str, dict[str, list[str] | str]] = json.loads(
    (Path(__file__).parents[1] / "corpus" / "scenarios-en.json").read_text(encoding="utf-8")
)


def asked(text: str, limit: int = 5) -> list[str]:
    return [issue.text for issue in issues_of(text, "en", limit)]


@pytest.mark.parametrize("name", [name for name in TEXTS if TEXTS[name]["issues"]])
def test_the_questions_a_reader_expects_come_first(name: str) -> None:
    wanted = list(TEXTS[name]["issues"])
    assert asked(str(TEXTS[name]["text"]))[: len(wanted)] == wanted


@pytest.mark.parametrize("name", TEXTS)
def test_the_terms_of_an_issue_stand_in_the_scenario(name: str) -> None:
    text = str(TEXTS[name]["text"])
    for number, issue in enumerate(issues_of(text, "en"), start=1):
        assert issue.id == f"i{number}"
        assert len(issue.text) <= 160
        assert 2 <= len(issue.terms) <= 6
        assert all(term in text for term in issue.terms)


def test_a_text_without_a_question_asks_what_to_do_about_its_terms() -> None:
    text = "The harbour wall crumbles. The harbour wall keeps the fish market dry."
    assert asked(text)[0] == "What to do about the harbour wall?"


def test_listed_options_are_one_question() -> None:
    text = (
        "The museum is broke. There are three options:\n"
        "- Option A: sell the Vermeer\n- Option B: close on weekdays\n- Option C: ask the city\n"
    )
    assert asked(text) == ["Which of these: sell the Vermeer; close on weekdays; ask the city?"]


def test_listed_topics_are_one_question_each() -> None:
    text = "Topics to discuss:\n1. Night shift pay\n2. Parking permits\n3. Canteen prices\n"
    assert asked(text) == [
        "Night shift pay: what to do?",
        "Parking permits: what to do?",
        "Canteen prices: what to do?",
    ]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (
            "The panel has to decide whether the ferry should run at night.",
            "Should the ferry run at night?",
        ),
        ("We argue over whether to sell or keep the mill.", "Sell or keep the mill?"),
        ("The team must choose between Rust and Go.", "Rust or Go?"),
        (
            "The council must agree on how the fund is spent.",
            "How the fund is spent?",
        ),
        (
            "The town can build a sea wall for $9 million, pay $1.2 million every four years to "
            "pump new sand, or buy out the forty houses on Front Street and let the shore move.",
            "Should the town build a sea wall for $9 million, pay $1.2 million every four years to "
            "pump new sand, or buy out the forty houses on Front Street?",
        ),
        ("The clinic will open on Sundays.", "Should the clinic open on Sundays?"),
        ("The school should drop homework.", "Should the school drop homework?"),
        (
            "The board proposes a ban on cars near schools.",
            "Is a ban on cars near schools the right step?",
        ),
        ("The crew needs to save 2.5 tons of fuel.", "How can the crew save 2.5 tons of fuel?"),
    ],
)
def test_a_sentence_that_demands_a_choice_becomes_a_question(text: str, question: str) -> None:
    assert asked(text)[0] == question


def test_a_limit_is_kept_and_repeats_are_one_issue() -> None:
    text = (
        "Who pays for the bridge? Who pays for the bridge? Who sails the ferry? Who cooks dinner?"
    )
    assert asked(text, 2) == ["Who pays for the bridge?", "Who sails the ferry?"]


def test_a_long_question_is_cut_at_a_clause() -> None:
    text = "Should the harbour close, " + "because the old wall is weak and the sea is high, " * 6
    (issue,) = issues_of(text.rstrip(", ") + "?", "en", 1)
    assert len(issue.text) <= 160
    assert issue.text.endswith("high?")


def test_another_language_keeps_its_own_questions() -> None:
    issues = issues_of("El puerto es viejo. ¿Cerramos el puerto de Vigo?", "es")
    assert issues[0].text == "¿Cerramos el puerto de Vigo?"


@settings(max_examples=80, deadline=None)
@given(st.text(min_size=1, max_size=300), st.sampled_from(["en", "es", "xx"]), st.integers(1, 5))
def test_any_text_has_one_to_five_issues(text: str, language: str, limit: int) -> None:
    issues = issues_of(text, language, limit)
    assert 1 <= len(issues) <= limit
    assert issues == issues_of(text, language, limit)
    assert all(0 < len(issue.text) <= 160 for issue in issues) or not text.strip()
    assert all(term in text for issue in issues for term in issue.terms)
