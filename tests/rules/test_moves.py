"""Which dialogue act a turn performs."""

from collections import Counter
from itertools import pairwise

import pytest
from scripted import founded, of_type, outside, people, played, say

from symposion.engine import moves
from symposion.engine.room import Room


def drawn(room: Room, speaker: str, times: int = 200) -> Counter[str]:
    found: Counter[str] = Counter()
    start = room.slot
    for slot in range(start, start + times):
        room.slot = slot
        found[moves.choose(room, room.members[speaker]).move] += 1
    room.slot = start
    return found


async def test_an_owed_answer_forces_an_answer_to_the_asker():
    world = outside()
    room = await founded(world)
    await say(world, room, "amina", "Bruno, who pays for the bollards?")
    for slot in range(30):
        room.slot = slot
        choice = moves.choose(room, room.members["bruno"])
        assert (choice.move, choice.addressee, choice.owed) == ("answer", "amina", True)
        assert choice.answering is not None
        assert choice.answering.said.turn == 1
    assert "answer" not in drawn(room, "chiara")


async def test_a_decision_needs_a_proposal_that_two_others_took_up():
    world = outside()
    room = await founded(world)
    side = 0.8
    room.members["dmitri"].positions["i1"].x = 0.6
    room.members["esther"].positions["i1"].x = -0.6
    await say(
        world, room, "amina", "We should close the square on Sundays.", move="propose", side=side
    )
    assert "decide" not in drawn(room, "dmitri")
    await say(world, room, "bruno", "Sundays give the shops a test.", side=side)
    assert "decide" not in drawn(room, "dmitri")
    await say(world, room, "chiara", "And children could play there.", side=side)
    assert "decide" in drawn(room, "dmitri")
    assert "decide" not in drawn(room, "esther")


async def test_who_objects_or_backs_twice_is_no_backer():
    world = outside()
    room = await founded(world)
    await say(world, room, "amina", "We should close the square on Sundays.", move="propose")
    await say(world, room, "amina", "Closing it is cheap.")
    await say(world, room, "bruno", "I doubt that, and I worry about deliveries.")
    await say(world, room, "bruno", "Deliveries come by lorry.", move="object")
    await say(world, room, "chiara", "Against it I say nothing.", side=-0.5)
    for _ in range(2):
        await say(world, room, "dmitri", "Sundays are calm anyway.")
    assert room.inventory.on("i1", "amina")[0].backers == ["dmitri"]


async def test_a_summary_comes_after_ten_turns_and_not_within_ten_of_the_last():
    for seed in range(3):
        events, _ = await played(turns=45, seed=f"sum {seed}", cast=people(4))
        at = [
            e.payload["number"]
            for e in of_type(events, "turn.planned")
            if e.payload["move"] == "summarise"
        ]
        assert all(number > moves.SUMMARY_GAP for number in at)
        assert all(b - a >= moves.SUMMARY_GAP for a, b in pairwise(at))


async def test_no_summary_is_drawn_within_ten_turns_of_the_last():
    world = outside()
    room = await founded(world, turns=0)
    await say(world, room, "amina", "The square is calm.")
    room.turns = 30
    for summarised, may in ((0, True), (20, True), (21, False), (30, False)):
        room.summarised = summarised
        assert ("summarise" in drawn(room, "bruno", 1000)) is may


async def test_a_move_used_lately_is_about_a_third_as_likely():
    world = outside()
    room = await founded(world, cast=people(3), turns=0)
    member = room.members["amina"]
    before = drawn(room, "amina", 2000)["inform"]
    member.moves.append("inform")
    after = drawn(room, "amina", 2000)["inform"]
    share, other = before / 2000, after / 2000
    assert (other / (1 - other)) / (share / (1 - share)) == pytest.approx(moves.REUSED, abs=0.08)


async def test_the_last_turn_closes_and_no_other_does():
    events, _ = await played(turns=25)
    closing = [
        e.payload["number"]
        for e in of_type(events, "turn.committed")
        if e.payload["move"] == "close"
    ]
    assert closing == [25]


async def test_a_late_period_leans_to_sums_and_decisions():
    world = outside()
    room = await founded(world, turns=0)
    await say(world, room, "amina", "The square is calm.")
    morning = drawn(room, "bruno", 1500)
    room.period = "afternoon"
    afternoon = drawn(room, "bruno", 1500)
    assert afternoon["object"] > morning["object"]
    assert afternoon["propose"] < morning["propose"]


def test_a_repair_never_asks_for_the_same_move_again_except_an_answer():
    for move in ("inform", "example", "warn", "ask", "object", "propose"):
        asked = [moves.after_repairs(move, attempt) for attempt in range(4)]  # pyright: ignore[reportArgumentType]
        assert asked[0] == move
        assert all(other != move for other in asked[1:])
        assert asked[1] != asked[2]
    assert moves.after_repairs("answer", 2) == "answer"


async def test_what_is_decided_stays_decided_and_the_room_moves_on():
    world = outside()
    room = await founded(world, turns=0, turns_per_issue=2)
    await say(world, room, "amina", "So we agree: we decided to close the square.", move="decide")
    assert room.decided == {"i1": 1}
    await say(world, room, "bruno", "Good to have that behind us.", move="inform")
    choice = moves.choose(room, room.members["chiara"])
    assert choice.issue in ("i1", "i2")
    issues = {moves.choose(room, room.members[m]).issue for m in ("chiara", "dmitri", "esther")}
    assert "i2" in issues
