"""The chain of events, and randomness that is a function of its purpose."""

import math
from dataclasses import replace
from hashlib import sha256
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symposion.engine.chance import Chance
from symposion.engine.log import (
    Draft,
    Head,
    as_dict,
    canonical,
    first_break,
    from_dict,
    may_see,
    seal,
    timeless,
)
from symposion.ports.log import Event

SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20)
PAYLOADS = st.dictionaries(st.text(max_size=8), SCALARS | st.lists(SCALARS, max_size=3), max_size=4)
AUDIENCES = st.just("all") | st.lists(st.sampled_from("abc"), unique=True).map(tuple)


def chain(count: int = 6) -> list[Event]:
    head, events = Head("run"), list[Event]()
    for number in range(count):
        draft = Draft("beat.injected", {"text": f"fact {number}", "n": number}, visible_to=("a",))
        events += seal(head, [draft, Draft("floor.silent", {})], number, f"2030-01-0{number + 1}")
        head = Head("run", events[-1].seq, events[-1].hash)
    return events


def test_a_chain_that_nobody_touched_has_no_break():
    events = chain()
    assert [e.seq for e in events] == list(range(1, 13))
    assert first_break(events) == 0
    assert first_break(events[4:], Head("run", 4, events[3].hash)) == 0


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_one_changed_byte_anywhere_breaks_the_chain_there(data: st.DataObject):
    events = chain()
    at = data.draw(st.integers(0, len(events) - 1))
    raw = bytearray(canonical(as_dict(events[at])))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    try:
        events[at] = from_dict(orjson.loads(raw))
    except (ValueError, KeyError, TypeError):
        return  # no longer an event at all
    if canonical(as_dict(events[at])) != canonical(as_dict(chain()[at])):
        found = first_break(events)
        assert found
        assert found in (events[at].seq, at + 1, at + 2)


def test_an_event_left_out_added_or_moved_breaks_the_chain():
    events = chain()
    assert first_break(events[:3] + events[4:]) == 5
    assert first_break([*events[:3], events[2], *events[3:]]) == 3
    assert first_break([events[1], events[0], *events[2:]]) == 2
    assert first_break(seal(Head("another"), [Draft("floor.silent", {})], 0, "")[:1] + events[1:])


@given(PAYLOADS, AUDIENCES)
def test_an_event_survives_its_way_through_json(payload: dict[str, Any], audience: Any):
    event = seal(Head("run"), [Draft("floor.silent", payload, visible_to=audience)], 3, "now")[0]
    again = from_dict(orjson.loads(orjson.dumps(as_dict(event))))
    assert again == event
    assert first_break([again]) == 0


def test_events_that_differ_in_wall_time_alone_are_the_same_without_time():
    one, two = (
        seal(Head("run"), [Draft("call.recorded", {"text": "a", "latency_ms": ms})], 5, str(ms))[0]
        for ms in (1, 2)
    )
    assert one.hash != two.hash
    assert timeless(one) == timeless(two)
    assert timeless(replace(one, sim_time=6)) != timeless(two)


def test_the_cause_minus_one_is_the_event_before():
    events = seal(
        Head("run", 7), [Draft("floor.silent", {}), Draft("run.ended", {}, causation=-1)], 0, ""
    )
    assert [e.causation for e in events] == [0, 8]


@pytest.mark.parametrize(
    ("audience", "viewer", "may"),
    [
        ("all", "a", True),
        (("a",), "a", True),
        (("ab",), "a", False),
        ((), "a", False),
        ((), "observer", True),
        ((), "system", True),
    ],
)
def test_who_may_see_what(audience: Any, viewer: str, may: bool):
    assert may_see(audience, viewer) is may


def test_a_draw_depends_on_its_purpose_and_on_no_draw_before_it():
    chance = Chance("seed")
    first = chance.number("floor", 7)
    for index in range(50):
        chance.number("other", index)
    assert chance.number("floor", 7) == first == Chance("seed").number("floor", 7)
    assert len({chance.number("floor", turn) for turn in range(1000)}) == 1000
    assert Chance("other").number("floor", 7) != first


def test_draws_are_the_published_formula():
    expected = int(sha256(b"7|floor|3").hexdigest()[:16], 16) / 2**64
    assert Chance("7").number("floor", 3) == expected


def test_draws_are_spread_evenly_and_normal_draws_are_normal():
    chance = Chance("spread")
    tenths = [0] * 10
    for index in range(5000):
        tenths[int(chance.number("u", index) * 10)] += 1
    assert all(400 < count < 600 for count in tenths)
    normal = [chance.normal("n", index) for index in range(5000)]
    mean = math.fsum(normal) / 5000
    assert abs(mean) < 0.05
    assert abs(math.fsum((x - mean) ** 2 for x in normal) / 5000 - 1) < 0.1


@given(st.lists(st.floats(0, 10), min_size=1, max_size=8), st.integers(0, 999))
def test_an_option_without_weight_is_never_drawn(weights: list[float], key: int):
    options = list(enumerate(weights))
    drawn = Chance("w").weighted(options, key)
    assert weights[drawn] > 0 or not any(weights)


@given(st.lists(st.integers(), max_size=20), st.integers())
def test_shuffling_keeps_everything(options: list[int], key: int):
    assert sorted(Chance("s").shuffled(options, key)) == sorted(options)
