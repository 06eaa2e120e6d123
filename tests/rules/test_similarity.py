"""The rows of the repetition guard, and the index that applies them to a whole run."""

import json
import sys
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symposion.engine.chance import Chance
from symposion.engine.columns import places
from symposion.engine.similarity import (
    BALANCED,
    LIGHT,
    STRICT,
    THRESHOLDS,
    GramWeights,
    GuardThresholds,
    Row,
    char_grams,
    compare,
    is_repeat,
    repeats_itself,
    row_of,
)
from symposion.engine.text import Words, analyse, name_words
from symposion.engine.turnindex import Match, TurnIndex

NAMES = name_words(["Ada Byron", "Bo"])
PAIRS = json.loads((Path(__file__).parent.parent / "corpus" / "pairs.json").read_text("utf-8"))
VOCABULARY = [f"{a}{b}" for a in "bdfgklmnprst" for b in ("ara", "elo", "ini", "omu", "ut")]


def words(text: str, language: str = "en") -> Words:
    return analyse(text, NAMES, language)


def nearest(index: TurnIndex, speaker_id: str, draft: Words) -> Match:
    found = index.nearest(speaker_id, draft)
    assert found is not None
    return found


@pytest.mark.parametrize("pair", PAIRS["pairs"], ids=lambda pair: pair["id"])
def test_a_labelled_pair_keeps_its_verdict(pair):
    newer, older = (words(pair[side], pair["language"]) for side in ("right", "left"))
    found = compare(newer, older)
    assert found.row == pair["row"]
    verdicts = {name: is_repeat(found, limits) for name, limits in THRESHOLDS.items()}
    assert verdicts == pair["repeat"], f"{pair['id']}: {found} was {pair['repeat']}"


def test_the_thresholds_are_those_of_the_corpus():
    values = {
        name: {field.name: getattr(limits, field.name) for field in fields(GuardThresholds)}
        for name, limits in (("strict", STRICT), ("balanced", BALANCED), ("light", LIGHT))
    }
    changed = {
        f"{name}.{key}": f"{PAIRS['thresholds'][name][key]} -> {value}"
        for name, row in values.items()
        for key, value in row.items()
        if PAIRS["thresholds"][name][key] != value
    }
    assert not changed


def test_a_loop_that_changes_only_a_name_and_a_number_is_a_repeat():
    left = words("Ada Byron, let us meet at 9 and look at the 3,000 litres again with fresh eyes.")
    right = words("Bo, let us meet at 14 and look at the 250 litres again with fresh eyes.")
    assert left == right


def test_a_turn_that_repeats_its_own_sentence_is_caught():
    text = (
        "The pump failed twice in the winter storm. I would rather rent one. "
        "In the winter storm the pump failed twice."
    )
    assert repeats_itself(text, NAMES, "en") == ("In the winter storm the pump failed twice.",)
    assert repeats_itself("Yes. We wait. Yes.", NAMES, "en") == ()


def test_two_shared_words_are_too_few_for_the_content_row():
    left = words("So it is the well, and is it not the pump that we all ought to be at now?")
    right = words("There is a pump, and there is a well, but what are they to me or to you?")
    found = compare(left, right)
    assert found.content == 1.0
    assert not is_repeat(found)


def test_yes_may_come_back_once_and_other_short_words_never():
    index = TurnIndex()
    for turn, text in enumerate(["Yes.", "The old pump broke and it stays broken now."], start=1):
        index.add(turn, "ada", words(text))
    assert not nearest(index, "ada", words("Yes!")).flagged
    index.add(3, "ada", words("Yes!"))
    assert nearest(index, "ada", words("yes")).flagged
    index.add(4, "ada", words("Never the pump."))
    assert nearest(index, "ada", words("Never the pump")).turn == 4
    assert nearest(index, "ada", words("Never the pump")).flagged
    assert index.nearest("bo", words("Never the pump")) is None


def test_what_was_whispered_to_others_is_never_compared_with():
    index = TurnIndex()
    secret = words("The council has already sold the land behind the old mill to a single bidder.")
    index.add(1, "ada", secret, audience=("bo",))
    index.add(2, "bo", words("We might talk about the opening hours of the library instead."))
    assert nearest(index, "ada", secret).turn == 1
    assert nearest(index, "bo", secret).turn == 1
    assert nearest(index, "cy", secret).turn == 2


def test_a_repeat_in_a_script_without_spaces_is_caught():
    index = TurnIndex()
    index.add(1, "ada", words("我们应该在冬天之前修好旧水泵,否则村子会没有水。", "zh"))
    index.add(2, "ada", words("图书馆的开放时间可以晚一些再讨论,先看预算。", "zh"))
    again = nearest(index, "bo", words("我们应该在冬天之前修好旧水泵,不然村子会没有水!", "zh"))
    assert again.similarity.row == Row.UNSPACED
    assert (again.turn, again.flagged) == (1, True)
    other = nearest(index, "bo", words("我更担心的是谁来支付这笔费用,以及什么时候支付。", "zh"))
    assert not other.flagged


