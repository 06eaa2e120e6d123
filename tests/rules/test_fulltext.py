"""Full-text search in memory."""

import time

from hypothesis import given
from hypothesis import strategies as st

from symposion.core.fulltext import WORDS_LIMIT, Index, words_of

PEOPLE = {
    "bo": ("Bo Strand", "baker", "He was nursed by his sister, a night owl."),
    "ada": ("Ada Łódzka", "night nurse", "She counts pills in Łódź."),
    "nuno": ("Núño Nurse", "baker", "He bakes for the ward."),
}
INDEX = Index((8, 6, 1), PEOPLE.items())


def found(query: str) -> list[str]:
    return [match.id for match in INDEX.find(query)]


def test_the_field_that_weighs_most_decides():
    assert found("nurse") == ["nuno", "ada", "bo"]


def test_a_whole_word_is_worth_more_than_the_beginning_of_one():
    index = Index((8,), [("longer", ("Marathon",)), ("whole", ("Mara",))])

    assert [match.id for match in index.find("mara")] == ["whole", "longer"]


def test_every_word_must_be_found_somewhere():
    assert found("night bak") == ["bo"]
    assert found("night surgeon") == []


def test_a_word_is_found_by_its_beginning_only():
    assert found("strand") == found("str") == ["bo"]
    assert found("rand") == []


def test_accents_and_case_make_no_difference():
    assert found("lodz") == found("ŁÓDŹ") == ["ada"]
    assert found("nuño") == found("NUNO") == ["nuno"]
    assert words_of("Øyvind Đorđević, Straße; ﬁve") == ["oyvind", "dordevic", "strasse", "five"]


def test_what_holds_no_word_finds_nothing():
    assert found("") == found(" \t!*%_") == []


def test_what_scores_the_same_stays_in_order():
    assert found("baker") == ["bo", "nuno"]


def test_words_beyond_the_limit_are_left_out():
    assert found(" ".join(["nuno"] * WORDS_LIMIT + ["zzz"])) == ["nuno"]


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_found_by_each_of_its_words(text: str, other: str):
    index = Index((2, 1), [("it", (text, other))])

    for word in {*words_of(text), *words_of(other)}:
        assert [match.id for match in index.find(word)] == ["it"]


def test_a_long_text_takes_no_longer_than_it_must():
    before = time.process_time()
    for text in ("a" * 50_000, "é " * 25_000, "\u0301" * 50_000, "_-" * 25_000):
        words_of(text)

    assert time.process_time() - before < 5  # a pattern that backtracks takes hours
