"""The guard in a room."""

from scripted import Script, Scripted, founded, of_type, outside, played, say, transcript

from symposion.engine import guard

LINE = (
    "The bollards must fold down for the fire brigade because every minute counts when the old "
    "timber houses behind the market start to burn."
)
OTHER = "Deliveries before eight in the morning would leave the lunch trade entirely undisturbed."


async def test_a_new_thought_passes_and_a_repeat_does_not():
    world = outside()
    room = await founded(world)
    await say(world, room, "amina", LINE)
    assert guard.judge(room, "amina", OTHER).passed
    verdict = guard.judge(room, "amina", LINE)
    assert "repeat" in verdict.reasons
    assert verdict.match is not None
    assert verdict.match.turn == 1
    assert guard.judge(room, "bruno", LINE).reasons == verdict.reasons


async def test_a_loop_that_changes_only_a_name_or_a_number_is_a_loop():
    world = outside()
    room = await founded(world)
    text = (
        "Bruno counted 40 lorries beside the fountain while the market women packed their stalls "
        "away for the night."
    )
    await say(world, room, "amina", text)
    changed = text.replace("Bruno", "Chiara").replace("40", "75")
    assert "repeat" in guard.judge(room, "dmitri", changed).reasons


async def test_a_turn_may_not_repeat_itself():
    world = outside()
    room = await founded(world)
    assert guard.judge(room, "amina", f"{OTHER} {LINE} {OTHER}").reasons == ("self-repeat",)


async def test_empty_and_merely_polite_turns_are_refused():
    world = outside()
    room = await founded(world)
    assert guard.judge(room, "amina", " ... ").reasons == ("empty",)
    assert "pleasantry" in guard.judge(room, "amina", "Thank you so much, that is great!").reasons


async def test_praise_may_open_one_turn_of_a_speaker_and_no_more():
    world = outside()
    room = await founded(world)
    assert guard.judge(room, "amina", f"Great point! {LINE}").passed
    await say(world, room, "amina", f"Great point! {LINE}")
    assert guard.judge(room, "amina", f"Absolutely. {OTHER}").reasons == ("opener",)
    assert guard.judge(room, "bruno", f"Absolutely. {OTHER}").passed


async def test_what_is_new_in_a_draft_may_be_kept():
    world = outside()
    room = await founded(world)
    await say(world, room, "amina", LINE)
    fresh = (
        f"{OTHER} Shopkeepers could then sweep the cobbles in peace, put out their tables before "
        "the first guests arrive, and keep the whole afternoon free of engines and exhaust fumes."
    )
    verdict = guard.judge(room, "amina", f"{LINE} {fresh}")
    assert "repeat" in verdict.reasons
    assert verdict.kept == fresh


async def test_what_is_left_of_a_repeat_is_not_kept_if_it_is_one_itself():
    world = outside()
    room = await founded(world)
    rest = (
        "Cobbles crack under heavy wheels every single winter. Drains fill with gravel after "
        "long rain. Roots lift the kerb beside the chapel. Nobody sweeps the northern corner on "
        "Sundays. Pigeons own the roof of the corn exchange."
    )
    await say(world, room, "amina", f"{LINE} {rest}")
    verdict = guard.judge(room, "amina", f"{LINE} {rest}")
    assert "repeat" in verdict.reasons
    assert verdict.kept == ""


async def test_every_verdict_is_in_the_log_with_its_numbers():
    model = Scripted(Script(repeats=0.5))
    events, _ = await played(model, turns=12)
    judged = of_type(events, "guard.judged")
    assert len(judged) == model.calls
    assert sum(e.payload["passed"] for e in judged) == len(transcript(events)) == 12
    refused = [e.payload for e in judged if not e.payload["passed"]]
    assert refused
    for payload in refused:
        assert payload["match"]["strength"] >= 1.0
        assert payload["flagged"]
        assert payload["reasons"] == ["repeat"]


async def test_a_local_model_may_ask_the_guard_beforehand():
    model = Scripted()
    await played(model, turns=4)
    said = model.requests[-1].brief.recent[0].text
    ask = model.requests[-1].refused
    assert ask is not None
    assert ask(said)
    assert not ask(OTHER)
