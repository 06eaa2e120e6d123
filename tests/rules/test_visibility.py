"""Nobody learns what they did not hear: not by prompt, memory, digest, table, motive or wear."""

from dataclasses import asdict, replace
from typing import Any

import orjson
import pytest
from scripted import Scripted, driven, founded, outside, people, played, say, square

from symposion.engine import drive as driving
from symposion.engine import floor, moves, opening
from symposion.engine.briefing import brief
from symposion.engine.chance import Chance
from symposion.engine.inventory import backed
from symposion.engine.log import Draft, visible_events
from symposion.engine.room import Plan, Room
from symposion.ports.language import Request

CANARY = "zqxcanary"


def told(request: Request) -> str:
    """Return everything a model is told, prompt and data."""
    parts = asdict(replace(request.brief))
    return orjson.dumps(parts).decode() + "".join(line.text for line in request.prompt)


def plan_for(room: Room, speaker: str, **changes: Any) -> Plan:
    plan = Plan(room.turns + 1, room.slot + 1, speaker, "inform", "", "i1", 0, False, 30, 0.5, 0)
    return replace(plan, **changes)


async def test_a_late_joiner_sees_the_scenario_and_nothing_that_was_said_before():
    world = outside()
    cast = people(4)
    room = await founded(world, cast=cast[:3], turns=40)
    for speaker in ("amina", "bruno", "chiara"):
        await say(world, room, speaker, f"The {CANARY} stands in the old cellar of {speaker}.")
    await driving.note(world, room, opening.update(room, cast, square()))
    await driven(world, room)
    events = await world.log.read()
    seen = visible_events(events, "dmitri")
    assert seen[0].type == "scenario.set"
    assert all(CANARY not in str(e.payload) for e in seen)
    assert any(e.type == "turn.committed" for e in seen)
    assert isinstance(world.model, Scripted)
    asked = [r for r in world.model.requests if r.brief.speaker.id == "dmitri"]
    assert asked
    assert all(CANARY not in told(request) for request in asked)


async def test_who_left_hears_nothing_more():
    world = outside()
    room = await founded(world, cast=people(4), turns=30)
    await say(world, room, "amina", "We begin with the bollards of the square.")
    await driving.note(world, room, opening.update(room, people(3), square()))
    await say(world, room, "amina", f"The {CANARY} is in the cellar.")
    events = await world.log.read()
    assert all(CANARY not in str(e.payload) for e in visible_events(events, "dmitri"))
    assert any(e.type == "turn.committed" for e in visible_events(events, "dmitri"))


async def test_who_comes_back_remembers_the_past_and_not_the_absence():
    world = outside()
    room = await founded(world, cast=people(4), turns=30)
    await say(world, room, "amina", "The paving stones of the square come from Portugal.")
    await driving.note(world, room, opening.update(room, people(3), square()))
    await say(world, room, "bruno", f"The {CANARY} is in the cellar of the town hall.")
    await driving.note(world, room, opening.update(room, people(4), square()))
    member = room.members["dmitri"]
    kept = [record.text for record in member.memory.records.values()]
    assert any("Portugal" in text for text in kept)
    assert all(CANARY not in text for text in kept)
    assert list(room.heard(member)) == []


async def test_the_goal_the_stance_and_the_coming_facts_of_others_are_nobodys_to_see():
    events, _ = await played(
        turns=30, scenario=square(beats=(f"The {CANARY} arrives at noon.",)), cast=people(3)
    )
    for viewer in ("amina", "bruno", "chiara"):
        seen = visible_events(events, viewer)
        whole = orjson.dumps([dict(e.payload) for e in seen if e.type != "beat.injected"]).decode()
        assert CANARY not in whole
        for other in people(3):
            assert (other.memories[0] in whole) is (other.id == viewer)
        stances = [e for e in seen if e.type in ("stance.committed", "stance.moved")]
        assert {e.payload["agent_id"] for e in stances} == {viewer}
    assert len(visible_events(events, "observer")) == len(events)


