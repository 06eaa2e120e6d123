"""The offline model: what it says, that it says it again, and that nothing breaks its grammar."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from symposion.adapters.language.offline import OfflineModel
from symposion.engine.keyterms import key_terms
from symposion.engine.lexicon import lexicon
from symposion.engine.offline.frames import LITERAL_LIMIT, literal_runs
from symposion.engine.offline.misbehaviour import Misbehaviour
from symposion.engine.offline.model import compose
from symposion.engine.offline.pack import pack
from symposion.engine.offline.phrases import echo, figures, from_text, phrase, spoken_of
from symposion.engine.offline.sentences import is_sound, tidy
from symposion.engine.offline.sums import sums
from symposion.engine.offline.thoughts import sectors_for
from symposion.engine.persona import Archetype, Traits
from symposion.engine.reading import read
from symposion.engine.style import style_of
from symposion.engine.text import content_words, tokens
from symposion.ports.brief import Brief, Issue, Move, Other, Said, Source, Speaker
from symposion.ports.language import ModelFailed, Reply, Request

SCENARIO = (
    "The hospital considers a six-month pilot of a sepsis alarm. The vendor asks $240,000 for the "
    "pilot. The hospital has 320 beds. Nurses complain about alarm fatigue. Should the board start "
    "the pilot on two wards before the end of March?"
)
MOVES: tuple[Move, ...] = Move.__args__  # type: ignore[attr-defined] - a Literal lists its values
PEOPLE = {"ada": "Ada Berg", "ben": "Ben Okoro", "cho": "Cho Min"}


def brief(**change: object) -> Brief:
    speaker = Speaker(
        id="ada",
        name="Ada Berg",
        role="night nurse",
        archetype="skeptic",
        style=style_of(Traits.of(Archetype.SKEPTIC)),
        voice=3,
        goal="Protect the night shift",
        expertise="intensive care nursing",
    )
    others = (Other("ben", "Ben Okoro", "finance director"), Other("cho", "Cho Min", "engineer"))
    terms = ("sepsis alarm", "pilot", "alarm fatigue")
    plain = Brief(
        seed="7",
        turn=3,
        attempt=0,
        language="en",
        speaker=speaker,
        others=others,
        move="object",
        target_words=30,
        scenario_name="A pilot",
        scenario_text=SCENARIO,
        issue=Issue("i1", "Should the board start the pilot on two wards?", terms),
        stance=-0.5,
        conviction=0.6,
        terms=terms,
    )
    return replace(plain, **change)  # type: ignore[arg-type] - tests name fields


def said(text: str, who: str = "ben", turn: int = 2) -> Said:
    return Said(turn, who, PEOPLE[who], text)


def reply(asked: Brief, **more: object) -> Reply:
    return compose(Request("run/3/speak/1", (), asked, **more))  # type: ignore[arg-type] - the same


def talk(turns: int = 30, seed: str = "7", language: str = "en") -> list[Said]:
    """A round table without the engine: everybody answers the last speaker, moves in turn."""
    spent: dict[str, int] = {}
    heard: list[Said] = []
    ids = list(PEOPLE)
    for turn in range(1, turns + 1):
        who = ids[turn % 3]
        base = brief()
        me = replace(base.speaker, id=who, name=PEOPLE[who], voice=turn % 3)
        others = tuple(Other(i, PEOPLE[i], "colleague") for i in ids if i != who)
        asked = replace(
            base,
            seed=seed,
            turn=turn,
            language=language,
            speaker=me,
            others=others,
            move=MOVES[(turn * 7) % len(MOVES)],
            target_words=8 + (turn * 13) % 50,
            stance=0.6 if who == "cho" else -0.4,
            answering=heard[-1] if heard else None,
            recent=tuple(heard[-12:]),
            spent=dict(spent),
        )
        made = reply(asked)
        for name in made.spent:
            spent[name] = spent.get(name, 0) + 1
        heard.append(Said(turn, who, PEOPLE[who], made.text))
    return heard


@cache
def talked() -> tuple[Said, ...]:
    return tuple(talk())


def test_the_same_request_has_the_same_reply():
    assert talk(12) == talk(12)
    assert [s.text for s in talk(12)] != [s.text for s in talk(12, seed="8")]


def test_the_order_of_sets_changes_nothing():
    script = "import test_offline as t; print([s.text for s in t.talk(6)])"
    here = str(Path(__file__).parent)
    heard = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=here,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(heard) == 1


@pytest.mark.parametrize("move", MOVES)
def test_every_move_has_two_dozen_frames_and_speaks_with_and_without_an_answer(move: Move):
    assert len(pack("en").decks[move]) >= 24
    for heard in (None, said("Who pays when nurses stop hearing the alarm?")):
        made = reply(brief(move=move, answering=heard, recent=(heard,) if heard else ()))
        assert is_sound(made.text), made.text


def test_no_frame_carries_more_than_four_literal_words_in_a_row():
    folder = files("symposion.engine") / "offline" / "packs" / "en"
    written = [
        text
        for name in ("opening", "contesting", "joining", "steps")
        for texts in json.loads((folder / "frames" / f"{name}.json").read_bytes()).values()
        for text in texts
    ]
    assert len(written) > 600
    assert not [t for t in written if max(literal_runs(t), default=0) > LITERAL_LIMIT]


def test_every_slot_of_every_frame_can_be_filled():
    known = pack("en")
    words = set(known.words["self"])
    voiced = [set(v.slots) for v in known.voices]
    assert all(v == voiced[0] for v in voiced)
    content = {
        *("claim", "claim2", "gist", "ask", "act", "plan", "term", "figure", "sum", "quote"),
        *("fact", "who", "name", "due", "see", "point", "own", "s", "teller", "other", "echo", "j"),
    }
    for deck in known.decks.values():
        for frame in deck:
            assert frame.slots <= content | words | voiced[0], frame.id


def test_no_frame_is_dealt_twice_before_its_deck_is_exhausted():
    spent: dict[str, int] = {}
    seen: list[str] = []
    for turn in range(1, 9):
        made = reply(brief(turn=turn, move="reframe", stance=0.0, spent=spent, target_words=30))
        for name in made.spent:
            spent[name] = spent.get(name, 0) + 1
        seen += [n for n in made.spent if n.startswith("f:reframe:")]
    assert len(seen) == len(set(seen)) == 8


def test_a_thought_is_voiced_once_in_a_run():
    spent: dict[str, int] = {}
    for turn in range(1, 25):
        made = reply(brief(turn=turn, move="inform", spent=spent))
        for name in made.spent:
            spent[name] = spent.get(name, 0) + 1
    voiced = {name: n for name, n in spent.items() if name.startswith("t:")}
    assert len(voiced) >= 24
    assert set(voiced.values()) == {1}


@pytest.mark.parametrize(
    "question",
    [
        "Who signs for the alarm settings at night?",
        "When could the training of night nurses start?",
        "What share of alarms proves false?",
        "Would you accept a trial on one ward?",
        "Why do nurses distrust the vendor?",
        "What if the vendor leaves after the pilot?",
    ],
)
def test_an_owed_question_is_taken_up_in_its_own_words(question: str):
    heard = said(question)
    for turn in range(3, 9):
        asked = brief(turn=turn, move="answer", answering=heard, owed=True, recent=(heard,))
        made = content_words(tokens(reply(asked).text), "en")
        assert made & content_words(tokens(question), "en")


def test_an_objection_can_be_heard():
    heard = said("Nurses stop hearing monitors that ring for harmless readings.")
    texts = [
        reply(brief(turn=t, answering=heard, recent=(heard,))).text.casefold() for t in range(2, 22)
    ]
    assert sum(lexicon("en").disagree.search(t) is not None for t in texts) >= 12


def test_a_decision_names_who_and_until_when():
    texts = [reply(brief(turn=t, move="decide", target_words=25)).text for t in range(1, 11)]
    found = [c for t in texts for c in read(t, "ada", PEOPLE, "en").commitments]
    assert sum(bool(c.owner_id and c.due) for c in found) >= 8


def test_figures_are_quoted_or_shown_to_follow():
    given_figures = set(re.findall(r"\d[\d,.]*\d|\d", SCENARIO))
    derived = set(re.findall(r"\d[\d,.]*\d|\d", " ".join(c for _, c in sums(SCENARIO, "en"))))
    for turn in talked():
        assert set(re.findall(r"\d[\d,.]*\d|\d", turn.text)) <= given_figures | derived


def test_sums_are_right_and_only_of_amounts():
    found = dict(
        sums("It costs $2.4 million for 120 beds since 2019, 3.5% more, until 12 May.", "en")
    )
    assert found["x:half:0"] == "half of $2.4 million is $1.2 million"
    assert found["x:twice:1"] == "twice 120 beds is 240 beds"
    assert found["x:tenth:1"] == "a tenth of 120 beds is 12 beds"
    assert all("2019" not in clause and "%" not in clause for clause in found.values())
    assert [f.text for f in figures("340 stored procedures and 1.8 million euros", "en")] == [
        "340 stored procedures",
        "1.8 million euros",
    ]


def test_length_follows_the_target():
    short = [len(reply(brief(turn=t, target_words=8)).text.split()) for t in range(1, 16)]
    long = [len(reply(brief(turn=t, target_words=60)).text.split()) for t in range(1, 16)]
    assert sum(short) / 15 < 18
    assert 42 < sum(long) / 15 < 75


def test_every_turn_is_well_formed_and_no_two_are_alike():
    texts = [s.text for s in talked()]
    assert all(is_sound(t) for t in texts)
    assert len(set(texts)) == len(texts)


def test_what_the_guard_refuses_is_not_said():
    first = reply(brief()).text
    refused: list[str] = []

    def refuse(text: str) -> bool:
        refused.append(text)
        return text == first or len(refused) < 8

    assert reply(brief(), refused=refuse).text not in refused[:-1]
    assert 8 <= len(refused) <= 12


def test_another_language_is_answered_in_english_and_says_so():
    stamp = dict(reply(brief(language="fi")).stamp)
    assert stamp["language_requested"] == "fi"
    assert stamp["language_used"] == "en"
    assert stamp["fallback"] == "true"
    assert dict(reply(brief(language="en-gb")).stamp)["fallback"] == "false"


def test_experts_notice_with_their_own_field():
    names = [name for name, _ in sectors_for("en", "intensive care nursing in a hospital", "a bus")]
    assert names[0] == "health"
    assert sectors_for("en", "", "municipal budget and taxes")[0][0] in ("finance", "policy")


def test_a_directive_is_honoured_in_the_next_turn():
    asked = brief(directives=("Focus on patient safety",), target_words=60)
    assert any("directive" in name for name in reply(asked).spent)


def test_phrases_keep_their_article_and_number():
    found = [p.text for p in spoken_of("The idle scanners could serve the pilot.", "en")]
    assert "the idle scanners" in found
    assert phrase("emergency placements", "en").plural
    assert not phrase("rent before everything", "en").plural
    assert not phrase("a ledger of winners and payers", "en").plural


@pytest.mark.parametrize(
    "term", ["{point}", "x" * 41, "<b>bold</b>", "240 beds", "🙂", " ", "a\nb"]
)
def test_a_term_no_sentence_could_bear_is_passed_over(term: str):
    found = from_text(term, term, "en")
    assert found is None or found.text == "a b"


def test_a_quotation_is_a_clause_or_a_noun_phrase():
    assert echo("It is late, and the ward sister lends authority.", "en") in (
        "“the ward sister lends authority”",
        "“and the ward sister lends authority”",
    )
    assert echo("Yes.", "en") == ""


def test_punctuation_is_tidied():
    assert tidy("so , the pilot ,; waits") == "So, the pilot, waits."
    assert tidy("who pays ?.") == "Who pays?"
    assert tidy("eBPF helps. it works") == "eBPF helps. It works."


WILD = st.text(min_size=1, max_size=400) | st.sampled_from(
    [
        "SQL; DROP TABLE users; -- 3.5% of “Pyongyang's” {term} <b>bold</b>",
        "🙂🙂 山田太郎は新しい病院を作る。予算は3億円です。",
        "x" * 200 + " and " + "Überraschungs" * 20,
        "# Title\n\n* {name} | $5 | 12:30\n\n[link](http://a.b) `code` **The Plan** is {plan}.",
        'Should {we} move? The mayor\'s "plan" (the big one) costs 3,000 € ...',
        "a. b! c? ; : , -- … “ ” « »",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=WILD, heard=WILD, memory=WILD, turn=st.integers(1, 400))
@example(text="{", heard="{point}", memory="a: {own}", turn=1)
def test_any_scenario_gives_well_formed_sentences(text: str, heard: str, memory: str, turn: int):
    terms = key_terms(text, "en", 40)
    other = said(heard)
    asked = brief(
        turn=turn,
        move=MOVES[turn % len(MOVES)],
        target_words=6 + turn % 90,
        scenario_text=text,
        scenario_name=text[:50],
        issue=Issue("i1", text[:100], terms[:5]),
        terms=terms,
        answering=other,
        owed=turn % 2 == 0,
        recent=(other,),
        sources=(Source("m1", "memory", memory, "ada"), Source("g", "goal", heard, "ada")),
    )
    made = reply(asked).text
    assert is_sound(made), made


async def test_the_adapter_speaks_for_nothing_and_fails_when_told():
    model = OfflineModel()
    request = Request("run/1/speak/1", (), brief())
    made = await model.reply(request)
    assert (model.card.simulated, model.card.price.tokens_in) == (True, 0)  # type: ignore[union-attr] - it has a price
    assert made.tokens_out >= len(made.text.split())
    await model.check()
    await model.close()
    with pytest.raises(ModelFailed):
        await OfflineModel(Misbehaviour(fail=1.0)).reply(request)
    slow = await OfflineModel(Misbehaviour(slow=0.001)).reply(request)
    assert slow.text == made.text


def test_faults_come_when_ordered():
    heard = (said("We start today.", "ada", 1), said("Nurses need rest.", "ben", 2))
    asked = brief(answering=heard[1], recent=heard, own_gists=("We start today.",))
    told = replace(asked, speaker=replace(asked.speaker, memories=("Canary seven",)))
    request = Request("run/3/speak/1", (), told)
    assert compose(request, Misbehaviour(repeat=1.0)).text == "We start today."
    assert "great" in compose(request, Misbehaviour(sycophant=1.0)).text.casefold() or (
        "exactly" in compose(request, Misbehaviour(sycophant=1.0)).text.casefold()
    )
    assert compose(request, Misbehaviour(drift_at=3)).text.startswith("As an assistant")
    assert "Canary seven" in compose(request, Misbehaviour(leak=1.0)).text
    assert compose(request, Misbehaviour()).text == compose(request).text
