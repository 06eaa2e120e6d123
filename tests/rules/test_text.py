"""Words, masks and sentences as the guard and the meter see them; the lists of each language."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symposion.engine
from symposion.engine.lexicon import has_stop_words, lexicon
from symposion.engine.text import (
    LINK,
    NAME,
    NUMBER,
    analyse,
    masked,
    name_words,
    normal,
    sentences,
    tokens,
)

LANGUAGES = ("en", "es", "fr", "de")
FOLDER = Path(symposion.engine.__file__).parent / "languages"
SETS = ("stop", "pleasantry", "singular", "plural", "bright", "dark")


def test_names_numbers_and_links_are_masked_and_runs_of_them_are_one():
    names = name_words(["Ada Byron", "Bo"])
    text = "Ada Byron’s 3,000 litres on 2024-05-01: see https://example.org/x, Bo."  # noqa: RUF001
    assert masked(text, names) == [NAME, NUMBER, "litres", "on", NUMBER, "see", LINK, NAME]


def test_sentences_are_exact_and_titles_do_not_end_them():
    text = 'Dr. Ada said "yes." Then, e.g. now, we go! Is 3.5 enough? No. So do I. We wait.\n- one'
    assert sentences(text) == [
        'Dr. Ada said "yes."',
        "Then, e.g. now, we go!",
        "Is 3.5 enough?",
        "No.",
        "So do I.",
        "We wait.",
        "- one",
    ]
    assert sentences("水が要る。誰が払う?今年は無理だ。") == [
        "水が要る。",
        "誰が払う?今年は無理だ。",
    ]


@given(st.text(alphabet="ab .!?\n\"'Dr。", max_size=60))
def test_no_letter_is_lost_between_sentences(text):
    parts = sentences(text)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part in text and part.strip() == part != "" for part in parts)


def test_a_language_without_lists_has_no_stop_words():
    assert analyse("the pump is here", frozenset(), "en").content == {"pump"}
    assert analyse("the pump is here", frozenset(), "xx").content == {"the", "pump", "is", "here"}
    assert lexicon("es-mx").language == "es"
    assert has_stop_words("de-at")
    assert not has_stop_words("pt")


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_hold_words_as_the_text_is_cut(language):
    lists = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    assert lists["version"].startswith(language)
    wrong = [w for name in SETS for w in lists[name] if tokens(w) != [w]]
    phrases = [p for name in ("agree", "negated", "disagree", "hedge") for p in lists[name]]
    assert not wrong
    assert not [p for p in phrases if normal(p) != p]
    assert not set(lists["bright"]) & set(lists["dark"])
    assert not (set(lists["bright"]) | set(lists["dark"])) & set(lists["stop"])


MARKERS = [
    ("en", "I agree with Bo on the pump.", True, False),
    ("en", "I do not agree with Bo.", False, True),
    ("en", "I couldn't agree more.", True, False),
    ("en", "We agree to disagree.", False, True),
    ("en", "No doubt the pump works.", False, False),
    ("en", "You're right, but the risk stays.", True, True),
    ("en", "I am against nothing; the object of the vote is the well.", False, False),
    ("es", "Estoy de acuerdo con Bo.", True, False),
    ("es", "No estoy de acuerdo con Bo.", False, True),
    ("es", "Sin duda es caro.", False, False),
    ("fr", "Je suis d’accord.", True, False),  # noqa: RUF001
    ("fr", "Je ne suis pas d'accord.", False, True),
    ("fr", "C'est sans doute cher.", False, False),
    ("de", "Da stimme ich zu: genau das fehlt.", True, False),
    ("de", "Ich stimme dir nicht zu.", False, True),
    ("de", "Ich widerspreche nicht.", False, False),
    ("de", "Das Risiko trägt die Stadt.", False, True),
]


@pytest.mark.parametrize(("language", "text", "agrees", "dissents"), MARKERS)
def test_negated_agreement_is_dissent(language, text, agrees, dissents):
    lists = lexicon(language)
    assert (lists.agrees(normal(text)), lists.dissents(normal(text))) == (agrees, dissents)