async def test_facts_in_store_stay_in_store_when_the_scenario_changes():
    world = outside()
    room = await founded(world, turns=2)
    other = square(text="A library may open.", beats=(f"The {CANARY} arrives.",))
    await driving.note(world, room, opening.update(room, people(), other))
    assert room.scenario.beats
    for event in visible_events(await world.log.read(), "amina"):
        assert CANARY not in str(event.payload)


async def test_a_moment_in_the_past_shows_no_later_event():
    events, _ = await played(turns=6)
    for up_to in range(0, len(events), 7):
        seen = visible_events(events, "bruno", up_to)
        assert seen == [e for e in visible_events(events, "bruno") if e.seq <= up_to]


@pytest.mark.parametrize("seed", range(8))
async def test_whispers_reach_no_outsider_by_any_way(seed: int):
    world = outside()
    room = await founded(world, seed=str(seed), turns=0, turns_per_period=7)
    chance = Chance(f"whispers {seed}")
    ids = list(room.members)
    heard: dict[str, set[str]] = {}
    for index in range(12):
        pair = chance.shuffled(ids, "audience", index)[: 2 + chance.integer(2, "size", index)]
        canary = f"{CANARY}{'abcdefghijkl'[index]}"
        heard[canary] = set(pair)
        text = f"Between us, the {canary} will cost {index} euros and Chiara will pay the {canary}."
        for _ in range(3):  # worn out, too
            speaker = chance.pick(pair, "speaker", index)
            move = chance.pick(("propose", "object", "inform"), "move", index)
            await say(world, room, speaker, text, move=move, visible_to=tuple(sorted(pair)))
        opened = Draft("round.opened", {"number": room.rounds + 1, "coverage": "all"})
        await driving.note(world, room, [opened])
        await driven(world, room)
    assert isinstance(world.model, Scripted)
    assert len(world.model.requests) > 50
    insiders = 0
    for request in world.model.requests:
        whole = told(request)
        for canary, audience in heard.items():
            if request.brief.speaker.id in audience:
                insiders += canary in whole
            else:
                assert canary not in whole
    assert insiders > 20
    for member in room.members.values():
        for record in member.memory.records.values():
            known = {canary for canary in heard if canary in record.text}
            assert all(member.id in heard[canary] for canary in known)


async def test_a_whisper_changes_no_outsiders_wish_to_speak():
    bids: list[list[tuple[str, float]]] = []
    for text in ("Joinery and bus routes, bus routes and joinery.", "The weather is mild today."):
        world = outside()
        room = await founded(world)
        await say(world, room, "amina", "We begin with the bollards of the square.")
        await say(world, room, "bruno", text, visible_to=("bruno", "esther"), side=-1.0)
        outsiders = [b for b in floor.bids(room) if b.member.id in ("amina", "chiara", "dmitri")]
        bids.append([(b.member.id, b.motive) for b in outsiders])
    assert bids[0] == bids[1]


async def test_a_whispered_proposal_is_on_no_outsiders_table():
    world = outside()
    room = await founded(world)
    pair = ("amina", "bruno", "chiara")
    await say(
        world, room, "amina", "We should rent out the cellar.", move="propose", visible_to=pair
    )
    for speaker in pair[1:]:
        await say(world, room, speaker, "Yes, the cellar pays for it.", visible_to=pair)
    for viewer in room.members:
        table = brief(room, plan_for(room, viewer)).table
        points = room.inventory.on("i1", viewer)
        assert bool(table) is (viewer in pair)
        assert (backed(points, moves.BACKERS) is not None) is (viewer in pair)


async def test_only_the_last_directives_one_may_see_are_followed():
    world = outside()
    room = await founded(world)
    for index in range(80):
        payload = {"text": f"Directive {index}.", "pin": index == 0}
        audience = ("bruno", "observer") if index % 2 else "all"
        await driving.note(world, room, [Draft("observer.spoke", payload, visible_to=audience)])
    assert len(room.directives) == 50
    assert room.directives[0].text == "Directive 0."
    assert brief(room, plan_for(room, "amina")).directives[-1] == "Directive 78."
    assert brief(room, plan_for(room, "bruno")).directives == (
        "Directive 77.",
        "Directive 78.",
        "Directive 79.",
    )
