"""Simulated time."""

import pytest
from scripted import driven, founded, of_type, outside

from symposion.engine.periods import DAY, MINUTES_PER_TURN, following, start_of


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ((1, "morning"), (1, "afternoon")),
        ((1, "afternoon"), (1, "evening")),
        ((1, "evening"), (2, "morning")),
    ],
)
def test_periods_follow_each_other(now: tuple[int, str], then: tuple[int, str]):
    assert following(*now) == then


def test_time_never_goes_back():
    day, period = 1, "morning"
    for _ in range(12):
        later = following(day, period)
        assert start_of(*later) > start_of(day, period)
        day, period = later
    assert start_of(2, "morning") - start_of(1, "morning") == DAY


async def test_a_period_longer_than_its_hours_does_not_turn_the_clock_back():
    world = outside()
    room = await founded(world, turns=12, turns_per_period=5)
    room.sim_time += 310  # the morning has 300 minutes
    events = await driven(world, room)
    times = [e.sim_time for e in events]
    assert times == sorted(times)
    moved = of_type(events, "period.advanced")
    assert [e.payload["period"] for e in moved] == ["afternoon", "evening"]
    turns = of_type(events, "turn.committed")
    assert turns[1].sim_time - turns[0].sim_time == MINUTES_PER_TURN == 2


async def test_feelings_drift_and_moods_rest_when_a_period_passes():
    world = outside()
    room = await founded(world, turns=25, turns_per_period=10)
    events = await driven(world, room)
    advanced = of_type(events, "period.advanced")[0]
    after = next(e for e in events if e.seq == advanced.seq + 1)
    assert after.type == "relation.changed"
    assert len(after.payload["changes"]) == 20
    assert {row["reason"] for row in after.payload["changes"]} == {"time together"}
