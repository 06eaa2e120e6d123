"""How a run begins, and how its cast and scenario change."""

import pytest
from scripted import driven, founded, of_type, outside, people, played, square

from symposion.engine import drive as driving
from symposion.engine import opening
from symposion.engine.opening import BadCast


async def test_a_run_begins_with_all_that_fixes_it():
    events, _ = await played(turns=1)
    kinds = [e.type for e in events[:12]]
    assert kinds == [
        "run.created",
        "scenario.set",
        *["agent.joined"] * 5,
        *["stance.committed"] * 5,
    ]
    created = events[0].payload
    assert created["seed"] == "seed"
    assert created["settings"]["floor_temperature"] == 0.35
    assert created["model"] == {"provider": "scripted", "model": "made-up-words", "simulated": True}


async def test_every_persona_is_made_whole_by_rule():
    events, _ = await played(turns=1)
    for event in of_type(events, "agent.joined"):
        agent = event.payload["agent"]
        assert agent["blind_spot"]
        assert agent["contradiction"]
        assert agent["pushback"] in ("accepts", "tests", "resists")


@pytest.mark.parametrize("size", [0, 1, 51])
async def test_a_cast_of_fewer_than_two_or_more_than_fifty_is_refused(size: int):
    world = outside()
    with pytest.raises(BadCast):
        await driving.found(world, "run", people(size), square(), seed="s")
    assert await world.log.read() == []


async def test_two_agents_of_one_name_are_refused():
    one, two = people(2)
    with pytest.raises(BadCast, match="name"):
        opening.check_cast([one, two.model_copy(update={"name": one.name.upper()})])
    with pytest.raises(BadCast, match="id"):
        opening.check_cast([one, two.model_copy(update={"id": one.id})])


async def test_the_same_cast_and_scenario_ask_for_no_event():
    world = outside()
    room = await founded(world, scenario=square(beats=("A lorry breaks down.",)))
    assert opening.update(room, people(), square(beats=("A lorry breaks down.",))) == []
    room = await driving.resume(world)
    assert room is not None
    assert opening.update(room, people(), square(beats=("A lorry breaks down.",))) == []


async def test_who_comes_goes_or_changes_is_told_by_one_event_each():
    world = outside()
    room = await founded(world, cast=people(4))
    cast = people(6)
    cast[1] = cast[1].model_copy(update={"goal": "sell more bread"})
    del cast[0]
    kinds = [d.type for d in opening.update(room, cast, square())]
    assert kinds == [
        "agent.changed",
        "agent.joined",
        "agent.joined",
        "agent.left",
        "stance.committed",
        "stance.committed",
    ]


async def test_a_changed_agent_keeps_its_past_and_brings_its_new_memories():
    world = outside()
    room = await founded(world, turns=30)
    await driven(world, room)
    old = room.members["bruno"]
    kept = {r.id: r.text for r in old.memory.records.values() if r.kind != "fact"}
    first, second = old.agent.memories
    cast = people()
    cast[1] = cast[1].model_copy(update={"memories": ("Found a Roman coin in 1987.", first)})
    await driving.note(world, room, opening.update(room, cast, square()))
    new = room.members["bruno"]
    texts = {r.text for r in new.memory.records.values()}
    assert {"Found a Roman coin in 1987.", first} <= texts
    assert second not in texts
    assert kept.items() <= {r.id: r.text for r in new.memory.records.values()}.items()
    assert (new.turns, new.relations, new.positions) == (old.turns, old.relations, old.positions)
    assert (new.mood_label, new.praised, new.joined) == (old.mood_label, old.praised, old.joined)


async def test_a_new_scenario_begins_a_new_matter_among_the_same_people():
    world = outside()
    room = await founded(world, turns=12)
    await driven(world, room)
    other = square(text="A library may open on Sundays.", issues=("Should it open on Sundays?",))
    drafts = opening.update(room, people(), other)
    assert [d.type for d in drafts] == ["scenario.set", *["stance.committed"] * 5]
    relations = {m.id: dict(m.relations) for m in room.members.values()}
    await driving.note(world, room, drafts)
    assert [i.id for i in room.issues] == ["i1"]
    assert room.inventory.points == {}
    assert room.decided == {}
    for member in room.members.values():
        assert set(member.positions) == {"i1"}
        assert member.relations == relations[member.id]


async def test_new_facts_are_dealt_from_the_beginning_after_a_new_scenario():
    world = outside()
    room = await founded(world, scenario=square(beats=("First fact.",)))
    room.beats = 1
    other = square(text="A library may open.", issues=("Open it?",), beats=("Second fact.",))
    await driving.note(world, room, opening.update(room, people(), other))
    assert (room.beats, room.scenario.beats) == (0, ("Second fact.",))