def test_nothing_to_compare_with_is_no_match():
    assert (
        TurnIndex().nearest("ada", words("Where do we start, and who pays for the start?")) is None
    )


turns = st.lists(
    st.tuples(
        st.sampled_from(["ada", "bo", "cy"]),
        st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=24),
    ),
    min_size=1,
    max_size=60,
)


def brute(history, speaker_id, draft, limits, weights=None):
    """Return the turns that are repeats, every pair of the rows compared, nothing filtered."""
    row = row_of(draft)
    found = []
    for place, (speaker, earlier) in enumerate(history):
        recent = place >= len(history) - limits.window
        own = speaker == speaker_id and (row != Row.SHORT or len(earlier.tokens) < 15)
        if (own or recent) and is_repeat(compare(draft, earlier, weights), limits):
            found.append(place)
    return found


def candidates(index, speaker_id, draft):
    """Return the places of the turns that pass the filter."""
    row = row_of(draft)
    return set(places(index._candidates(draft, row, index._compared(speaker_id, row))))


@settings(max_examples=80, deadline=None)
@given(turns, st.integers(0, 2**30), st.sampled_from(["en", "xx"]))
def test_the_filter_never_changes_a_verdict(spoken, seed, language):
    limits = GuardThresholds(window=10)
    index, history, chance = TurnIndex(limits), [], Chance(str(seed))
    for turn, (speaker, fresh) in enumerate(spoken):
        tokens = fresh
        if history and chance.number("copy", turn) < 0.7:
            tokens = mutated(list(chance.pick(history, "of", turn)[1].tokens), chance, turn)
        draft = words(" ".join(tokens), language)
        if row_of(draft) != Row.TINY:
            match = index.nearest(speaker, draft)
            repeats = brute(history, speaker, draft, limits)
            assert (match is not None and match.flagged) == bool(repeats)
            assert set(repeats) <= candidates(index, speaker, draft)
        index.add(turn, speaker, draft)
        history.append((speaker, draft))


def mutated(tokens, chance, turn):
    """Return ``tokens`` with some words changed, more or fewer, and perhaps turned round."""
    rate = 0.5 * chance.number("rate", turn)
    for place in range(len(tokens)):
        if chance.number("change", turn, place) < rate:
            tokens[place] = chance.pick(VOCABULARY, "to", turn, place)
    if chance.number("turn round", turn) < 0.3:
        tokens.reverse()
    more = chance.integer(20, "more", turn) if chance.number("grow", turn) < 0.5 else 0
    return tokens + [chance.pick(VOCABULARY, "new", turn, place) for place in range(more)]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.text("山水火木金土日月人口", min_size=14, max_size=40), min_size=8, max_size=24),
    st.integers(0, 2**30),
)
def test_the_filter_never_changes_a_verdict_without_spaces(spoken, seed):
    index, weights, history, chance = TurnIndex(), GramWeights(), [], Chance(str(seed))
    for turn, fresh in enumerate(spoken):
        text = fresh
        if history and chance.number("copy", turn) < 0.7:
            old = chance.pick(history, "of", turn)[1].unspaced
            cut = chance.integer(len(old), "cut", turn)
            text = old[:cut] + fresh[cut:]
        draft = words(text, "zh")
        match = index.nearest("ada", draft)
        repeats = brute(history, "ada", draft, STRICT, weights)
        assert (match is not None and match.flagged) == bool(repeats)
        assert set(repeats) <= candidates(index, "ada", draft)
        index.add(turn, "ada", draft)
        weights.add(char_grams(draft.unspaced))
        history.append(("ada", draft))


def talk(count, chance):
    """Return ``count`` texts of 30 words from a vocabulary of 3,000, common words commoner."""
    vocabulary = [f"{a}{b}" for a in VOCABULARY for b in VOCABULARY][:3000]
    return [
        " ".join(vocabulary[int(3000 * chance.number(t, w) ** 3)] for w in range(30))
        for t in range(count)
    ]


def test_a_turn_takes_about_600_bytes_of_the_index():
    index, texts = TurnIndex(), [words(text) for text in talk(2000, Chance("speed"))]
    for turn, text in enumerate(texts):
        index.add(turn, "ada", text)
    assert size(index) / 2000 <= 650  # 100 KB of fixed columns included


def size(index: TurnIndex) -> int:
    """Return the bytes an index holds, shared strings left out."""
    lists = (index._texts, index._words._columns, index._trigrams._columns)
    return (
        sum(sys.getsizeof(part) + sum(map(sys.getsizeof, part)) for part in lists)
        + sys.getsizeof(index._turns)
        + sys.getsizeof(index._speakers)
        + sys.getsizeof(index._languages)
    )


def test_presets_grow_milder():
    assert all(a.content < b.content for a, b in pairwise((STRICT, BALANCED, LIGHT)))
