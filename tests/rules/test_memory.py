"""What comes to mind, what is folded together, and what is never forgotten."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import driven, founded, outside, people, say

from symposion.engine.memory import (
    DIGESTS,
    FLOOR,
    Memory,
    Record,
    digest,
    importance_of,
    recency,
    voices,
)
from symposion.engine.periods import DAY, HOUR

WORDS = st.sampled_from([f"word{i}" for i in range(30)])
KEYS = st.frozensets(WORDS, max_size=12)
KINDS = st.sampled_from(("episode", "fact", "commitment", "insight", "digest", "secret"))


def record(number: int, words: str, **changes: Any) -> Record:
    fields: dict[str, Any] = {
        "id": f"r{number:03}",
        "kind": "episode",
        "text": words,
        "keys": frozenset(words.split()),
        "sources": (number,),
        "importance": 0.3,
        "created": 0,
        "turn": number,
    }
    return Record(**(fields | changes))


@st.composite
def records(draw: st.DrawFn) -> Record:
    number = draw(st.integers(0, 200))
    return record(
        number,
        "text",
        keys=draw(KEYS),
        kind=draw(KINDS),
        importance=draw(st.floats(0, 1)),
        created=draw(st.integers(0, 100 * DAY)),
        private=draw(st.booleans()),
        voiced=draw(st.integers(0, 3)),
        voiced_at=draw(st.integers(0, 100 * DAY)),
    )


@given(st.lists(records(), max_size=40), KEYS, st.integers(0, 200 * DAY), st.integers(20, 30))
@settings(max_examples=120, deadline=None)
def test_scores_are_numbers_from_0_to_1_whatever_is_remembered(
    given_records: list[Record], query: frozenset[str], at: int, limit: int
):
    memory = Memory(limit)
    for one in given_records:
        memory.write(one)
        assert sum(memory.frequency.values()) == memory.words
        assert memory.words == sum(len(r.keys) for r in memory.records.values())
        assert min(memory.frequency.values(), default=1) > 0
    found = memory.recall(query, at)
    scores = [scored.score for scored in found]
    assert len(found) <= 7
    assert scores == sorted(scores, reverse=True)
    assert all(FLOOR <= score <= 1.0 and not math.isnan(score) for score in scores)
    for one in memory.records.values():
        assert 0.0 <= memory.relevance(one, query) < 1.0
        assert 0.0 <= recency(one, at) <= 1.0


@given(st.lists(records(), max_size=80))
@settings(max_examples=60, deadline=None)
def test_making_room_never_costs_a_secret_a_promise_or_a_fact(given_records: list[Record]):
    memory = Memory(20)
    kept: dict[str, Record] = {}
    for index, one in enumerate(given_records):
        one.id = f"r{index}"
        if memory.write(one) is one and one.kind in ("secret", "commitment", "fact"):
            kept[one.id] = one
    assert kept.keys() <= memory.records.keys()
    loose = [r for r in memory.records.values() if r.id not in kept]
    assert len(loose) <= max(0, 20 - len(kept)) + 1


def test_a_full_memory_loses_what_matters_least_first():
    memory = Memory(20)
    for number in range(60):
        kind = ("episode", "commitment", "secret", "fact")[number % 4] if number < 20 else "episode"
        importance = 0.9 if number % 7 == 0 else 0.3
        words = f"a{number} b{number}"
        memory.write(record(number, words, kind=kind, importance=importance, created=number))
    assert len(memory.records) == 20
    kinds = [r.kind for r in memory.records.values()]
    assert [kinds.count(k) for k in ("commitment", "secret", "fact")] == [5, 5, 5]
    loose = [r for r in memory.records.values() if r.kind == "episode"]
    assert all(r.importance == 0.9 for r in loose)


def test_the_oldest_digests_make_room():
    memory = Memory(50)
    for number in range(30):
        memory.write(record(number, f"a{number} b{number}", kind="digest"))
    assert list(memory.records) == [f"r{n:03}" for n in range(30 - DIGESTS, 30)]


def test_a_weak_memory_stays_weak_when_it_is_the_only_one():
    memory = Memory(50)
    memory.write(record(1, "cobbles", importance=0.05, created=0, voiced=1))
    assert memory.recall(frozenset(("lorries",)), 30 * DAY) == []


def test_what_bears_on_the_matter_comes_first():
    memory = Memory(50)
    for index in range(20):
        memory.write(record(index, f"pears{index} apples{index}"))
    memory.write(record(30, "bollards budget"))
    found = memory.recall(frozenset(("bollards", "budget", "square")), 60)
    assert found[0].record.text == "bollards budget"


def test_near_duplicates_do_not_come_to_mind_together():
    memory = Memory(50)
    memory.write(record(1, "lorries block bollards noon", importance=0.9))
    memory.write(record(2, "lorries block bollards noon today", importance=0.9))
    assert len(memory.recall(frozenset(("lorries", "bollards")), 10)) == 1


def test_turns_in_view_are_not_told_again():
    memory = Memory(50)
    for turn in range(1, 10):
        memory.write(record(turn, f"lorries{turn} bollards{turn}", importance=0.9))
    found = memory.recall(frozenset(("lorries3", "lorries8")), 10, before_turn=5)
    assert {scored.record.turn for scored in found} <= {1, 2, 3, 4}


def test_what_was_said_counts_less_and_recovers_a_little_in_a_later_period():
    memory = Memory(50)
    kept = memory.write(record(1, "lorries bollards", kind="fact", private=True, importance=0.9))
    query = frozenset(("lorries",))
    before = memory.recall(query, 600)[0].score
    assert memory.voice(frozenset(("lorries", "bollards", "noon")), 600) == ["r001"]
    after = memory.recall(query, 600)[0].score
    assert before - after == pytest.approx(0.25)
    later = memory.recall(query, 600 + DAY // 3)[0].score
    assert 0.03 < later - after < 0.05
    assert kept.voiced == 1


def test_saying_something_else_voices_nothing():
    memory = Memory(50)
    memory.write(record(1, "lorries bollards noon", kind="fact"))
    assert memory.voice(frozenset(("cobbles", "pears")), 1) == []
    assert not voices(frozenset(), frozenset())


@pytest.mark.parametrize("kind", ["fact", "commitment", "insight", "digest", "secret"])
def test_the_same_thing_is_kept_once_with_all_its_sources(kind: Any):
    memory = Memory(50)
    old = memory.write(record(1, "bollards cost forty thousand euros", kind=kind))
    new = record(2, "bollards cost forty thousand", kind=kind, importance=0.8)
    assert memory.write(new) is old
    assert (old.sources, old.importance, len(memory.records)) == ((1, 2), 0.8, 1)


def test_half_of_an_episode_is_gone_after_a_day_and_no_promise_ever():
    assert recency(record(1, "a"), 24 * HOUR) == pytest.approx(0.5)
    assert recency(record(1, "a", kind="commitment"), 1000 * DAY) == 1.0
    assert recency(record(1, "a", kind="insight"), 7 * DAY) == pytest.approx(0.5)


def test_a_digest_keeps_the_most_important_in_order_within_its_length():
    lines = [record(i, " ".join(f"w{i}x{j}" for j in range(30)), created=i) for i in range(8)]
    lines[6].importance = 0.9
    text = digest(lines)
    assert "w6x0" in text
    assert len(text.replace(" / ", " ").split()) <= 120
    assert text.index("w0x0") < text.index("w6x0")


def test_importance_is_the_strongest_mark_plus_the_goal():
    assert importance_of(marks=[], goal_overlap=0.0) == 0.3
    assert importance_of(marks=[0.6, 0.8], goal_overlap=0.5) == pytest.approx(0.9)
    assert importance_of(marks=[0.95], goal_overlap=1.0) == 1.0


async def test_old_episodes_become_one_digest_per_period_and_memory_stays_bounded():
    world = outside()
    room = await founded(world, cast=people(3), turns=200, turns_per_period=10)
    await driven(world, room)
    for member in room.members.values():
        kinds = [r.kind for r in member.memory.records.values()]
        assert 5 < kinds.count("digest") <= DIGESTS
        assert kinds.count("episode") <= 40
        ids = [r.id for r in member.memory.records.values()]
        assert len(set(ids)) == len(ids)


async def test_a_promise_is_remembered_by_who_made_it_with_its_own_words():
    world = outside()
    room = await founded(world)
    text = "The cobbles are loose near the well. I will count the lorries by Friday."
    await say(world, room, "bruno", text)
    found = [r for r in room.members["bruno"].memory.records.values() if r.kind == "commitment"]
    assert [r.text for r in found] == ["I will count the lorries by Friday."]
    assert "lorries" in found[0].keys
    assert "cobbles" not in found[0].keys
    assert all(
        r.kind != "commitment"
        for m in room.members.values()
        for r in m.memory.records.values()
        if m.id != "bruno"
    )


async def test_a_task_whispered_about_somebody_is_not_in_their_memory():
    world = outside()
    room = await founded(world)
    pair = ("amina", "bruno")
    await say(world, room, "amina", "Chiara will count the lorries.", visible_to=pair)
    kinds = [r.kind for r in room.members["chiara"].memory.records.values()]
    assert "commitment" not in kinds
