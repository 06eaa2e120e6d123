"""How agents feel about each other, and their moods."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import driven, founded, of_type, outside, people, say

from symposion.engine.persona import Archetype, Traits
from symposion.engine.relations import STEP, Mood, moved, prior, trust

REASONS = st.sampled_from(sorted(STEP))
TRAITS = st.builds(
    Traits,
    extroversion=st.integers(1, 10),
    optimism=st.integers(1, 10),
    curiosity=st.integers(1, 10),
    cooperativeness=st.integers(1, 10),
    energy=st.integers(1, 10),
)
MOODS = {"enthusiastic", "cautious", "analytical", "strategic", "creative", "engaged"}


@given(st.lists(REASONS, max_size=200))
def test_a_feeling_stays_within_ten_whatever_happens(reasons: list[str]):
    score = 0.0
    for reason in reasons:
        before, score = score, moved(score, reason)
        assert abs(score) <= 10
        assert (score - before) * STEP[reason] >= 0
    assert 0 <= trust(score) <= 1


def test_strong_feelings_move_less():
    assert moved(0, "credit") == 0.5
    assert moved(8, "credit") - 8 == pytest.approx(0.1)


@given(TRAITS, TRAITS)
def test_temper_alone_is_a_small_and_mutual_prior(one: Traits, other: Traits):
    assert prior(one, other) == prior(other, one)
    assert -0.2 <= prior(one, other) <= 0.2


@given(TRAITS, st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), max_size=30))
def test_a_mood_stays_in_bounds_has_a_word_and_comes_back(
    traits: Traits, shocks: list[tuple[float, float]]
):
    mood = Mood.of(traits)
    for valence, arousal in shocks:
        mood.move(valence, arousal)
        assert -1 <= mood.valence <= 1
        assert -1 <= mood.arousal <= 1
        assert {mood.label(archetype) for archetype in Archetype} <= MOODS
    away = abs(mood.valence - mood.base_valence)
    mood.rest(1.0)
    assert abs(mood.valence - mood.base_valence) == pytest.approx(away / 2)


async def test_credit_by_name_warms_and_dismissal_by_name_cools():
    world = outside()
    room = await founded(world)
    await say(world, room, "amina", "As Bruno said, the bollards must fold down.")
    assert room.members["bruno"].relations["amina"] == 0.5
    await say(world, room, "chiara", "Bruno is wrong, and Bruno's idea makes no sense.")
    assert room.members["bruno"].relations["chiara"] == -0.5


async def test_every_change_of_a_feeling_names_its_reason_and_its_turn():
    world = outside()
    room = await founded(world, turns=40)
    events = await driven(world, room)
    by_seq = {e.seq: e for e in events}
    allowed = {*STEP, "time together"}
    changes = of_type(events, "relation.changed")
    assert changes
    for event in changes:
        assert by_seq[event.causation].type in ("turn.committed", "period.advanced")
        for row in event.payload["changes"]:
            assert row["reason"] in allowed
            assert row["from"] != row["to"]
            assert -10 <= row["score"] <= 10
    last = {
        (row["from"], row["to"]): row["score"]
        for event in changes
        for row in event.payload["changes"]
    }
    for member in room.members.values():
        assert member.relations == {b: s for (a, b), s in last.items() if a == member.id}


async def test_moods_are_told_when_their_word_changes_and_only_then():
    world = outside()
    room = await founded(world, cast=people(4), turns=40)
    events = await driven(world, room)
    words = dict.fromkeys(room.members, "neutral")
    for event in of_type(events, "mood.changed"):
        p = event.payload
        assert p["from"] == words[p["agent_id"]] != p["to"]
        assert p["to"] in MOODS
        words[p["agent_id"]] = p["to"]
    assert words == {m.id: m.mood_label for m in room.members.values()}
