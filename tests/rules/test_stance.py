"""Where agents stand, and what moves them."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st
from scripted import founded, of_type, outside, people, played, say

from symposion.engine.chance import Chance
from symposion.engine.persona import complete
from symposion.engine.stance import PERSUASION, Position, is_flip, leaning, opening_positions, pull
from symposion.engine.style import style_of
from symposion.ports.brief import Issue

SIDE = st.floats(-1, 1)
SHARE = st.floats(0, 1)


ISSUE = Issue("i1", "Should the tram line be built?", ("tram line",))


def opened(seed: str, size: int) -> list[tuple[float, float]]:
    chance = Chance(seed)
    cast = [(complete(agent, chance), style_of(agent.traits)) for agent in people(size)]
    return opening_positions(cast, ISSUE, chance, "en")


def test_a_goal_that_speaks_of_the_issue_decides_the_first_stance():
    assert leaning("open the tram line before winter", ISSUE, "en") == 1
    assert leaning("keep the tram out of Market Street", ISSUE, "en") == -1
    assert leaning("sell more bread", ISSUE, "en") == 0
    keep = Issue("i2", "Should we keep our advice not to launch below 53 degrees?", ("advice",))
    assert leaning("keep the advice not to launch", keep, "en") == 1
    assert leaning("launch tomorrow", keep, "en") == -1

    for seed in range(40):
        chance = Chance(str(seed))
        plain = people(5)
        goals = ["build the tram", "stop the tram line", "", "", ""]
        cast = [
            (complete(a.model_copy(update={"goal": g}), chance), style_of(a.traits))
            for a, g in zip(plain, goals, strict=True)
        ]
        found = opening_positions(cast, ISSUE, chance, "en")
        assert found[0][0] > found[1][0]


def test_no_room_starts_of_one_mind():
    for seed in range(60):
        for size in (2, 5, 9):
            xs = [x for x, _ in opened(str(seed), size)]
            assert max(xs) - min(xs) >= 0.3
            assert all(-1 <= x <= 1 for x in xs)
            assert all(0.15 <= conviction <= 0.90 for _, conviction in opened(str(seed), size))


@given(SIDE, st.floats(0.15, 0.9), SIDE, SHARE, st.sampled_from((0.0, 0.25, 1.0)), SHARE)
def test_an_argument_pulls_towards_its_side_and_never_far(
    x: float, conviction: float, side: float, trust: float, novelty: float, bias: float
):
    dx = pull(
        Position(x, conviction, x), side, trust=trust, novelty=novelty, strength=1.0, bias=bias
    )
    assert dx * (side - x) >= 0
    assert abs(dx) <= PERSUASION * min(1.0, abs(side - x)) + 1e-9
    if not novelty or not trust:
        assert dx == 0


def test_who_is_sure_distrusts_or_is_biased_moves_less():
    def moved(**changes: float) -> float:
        fields = {"conviction": 0.3, "trust": 0.5, "novelty": 1.0, "bias": 0.0} | changes
        position = Position(-0.4, fields.pop("conviction"), -0.4)
        return pull(position, 0.6, strength=1.0, **fields)  # pyright: ignore[reportArgumentType]

    assert 0 < moved(conviction=0.9) < moved()
    assert 0 < moved(trust=0.2) < moved()
    assert moved(bias=1.0) == moved() / 2
    assert moved(novelty=0.25) == moved() / 4


def test_a_flip_needs_another_sign_and_some_distance_on_both_sides():
    assert is_flip(-0.2, 0.2)
    assert not is_flip(-0.1, 0.2)
    assert not is_flip(0.2, 0.6)
    assert not is_flip(0.0, 0.9)


async def test_a_stance_moves_only_by_turns_that_can_be_named():
    moves = 0
    for seed in range(4):
        events, _ = await played(seed=f"stance {seed}", turns=60)
        turns = {e.seq: e.payload for e in of_type(events, "turn.committed")}
        for event in of_type(events, "stance.moved"):
            p = event.payload
            moves += 1
            assert abs(p["to"] - p["from"]) >= 0.2 - 1e-9 or abs(p["to"]) == 1.0
            assert p["flip"] is is_flip(p["from"], p["to"])
            causes = [turns[seq] for seq in p["causes"] if seq < event.seq]
            assert len(causes) == len(p["causes"]) > 0
            assert {turn["issue"] for turn in causes} == {p["issue"]}
            assert p["agent_id"] not in {turn["speaker"] for turn in causes}
    assert moves >= 4


async def test_the_ledger_of_stances_has_no_gap():
    events, room = await played(seed="ledger", turns=80)
    known = {
        (event.payload["agent_id"], row["issue"]): row["x"]
        for event in of_type(events, "stance.committed")
        if event.payload["phase"] == "first"
        for row in event.payload["positions"]
    }
    for event in of_type(events, "stance.moved"):
        key = (event.payload["agent_id"], event.payload["issue"])
        assert event.payload["from"] == known[key]
        known[key] = event.payload["to"]
    for member in room.members.values():
        for issue, position in member.positions.items():
            assert position.x == known[member.id, issue]


async def test_the_spread_of_a_room_never_falls_to_nothing_silently():
    for seed in range(3):
        events, room = await played(seed=f"spread {seed}", turns=120)
        moved: defaultdict[str, int] = defaultdict(int)
        for event in of_type(events, "stance.moved"):
            moved[event.payload["issue"]] += 1
        for issue in room.issues:
            xs = [m.positions[issue.id].x for m in room.members.values()]
            firsts = [m.positions[issue.id].first for m in room.members.values()]
            assert max(xs) - min(xs) > 0.05
            if (max(firsts) - min(firsts)) - (max(xs) - min(xs)) > 0.2:
                assert moved[issue.id]


async def test_a_claim_heard_again_pulls_less_and_then_not_at_all():
    world = outside()
    room = await founded(world, cast=people(3))
    bruno = room.members["bruno"].positions["i1"]
    bruno.x, bruno.conviction = 0.0, 0.15
    pressures: list[float] = []
    for speaker in ("amina", "chiara", "amina", "chiara"):
        before = bruno.pressure
        await say(world, room, speaker, "Closing the square saves forty children a year.", side=1.0)
        pressures.append(bruno.pressure - before)
    assert pressures[0] > pressures[1] > 0
    assert pressures[2] == pressures[3] == 0
    assert len(bruno.causes) == 2


async def test_a_run_ends_with_a_private_vote_of_everybody():
    events, room = await played(turns=5)
    votes = [e for e in of_type(events, "stance.committed") if e.payload["phase"] == "final"]
    assert {e.payload["agent_id"] for e in votes} == set(room.members)
    assert all(e.visible_to == (e.payload["agent_id"],) for e in votes)
    assert events[-1].type == "run.ended"
