"""The terms, figures and names a text turns on."""

import json
import time
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symposion.engine.keyterms import figures, key_terms, names
from symposion.engine.lexicon import lexicon

TEXTS: dict[str, dict[str, list[str] | str]] = json.loads(
    (Path(__file__).parents[1] / "corpus" / "scenarios-en.json").read_text(encoding="utf-8")
)


def text_of(name: str) -> str:
    return str(TEXTS[name]["text"])


@pytest.mark.parametrize("name", TEXTS)
def test_the_terms_a_reader_expects_are_among_the_best(name: str) -> None:
    found = key_terms(text_of(name), "en", 40)
    assert set(TEXTS[name]["terms"]) <= set(found)
    assert not set(TEXTS[name].get("no_terms", [])) & set(found)


@pytest.mark.parametrize("name", TEXTS)
def test_figures_come_with_what_they_count(name: str) -> None:
    assert set(TEXTS[name]["figures"]) <= set(figures(text_of(name)))


@pytest.mark.parametrize("name", TEXTS)
def test_terms_are_short_distinct_phrases_of_the_text(name: str) -> None:
    text = text_of(name)
    found = key_terms(text, "en", 40)
    assert all(term in text and 1 <= len(term.split()) <= 5 for term in found)
    assert not {term.lower() for term in found} & lexicon("en").stop
    words = [frozenset(term.lower().split()) for term in found]
    assert not any(a <= b or b <= a for a, b in combinations(words, 2))


def test_markup_is_no_part_of_a_term() -> None:
    text = (
        "# Harbour plan\n\n- [x] the **ferry terminal** opens\n1. See [the tide report](https://a.example/x).\n"
        "| Berth | Crane |\n|---|---|\n```\nsecret_call(widget)\n```\nThe `code_path` stays.\n"
    )
    found = key_terms(text, "en")
    assert {"Harbour plan", "ferry terminal", "tide report", "Crane"} <= set(found)
    assert not [term for term in found if set(term) & set("*#|[]`_") or "widget" in term]


def test_the_same_words_with_an_article_or_a_plural_are_one_term() -> None:
    text = "The city council met. A city council votes. City councils differ. The council waits."
    assert [t.lower() for t in key_terms(text, "en")] == ["city council"]


def test_a_year_is_a_figure_but_no_term() -> None:
    text = "The harbour must be rebuilt by 2030 at a cost of 4.2 million euros, 15 % above plan."
    assert figures(text) == ("by 2030", "4.2 million euros", "15 %")
    assert {"4.2 million euros", "15 %"} <= set(key_terms(text, "en"))
    assert not any("2030" in term for term in key_terms(text, "en"))


def test_names_are_runs_of_capitals_and_not_first_words() -> None:
    text = "However, the Bank of England met Helena Voss. Nobody spoke. Costs rose at the bank."
    assert names(text) == ("Bank of England", "Helena Voss")


def test_a_text_in_another_language_gives_names_figures_and_quotes_only() -> None:
    text = (
        "La ciudad de Madrid debe decidir si cierra la biblioteca municipal o sube las tarifas de "
        "aparcamiento un 15 %, y el Ayuntamiento espera mucho de la biblioteca."
    )
    assert set(key_terms(text, "en")) == {"Madrid", "Ayuntamiento", "biblioteca", "15 %"}


@pytest.mark.parametrize(
    "text", ["", " ", "?", "the", "...", "🙂🙂", "\x1f", "* * *", "|||", "```"]
)
def test_a_text_without_terms_gives_none(text: str) -> None:
    assert key_terms(text, "en") == figures(text) == names(text) == ()


@settings(max_examples=120, deadline=None)
@given(st.text(max_size=400), st.sampled_from(["en", "es", "zh-cn", "xx"]))
def test_every_term_of_any_text_stands_in_it(text: str, language: str) -> None:
    found = key_terms(text, language, 10)
    assert len(found) <= 10
    assert all(term and term in text for term in found)
    assert all(span in text for span in (*figures(text, language), *names(text, language)))


@pytest.mark.parametrize("piece", ["[a](", "**", "<a ", "`", "| - ", "A ", "12 ", "- ", '"a '])
def test_odd_markup_of_full_length_is_read_in_bounded_time(piece: str) -> None:
    start = time.process_time()
    key_terms(piece * (8000 // len(piece)), "en")
    assert time.process_time() - start < 1
