"""How somebody spoke, counted in the terms of what traits command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symposion.engine.metrics.conduct import conduct
from symposion.engine.metrics.traits import behaviour
from symposion.engine.persona import TRAITS, Traits
from symposion.engine.style import style_of

PLAIN = Traits(extroversion=5, optimism=5, curiosity=5, cooperativeness=5, energy=5)
STYLE = style_of(PLAIN)


def test_each_figure_is_counted_over_what_it_is_about():
    said = [
        ("en", "We agree. I hope we can do it!"),
        ("en", "Who pays? Perhaps nobody."),
        ("en", "One two three four five."),
    ]

    found = {name: (told.done, told.n, told.of) for name, told in conduct(STYLE, said).items()}

    assert found["words_per_turn"] == (5, 3, "turns")
    assert found["words_per_sentence"] == (17 / 5, 5, "sentences")
    assert found["question_rate"] == (1 / 3, 3, "turns")
    assert found["exclaim_rate"] == (1 / 3, 3, "turns")
    assert found["hedge_rate"] == (1 / 3, 3, "turns")
    assert found["agreement_rate"] == (1 / 3, 3, "turns")
    assert found["we_share"] == (2 / 3, 3, "words")
    assert found["polarity"] == (1, 1, "words")


def test_who_has_not_spoken_did_nothing():
    found = conduct(STYLE, [])

    assert {(told.done, told.n) for told in found.values()} == {(None, 0)}
    assert found["words_per_turn"].commanded == STYLE.median_words
    assert found["agreement_rate"].commanded == STYLE.agreement_ceiling


def test_what_needs_word_lists_is_not_guessed():
    found = conduct(STYLE, [("fi", "Kuka maksaa? En minä.")])

    assert (found["question_rate"].done, found["question_rate"].n) == (1, 1)
    for name in ("hedge_rate", "agreement_rate", "we_share", "polarity"):
        assert (found[name].done, found[name].n) == (None, 0), name


TEXT = st.text(st.sampled_from(list("aI we? perhaps great loss!.\n")), min_size=1, max_size=80)


@given(st.lists(TEXT, min_size=1, max_size=8))
def test_it_counts_as_the_metrics_of_traits_do(texts: list[str]):
    found = conduct(STYLE, [("en", text) for text in texts])
    known = behaviour(texts, PLAIN, "en")

    if known:
        assert found["question_rate"].done == pytest.approx(known["curiosity"])
        assert found["we_share"].done == known.get("cooperativeness")
        assert (found["polarity"].done or 0.0) == pytest.approx(known["optimism"])


@given(st.lists(st.integers(1, 10), min_size=5, max_size=5))
def test_commands_are_those_of_the_style(values: list[int]):
    style = style_of(Traits(**dict(zip(TRAITS, values, strict=True))))

    found = conduct(style, [])

    assert found["question_rate"].commanded == style.question_rate
    assert found["words_per_sentence"].commanded == style.sentence_words
    assert found["polarity"].commanded == style.polarity
