"""Driving a run from outside."""

import pytest
from scripted import (
    Script,
    Scripted,
    driven,
    fingerprint,
    founded,
    of_type,
    outside,
    people,
    square,
    transcript,
)

from symposion.engine import drive as driving
from symposion.engine.fold import replay
from symposion.engine.log import Draft
from symposion.engine.memory_log import MemoryLog
from symposion.ports.log import StaleHead


async def test_an_empty_log_has_no_room_and_a_log_without_a_beginning_is_no_run():
    world = outside()
    assert await driving.resume(world) is None
    await founded(world)
    events = await world.log.read()
    with pytest.raises(ValueError, match="begins with"):
        replay(events[1:])


async def test_a_run_is_founded_once():
    world = outside()
    await founded(world)
    with pytest.raises(StaleHead):
        await founded(world)


async def test_every_event_is_in_the_log_before_it_is_told():
    world = outside()
    room = await founded(world, turns=5)
    async for event in driving.drive(world, room):
        events = await world.log.read()
        assert events[event.seq - 1] == event


async def test_a_note_that_comes_too_late_changes_nothing():
    world = outside()
    room = await founded(world)
    other = await driving.resume(world)
    assert other is not None
    await driving.note(world, other, [Draft("run.paused", {})])
    before = room.head
    with pytest.raises(StaleHead):
        await driving.note(world, room, [Draft("run.paused", {})])
    assert room.head == before
    assert not room.paused
    assert await driving.note(world, room, []) == []


async def test_a_room_folded_again_is_the_room_that_was_played():
    world = outside(Scripted())
    room = await founded(world, turns=25)
    await driven(world, room)
    again = await driving.resume(world)
    assert again is not None
    assert (again.head, again.turns, again.sim_time) == (room.head, room.turns, room.sim_time)
    assert again.inventory == room.inventory
    assert again.window == room.window
    assert again.account == room.account
    for member in room.members.values():
        same = again.members[member.id]
        assert same.memory == member.memory
        assert same.positions == member.positions
        assert same.relations == member.relations
        assert (same.mood, same.owed, same.gists) == (member.mood, member.owed, member.gists)


async def test_driving_an_ended_run_does_nothing():
    world = outside()
    room = await founded(world, turns=2)
    await driven(world, room)
    assert await driven(world, room) == []


async def test_another_prefix_of_the_same_log_is_a_fork_of_its_own():
    world = outside()
    room = await founded(world, turns=10)
    await driven(world, room)
    events = await world.log.read()
    cut = of_type(events, "turn.committed")[4].seq
    fork = outside(Scripted(Script(words=20)), MemoryLog(events[:cut]))
    again = await driving.resume(fork)
    assert again is not None
    await driven(fork, again)
    told = transcript(await fork.log.read())
    assert told[:5] == transcript(events)[:5]
    assert told[5:] != transcript(events)[5:]
    assert fingerprint(await world.log.read()) == fingerprint(events)


async def test_a_turn_is_told_with_everything_an_outsider_may_know():
    world = outside()
    room = await founded(world, cast=people(3), scenario=square(), turns=2)
    events = await driven(world, room)
    turns = [driving.turn_of(event, room.people()) for event in events]
    first, second = (turn for turn in turns if turn is not None)
    assert (first.number, second.number) == (1, 2)
    assert first.speaker_name == room.members[first.speaker_id].agent.name
    assert first.produced_by == {"kind": "simulated", "provider": "scripted", "model": "made-up"}
    assert first.day == 1
    assert first.period == "morning"
    assert first.tokens_out > 0
    assert first.attempts == 1
