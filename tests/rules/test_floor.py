"""Who speaks next, or nobody."""

from dataclasses import replace
from itertools import pairwise

import pytest
from scripted import Scripted, driven, founded, of_type, outside, people, played, say, square

from symposion.engine import drive as driving
from symposion.engine import floor
from symposion.engine.log import Draft
from symposion.engine.reading import read
from symposion.engine.room import Room
from symposion.engine.settings import EngineSettings, silence_threshold
from symposion.ports.log import Event


def gini(counts: list[int]) -> float:
    ordered, total, n = sorted(counts), sum(counts), len(counts)
    return sum((2 * i - n - 1) * c for i, c in enumerate(ordered, 1)) / (n * total)


def respected(events: list[Event], room: Room) -> tuple[int, int]:
    """Return how many uniquely asked people spoke within two turns, and how many were asked."""
    turns = of_type(events, "turn.committed")
    kept = asked = 0
    for index, event in enumerate(turns[:-2]):
        p = event.payload
        reading = read(p["text"], p["speaker"], room.people(), "en")
        called = set(reading.asked) | set(reading.named)
        if len(called) == 1 and reading.questions:
            asked += 1
            kept += bool(called & {t.payload["speaker"] for t in turns[index + 1 : index + 3]})
    return kept, asked


@pytest.mark.parametrize("size", [4, 8])
async def test_who_is_asked_by_name_speaks_within_two_turns(size: int):
    kept = asked = 0
    for seed in range(8):
        events, room = await played(seed=str(seed), cast=people(size), turns=36)
        found = respected(events, room)
        kept, asked = kept + found[0], asked + found[1]
    assert asked >= 20
    assert kept / asked >= 0.95


@pytest.mark.parametrize("size", [3, 8])
async def test_turns_are_shared_out_evenly_but_not_by_the_clock(size: int):
    shares: list[float] = []
    for seed in range(3):
        events, room = await played(seed=f"gini {seed}", cast=people(size), turns=10 * size)
        counts = dict.fromkeys(room.members, 0)
        for event in of_type(events, "turn.committed"):
            counts[event.payload["speaker"]] += 1
        shares.append(gini(list(counts.values())))
    assert 0.0 < sum(shares) / len(shares) <= 0.25
    assert max(shares) <= 0.35


async def test_who_is_addressed_keeps_the_floor_from_all_who_cannot_reach_it():
    world = outside()
    room = await founded(world, turns=0)
    await say(world, room, "amina", "Bruno, who pays for the bollards?")
    drawn: dict[float, set[str]] = {}
    for reach in (0.05, 9.0):
        for member in room.members.values():
            member.style = replace(member.style, cut_in=reach)
            member.last_turn = room.turns if member.id == "bruno" else -100
        speakers = drawn[reach] = set()
        for room.slot in range(300):
            speaker = floor.choose(room)
            assert speaker is not None
            speakers.add(speaker.id)
    holder = next(b for b in floor.bids(room) if b.member.id == "bruno")
    near = {b.member.id for b in floor.bids(room) if b.score >= holder.score - 0.05}
    assert drawn[0.05] <= near
    assert drawn[9.0] - near


async def test_who_spoke_more_than_their_share_is_held_back():
    ginis: list[float] = []
    for penalty in (0.5, 0.0):
        found = 0.0
        for seed in range(3):
            events, room = await played(seed=str(seed), turns=60, share_penalty=penalty)
            counts = dict.fromkeys(room.members, 0)
            for event in of_type(events, "turn.committed"):
                counts[event.payload["speaker"]] += 1
            found += gini(list(counts.values()))
        ginis.append(found)
    assert ginis[0] < 0.8 * ginis[1]


async def test_nobody_speaks_twice_in_a_row():
    for seed in range(4):
        events, _ = await played(seed=str(seed), turns=30)
        speakers = [e.payload["speaker"] for e in of_type(events, "turn.committed")]
        assert all(a != b for a, b in pairwise(speakers))


