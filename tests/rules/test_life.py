"""The life of a turn: crashes, failures, other drivers, rounds."""

from collections import Counter
from collections.abc import Sequence

import pytest
from scripted import (
    Killed,
    KillingLog,
    Script,
    Scripted,
    Sleep,
    driven,
    fingerprint,
    founded,
    of_type,
    outside,
    people,
    played,
    say,
    square,
    survived,
    transcript,
)

from symposion.engine import drive as driving
from symposion.engine import floor, life, opening
from symposion.engine.chance import Chance
from symposion.engine.log import Draft, canonical, first_break
from symposion.engine.memory_log import MemoryLog
from symposion.engine.similarity import compare
from symposion.engine.text import analyse
from symposion.ports.language import ModelFailed, Price
from symposion.ports.log import Event, StaleHead

PRICE = Price(tokens_in=1_000_000, tokens_out=4_000_000)
TURNS = 8
PINNED = "e99d719f8185d9e2406fff06b20fd537c61b57c437de2be69e50e3fe748c786b"
"""sha256 of a run's log without wall times. A rule, a word list or a Python version that changes a
run changes it; where the rules were meant to change, pin what ``tests/rules/digest.py`` prints."""


def failure(reason: str = "server", **how: object) -> ModelFailed:
    return ModelFailed("the provider is out", reason=reason, **how)  # pyright: ignore[reportArgumentType]


def repeat_prone(**script: object) -> Scripted:
    return Scripted(Script(repeats=0.4, **script))  # pyright: ignore[reportArgumentType]


def balanced(events: Sequence[Event]) -> bool:
    """Return whether every reservation of a finished run was settled once."""
    reserved = sum(e.payload["amount"] for e in of_type(events, "budget.reserved"))
    return reserved == sum(e.payload["reserved"] for e in of_type(events, "budget.settled"))


async def test_a_run_killed_after_any_one_append_ends_as_if_it_had_not_been():
    whole, _ = await played(repeat_prone(), turns=TURNS)
    log = KillingLog(lambda _: False)
    model = repeat_prone()
    await survived(outside(model, log), turns=TURNS)
    for at in range(1, log.appends + 1):
        killed = repeat_prone()
        events, kills = await survived(outside(killed, KillingLog(at.__eq__)), turns=TURNS)
        assert kills == 1
        assert transcript(events) == transcript(whole)
        assert killed.calls == model.calls
        assert len(of_type(events, "call.sent")) <= model.calls + 1
        assert first_break(events) == 0
        assert balanced(events)


async def test_a_run_killed_during_any_one_call_makes_one_more_and_ends_the_same():
    model = Scripted(price=PRICE)
    whole, room = await played(model, turns=TURNS)
    assert room.account.spent > 0
    for at in range(1, model.calls + 1):

        def die(call: int, at: int = at) -> None:
            if call == at:
                raise Killed

        killed = Scripted(price=PRICE, before=die)
        events, kills = await survived(outside(killed), turns=TURNS)
        assert (kills, killed.calls) == (1, model.calls + 1)
        assert transcript(events) == transcript(whole)
        doubt = of_type(events, "call.in_doubt")
        assert len(doubt) == 1
        charged = next(e for e in events if e.seq == doubt[0].seq + 1)
        assert charged.payload["spent"] == charged.payload["reserved"] > 0
        assert balanced(events)


@pytest.mark.parametrize("seed", range(6))
async def test_a_run_killed_again_and_again_still_ends_the_same(seed: int):
    whole, _ = await played(repeat_prone(), turns=TURNS, seed=str(seed))
    chance = Chance(f"kills {seed}")

    def die(call: int) -> None:
        if chance.number("call", call) < 0.3:
            raise Killed

    log = KillingLog(lambda append: chance.number("append", append) < 0.3)
    model = Scripted(Script(repeats=0.4), before=die)
    events, kills = await survived(outside(model, log), turns=TURNS, seed=str(seed))
    assert kills > 5
    assert transcript(events) == transcript(whole)
    numbers = [number for number, _, _ in transcript(events)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert balanced(events)


async def test_a_log_cut_anywhere_can_be_taken_up():
    whole, _ = await played(repeat_prone(), turns=TURNS)
    start = next(e.seq for e in whole if e.type == "turn.planned")
    for cut in range(start, len(whole)):
        world = outside(repeat_prone(), MemoryLog(whole[:cut]))
        room = await driving.resume(world)
        assert room is not None
        await driven(world, room)
        events = await world.log.read()
        assert transcript(events) == transcript(whole)
        assert room.account.reserved == 0


async def test_the_same_seed_gives_the_same_log_whatever_the_clock_says():
    logs: list[str] = []
    for start in (0, 86_400):
        world = outside(repeat_prone(), start=start)
        await driven(world, await founded(world, turns=20))
        events = await world.log.read()
        assert first_break(events) == 0
        logs.append(fingerprint(events))
    assert logs[0] == logs[1]
    other, _ = await played(repeat_prone(), turns=20, seed="another")
    assert fingerprint(other) != logs[0]


async def test_a_run_gives_the_same_bytes_on_every_python():
    events, _ = await played(repeat_prone(), turns=30)
    assert fingerprint(events) == PINNED, f"this run: {fingerprint(events)}"


async def test_three_failures_make_the_run_wait_and_the_next_drive_goes_on():
    whole, _ = await played(Scripted(), turns=6)
    model = Scripted(Script(failures=lambda call: failure() if 3 <= call <= 5 else None))
    world = outside(model)
    room = await founded(world, turns=6)
    events = await driven(world, room)
    assert room.halted == "waiting_provider"
    assert len(transcript(events)) == 2
    assert model.calls == 5
    rest = await driven(world, room)
    assert transcript([*events, *rest]) == transcript(whole)
    assert room.ended == "turns"
    assert balanced(await world.log.read())


async def test_tries_are_spaced_and_a_provider_may_ask_for_more():
    waits = iter((None, 7.0, None))
    model = Scripted(
        Script(failures=lambda _: failure("rate-limit", retry_after=next(waits))), price=PRICE
    )
    world = outside(model)
    room = await founded(world)
    await driven(world, room)
    assert isinstance(world.sleep, Sleep)
    first, second = world.sleep.slept
    assert 0.5 <= first <= 1.5
    assert second == 7.0
    sent = of_type(await world.log.read(), "budget.reserved")
    assert len(sent) == 1


async def test_a_permanent_error_halts_at_once_and_says_why():
    model = Scripted(Script(failures=lambda _: failure("auth", permanent=True)))
    world = outside(model)
    room = await founded(world)
    events = await driven(world, room)
    assert (room.halted, model.calls) == ("model-refused", 1)
    assert events[-1].payload["detail"] == "the provider is out"
    assert not transcript(events)


async def test_a_call_that_may_have_been_paid_is_charged_in_full():
    model = Scripted(
        Script(failures=lambda call: failure("timeout") if call == 1 else None), price=PRICE
    )
    world = outside(model)
    room = await founded(world, turns=1)
    events = await driven(world, room)
    settled = of_type(events, "budget.settled")
    assert settled[0].payload["spent"] == settled[0].payload["reserved"] > 0
    cost = of_type(events, "turn.committed")[0].payload["cost"]
    assert cost == room.account.spent == sum(e.payload["spent"] for e in settled)


async def test_a_model_that_repeats_itself_is_repaired_and_never_posts_the_repeat():
    model = repeat_prone()
    events, room = await played(model, turns=40)
    assert room.turns == 40
    refused = [e for e in of_type(events, "guard.judged") if not e.payload["passed"]]
    assert len(refused) >= 8
    assert model.calls == 40 + len(refused)
    said = [analyse(text, room.names, "en") for _, _, text in transcript(events)]
    for index, words in enumerate(said):
        assert all(compare(words, other).trigram < 0.2 for other in said[:index])


async def test_a_repair_asks_for_another_move_and_quotes_what_was_refused():
    model = repeat_prone()
    await played(model, turns=20)
    pairs = [
        (first, second)
        for first, second in zip(model.requests, model.requests[1:], strict=False)
        if second.brief.attempt == 1
    ]
    assert pairs
    for first, second in pairs:
        if first.brief.move not in ("answer", "close"):
            assert second.brief.move != first.brief.move
        assert second.brief.flagged
        assert second.brief.flagged[:40] in second.prompt[-1].text
        assert second.key != first.key


async def test_a_model_that_only_repeats_passes_and_the_run_ends():
    model = Scripted(Script(repeats=1.0, stubborn=True))
    events, room = await played(model, turns=40)
    assert room.ended == "silence"
    assert len(transcript(events)) == 5
    assert {e.payload["reason"] for e in of_type(events, "turn.passed")} == {"repetition"}


async def test_what_the_observer_says_during_a_call_makes_the_turn_stale():
    log = MemoryLog()
    spoke = Draft(
        "observer.spoke", {"text": "Think of the cyclists.", "pin": False}, actor_id="observer"
    )
    model = Scripted(price=PRICE)
    world = outside(model, log)
    room = await founded(world, turns=4)
    other = outside(model, log)
    stepping = driving.drive(world, room)
    async for event in stepping:
        if event.type == "call.sent":
            second = await driving.resume(other)
            assert second is not None
            await driving.note(other, second, [spoke])
            break
    with pytest.raises(StaleHead):
        await anext(stepping)
    room = await driving.resume(world)
    assert room is not None
    events = await driven(world, room)
    kinds = [e.type for e in events[:3]]
    assert kinds == ["call.in_doubt", "budget.settled", "turn.discarded"]
    assert room.ended == "turns"
    assert model.calls == 5
    assert balanced(await log.read())
    assert all("cyclists" in r.prompt[-1].text for r in model.requests[1:])


async def test_what_the_observer_says_before_a_call_saves_the_call():
    model = Scripted(price=PRICE)
    world = outside(model)
    room = await founded(world, turns=2)
    kinds: list[str] = []
    async for event in driving.drive(world, room):
        kinds.append(event.type)
        if event.type == "call.sent" and "observer.spoke" not in kinds:
            kinds.append("observer.spoke")
            await driving.note(
                world, room, [Draft("observer.spoke", {"text": "Wait.", "pin": False})]
            )
    after = kinds.index("observer.spoke")
    assert kinds[after + 1 : after + 3] == ["budget.settled", "turn.discarded"]
    assert model.calls == 2
    assert room.account.reserved == 0


@pytest.mark.parametrize("seed", range(5))
async def test_of_two_drivers_on_one_log_only_one_commits(seed: int):
    log = MemoryLog()
    world = outside(Scripted(), log)
    rooms = [await founded(world, turns=12)]
    same = await driving.resume(world)
    assert same is not None
    rooms.append(same)
    drivers = [driving.drive(world, room) for room in rooms]
    chance = Chance(f"drivers {seed}")
    step = lost = 0
    while drivers:
        step += 1
        stepping = chance.pick(drivers, step)
        try:
            await anext(stepping)
        except StopAsyncIteration:
            drivers.remove(stepping)
        except StaleHead:
            lost += 1
            drivers.remove(stepping)
    events = await log.read()
    assert lost == 1
    assert [n for n, _, _ in transcript(events)] == list(range(1, 13))
    assert first_break(events) == 0
    assert balanced(events)


async def test_a_paused_run_asks_nobody_however_often_it_is_driven():
    model = Scripted(price=PRICE)
    world = outside(model)
    room = await founded(world, turns=4)
    stepping = driving.drive(world, room)
    async for event in stepping:
        if event.type == "call.sent":
            await driving.note(world, room, [Draft("run.paused", {})])
            break
    for _ in range(3):
        room = await driving.resume(world)
        assert room is not None
        await driven(world, room)
    assert model.calls == 0
    assert len(of_type(await world.log.read(), "budget.settled")) == 1
    assert room.paused
    await driving.note(world, room, [Draft("run.resumed", {})])
    await driven(world, room)
    assert room.ended == "turns"


async def test_a_halted_run_that_is_paused_stays_paused():
    model = Scripted(Script(failures=lambda _: failure("auth", permanent=True)))
    world = outside(model)
    room = await founded(world)
    await driven(world, room)
    await driving.note(world, room, [Draft("run.paused", {})])
    assert await driven(world, room) == []
    assert (room.paused, model.calls) == (True, 1)


async def rounds(world: driving.Outside, room: driving.Room, count: int) -> list[Event]:
    events: list[Event] = []
    for _ in range(count):
        opened = Draft("round.opened", {"number": room.rounds + 1, "coverage": "all"})
        await driving.note(world, room, [opened])
        events += await driven(world, room)
    return events


@pytest.mark.parametrize("size", [2, 3, 7])
async def test_everybody_speaks_once_in_a_round_and_at_most_two_more_turns_follow(size: int):
    world = outside()
    room = await founded(world, cast=people(size), turns=0, turns_per_period=0)
    events = await rounds(world, room, 12)
    closed = of_type(events, "round.closed")
    assert [e.payload["number"] for e in closed] == list(range(1, 13))
    speakers = {n: s for n, s, _ in transcript(events)}
    for event in closed:
        spoken = [speakers[n] for n in event.payload["turns"]]
        assert set(spoken[:size]) == set(room.members)
        assert len(spoken) <= size + 2
    assert room.round is None


async def test_a_round_of_a_model_that_only_repeats_ends_with_passes():
    world = outside(Scripted(Script(repeats=1.0, stubborn=True)))
    room = await founded(world, cast=people(3), turns=0, turns_per_period=0)
    events = await rounds(world, room, 4)
    assert len(of_type(events, "round.closed")) == 4
    per_round = Counter(e.payload["speaker"] for e in of_type(events, "turn.passed"))
    assert all(count >= 3 for count in per_round.values())


async def test_two_passed_extra_turns_use_up_the_extra_turns_of_a_round():
    world = outside()
    room = await founded(world, cast=people(3), turns=0, turns_per_period=0)
    await driving.note(world, room, [Draft("round.opened", {"number": 1, "coverage": "all"})])
    for name, question in (("amina", "Bruno"), ("bruno", "Chiara"), ("chiara", "Amina")):
        await say(world, room, name, f"{question}, who pays for the bollards of {name}?")
    for extra in range(3):
        assert room.round is not None
        assert room.round.extra == extra
        chosen = floor.choose(room)
        assert (chosen is not None) is (extra < 2)
        step = life.next_step(room, world.model.card)
        assert isinstance(step, life.Append)
        planned = step.drafts[0]
        assert planned.type == ("turn.planned" if chosen else "round.closed")
        passed = Draft("turn.passed", {"reason": "empty", "speaker": chosen.id if chosen else ""})
        await driving.note(world, room, [planned, *([passed] if chosen else [])])


async def test_a_round_of_questions_and_repeats_comes_to_an_end():
    texts = {
        1: "Bruno, why should we?",
        2: "Chiara, why should we not?",
        3: "Amina, who pays for it?",
    }
    model = Scripted(Script(texts=texts, repeats=1.0, stubborn=True))
    world = outside(model)
    room = await founded(world, cast=people(3), turns=0, turns_per_period=0)
    for member in room.members.values():
        member.style = room.members["amina"].style
    events = await rounds(world, room, 3)
    assert len(of_type(events, "round.closed")) == 3


async def test_a_round_goes_on_at_the_next_speaker_after_a_halt():
    model = Scripted(Script(failures=lambda call: failure() if 3 <= call <= 5 else None))
    world = outside(model)
    room = await founded(world, turns=0, turns_per_period=0)
    first = await rounds(world, room, 1)
    assert room.halted
    assert room.round is not None
    rest = await driven(world, room)
    spoken = [speaker for _, speaker, _ in transcript([*first, *rest])]
    assert len(set(spoken[:5])) == 5
    assert room.round is None


async def test_a_speaker_who_leaves_during_a_call_says_nothing():
    world = outside()
    room = await founded(world, turns=6)
    gone = ""
    async for event in driving.drive(world, room):
        if event.type == "call.sent" and not gone:
            assert room.open is not None
            gone = room.open.plan.speaker
            cast = [a for a in people() if a.id != gone]
            await driving.note(world, room, opening.update(room, cast, square()))
    events = await world.log.read()
    assert len(of_type(events, "turn.discarded")) == 1
    assert gone not in {speaker for _, speaker, _ in transcript(events)}


async def test_a_room_goes_on_when_its_scenario_changes_in_the_middle_of_a_turn():
    world = outside()
    room = await founded(world, turns=30)
    other = square(text="A library may open on Sundays.", issues=("Should it open on Sundays?",))
    changed = False
    async for event in driving.drive(world, room):
        if event.type == "call.sent" and room.turns == 9 and not changed:
            changed = True
            await driving.note(world, room, opening.update(room, people(), other))
    assert room.ended == "turns"
    later = [
        e for e in of_type(await world.log.read(), "turn.committed") if e.payload["number"] > 9
    ]
    assert {e.payload["issue"] for e in later} == {"i1"}
    assert driving.turn_of(later[0], room.people()) is not None


async def test_every_payload_is_small_and_survives_json():
    model = repeat_prone(
        texts={4: "x" * 2_000_000, 6: "half \ud800 a character \x00 and more of it"}
    )
    events, _ = await played(model, turns=12)
    assert len(transcript(events)) == 12
    assert max(len(canonical(event.payload)) for event in events) < 25_000
    usual, _ = await played(turns=12)
    assert max(len(canonical(event.payload)) for event in usual) < 4_000


async def test_the_prompt_that_was_planned_is_the_prompt_that_is_sent():
    model = Scripted()
    events, _ = await played(model, turns=15)
    planned = [e.payload["prompt_sha256"] for e in of_type(events, "turn.planned")]
    assert [life.prompt_hash(request) for request in model.requests] == planned


async def test_no_cost_is_claimed_where_no_price_is_known():
    events, _ = await played(Scripted(price=None), turns=2)
    assert {e.payload["cost"] for e in of_type(events, "turn.committed")} == {None}