async def test_the_draw_depends_on_the_slot_and_the_seed_alone():
    world = outside()
    room = await founded(world)
    again = await driving.resume(world)
    assert again is not None
    drawn: set[str] = set()
    for slot in range(40):
        room.slot = again.slot = slot
        one, two = floor.choose(room), floor.choose(again)
        assert one is not None
        assert two is not None
        assert one.id == two.id
        drawn.add(one.id)
    assert len(drawn) >= 3


async def test_a_spent_room_falls_silent_gets_a_new_fact_and_then_ends():
    shy = people(1)[0].traits.model_copy(update={"extroversion": 1, "energy": 1})
    bare = {"goal": "", "expertise": "", "background": "", "memories": (), "personality": shy}
    quiet = [agent.model_copy(update=bare) for agent in people(4)]
    scenario = square(beats=("A lorry blocks the square.",))
    events, room = await played(cast=quiet, scenario=scenario, disagrees=0.0)
    assert room.ended == "silence"
    kinds = [e.type for e in events]
    assert kinds.index("floor.silent") < kinds.index("beat.injected")
    assert kinds.index("turn.committed") < kinds.index("floor.silent"), "somebody always begins"
    assert room.turns < 20
    assert of_type(events, "beat.injected")[0].payload == {
        "text": "A lorry blocks the square.",
        "kind": "scenario",
    }


async def test_waiting_makes_nobody_speak_who_has_nothing_to_say():
    world = outside()
    room = await founded(world, turns=0, talk=0.0, unsaid=0.0, relevance=0.0, disagrees=0.0)
    await say(world, room, "amina", "The square is quiet today.")
    for member in room.members.values():
        member.last_turn = -10_000
    assert floor.choose(room) is None


async def test_a_direct_question_opens_the_silence():
    world = outside()
    room = await founded(world, turns=0, talk=0.0, unsaid=0.0, relevance=0.0, disagrees=0.0)
    await say(world, room, "amina", "Bruno, who pays for the bollards?")
    speaker = floor.choose(room)
    assert speaker is not None
    assert speaker.id == "bruno"


@pytest.mark.parametrize(
    ("present", "theta"), [(1, 0.25), (2, 0.25), (3, 0.40), (8, 0.60), (9, 0.60), (50, 0.60)]
)
def test_the_silence_threshold_is_that_of_the_design(present: int, theta: float):
    assert silence_threshold(present) == pytest.approx(theta)


async def test_a_question_stays_owed_for_four_turns_and_is_then_ignored():
    world = outside()
    room = await founded(world, turns=0)
    await say(world, room, "amina", "Bruno, who pays for the bollards?")
    bruno = room.members["bruno"]
    before = room.members["amina"].relations.get("bruno", 0.0)
    for index, speaker in enumerate(("chiara", "dmitri", "esther", "chiara"), 1):
        assert [b.owes for b in floor.bids(room) if b.member is bruno] == [True], index
        await say(world, room, speaker, f"The cobbles number {index} are loose again.")
    assert [b.owes for b in floor.bids(room) if b.member is bruno] == [False]
    ignored = of_type(await world.log.read(), "floor.ignored")
    assert [e.payload for e in ignored] == [{"by": "bruno", "from": "amina", "turn": 1}]
    assert room.members["amina"].relations["bruno"] == pytest.approx(before - 0.4)
    assert bruno.owed == []


@pytest.mark.parametrize("how", [{"move": "answer", "answering": 1}, {"addressee": "amina"}])
async def test_an_answer_settles_the_question(how: dict[str, object]):
    world = outside()
    room = await founded(world, turns=0)
    await say(world, room, "amina", "Bruno, who pays for the bollards?")
    await say(world, room, "bruno", "The council does, from the road fund.", **how)
    assert room.members["bruno"].owed == []


async def test_a_room_where_every_turn_is_passed_ends():
    world = outside(Scripted())
    room = await founded(world)
    for _ in range(2 * len(room.members)):
        await driving.note(
            world, room, [Draft("turn.passed", {"reason": "empty", "speaker": "amina"})]
        )
    assert floor.choose(room) is None
    await driven(world, room)
    assert room.ended == "silence"


def test_settings_refuse_what_they_do_not_know():
    with pytest.raises(ValueError, match="extra"):
        EngineSettings.model_validate({"turn": 3})
