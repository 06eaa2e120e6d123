"""Every measure against an answer worked out by hand or by brute force."""

import math
from dataclasses import replace
from itertools import combinations
from statistics import mean
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symposion.engine.chance import Chance
from symposion.engine.metrics import dialogue, diversity, floor, repetition, stance, topics, trust
from symposion.engine.metrics.bands import BANDS, scorecard, table
from symposion.engine.metrics.health import HealthMeter
from symposion.engine.metrics.interval import bootstrap
from symposion.engine.metrics.session import (
    Place,
    Quote,
    Secret,
    Session,
    StanceLedger,
    StanceMove,
    Utterance,
)
from symposion.engine.metrics.traits import spearman, trait_correlation, trait_correlations
from symposion.engine.metrics.vectors import dot
from symposion.engine.metrics.voice import separability
from symposion.engine.persona import Traits
from symposion.engine.reading import Commitment, Reading
from symposion.ports.brief import Issue

T = TypeVar("T")

NAMES = {"ada": "Ada", "bo": "Bo", "cy": "Cy"}


def talk(*lines: tuple[str, str], **more: object) -> Session:
    said = [Utterance(i, who, NAMES[who], text) for i, (who, text) in enumerate(lines, start=1)]
    return replace(Session(tuple(said), NAMES), **more)


def sure(value: T | None) -> T:
    """Return what was measured."""
    assert value is not None
    return value


def band(name: str):
    return next(b for b in BANDS if b.name == name)


def test_distinct2_counts_unique_over_all_pairs_of_words():
    assert diversity.distinct2(["a", "b", "a", "b", "c"]) == 3 / 4
    assert diversity.distinct2(["a"]) is None


def test_the_worst_window_sees_a_late_collapse_that_the_first_does_not():
    fresh = [f"w{i}" for i in range(1500)]
    session = talk(("ada", " ".join(fresh)), ("bo", "so it goes " * 500))
    assert diversity.distinct2_first(session) == 1.0
    assert sure(diversity.distinct2_worst(session)) < 0.01
    assert sure(diversity.compression_worst(session)) > 20
    assert len(diversity.windows(session.stream)) == 4


def test_self_bleu_is_one_for_copies_and_nothing_for_strangers():
    copies = talk(*[("ada", "the old pump broke in the cold")] * 20)
    assert diversity.self_bleu4(copies) == pytest.approx(1.0)
    strangers = talk(*[("bo", " ".join(f"w{i}x{k}" for k in range(8))) for i in range(20)])
    assert diversity.self_bleu4(strangers) == pytest.approx(1e-9)
    assert diversity.self_bleu4(talk(*[("ada", "too few")] * 19)) is None


def test_reuse_is_the_share_of_six_word_runs_said_before():
    session = talk(("ada", "a b c d e f g"), ("bo", "a b c d e f x"), ("cy", "too short"))
    assert diversity.reuse6(session) == mean([0.0, 1 / 2])


REPEAT = "Let us mend the old pump in the market square before the frost comes back."
OTHER = "Nobody asked the brewer whether he would lend his cart to carry such heavy parts."


def test_an_echo_is_a_hard_repeat_of_somebody_else():
    session = talk(("ada", REPEAT), ("bo", OTHER), ("ada", REPEAT), ("cy", f"Well: {OTHER}"))
    assert repetition.hard_repeat_rate(session) == 2 / 4
    assert repetition.echo_rate(session) == 1 / 4
    assert repetition.flags(session) == (False, False, True, True)
    assert repetition.flag_rate(session) == 2 / 4


def test_agreement_counts_turns_and_negated_agreement_is_dissent():
    session = talk(
        ("ada", "I agree."), ("bo", "I do not agree."), ("cy", "Rain."), ("ada", "Great point.")
    )
    assert dialogue.agreement(session) == 2 / 4
    assert dialogue.disagreement(session) == 1 / 4
    assert dialogue.agreement(replace(session, language="pt")) is None


WORDS = st.lists(
    st.sampled_from(["pump", "well", "frost", "cart", "brewer", "market", "square"]), min_size=1
)


@given(st.lists(st.tuples(st.sampled_from(sorted(NAMES)), WORDS), min_size=2, max_size=14))
def test_novelty_and_convergence_are_those_of_all_pairs(lines):
    session = talk(*((who, " ".join(words)) for who, words in lines))
    vectors, speakers = session.vectors, [who for who, _ in lines]
    past = [1 - max(dot(vectors[i], vectors[j]) for j in range(i)) for i in range(1, len(lines))]
    assert dialogue.novelty(session) == pytest.approx(mean(past))
    half = len(lines) // 2
    means = [
        [
            dot(vectors[i], vectors[j])
            for i, j in combinations(part, 2)
            if speakers[i] != speakers[j]
        ]
        for part in (range(half), range(half, len(lines)))
    ]
    slope = dialogue.convergence_slope(session)
    if all(means):
        assert slope == pytest.approx(mean(means[1]) - mean(means[0]))
    else:
        assert slope is None


def test_new_content_and_uptake_look_at_content_words():
    session = talk(
        ("ada", "The pump froze."),
        ("ada", "The pump and the cart."),
        ("bo", "So the cart is the brewer's pump."),
    )
    assert dialogue.new_content(session) == mean([1 / 2, 1 / 3])
    assert dialogue.uptake(session) == 2 / 3
    assert dialogue.top_opener(session) == 2 / 3


def test_uptake_looks_at_the_last_two_turns_of_others():
    session = talk(
        ("ada", "Frost."), ("bo", "Brewer."), ("cy", "Market."), ("ada", "Frost, brewer, market!")
    )
    assert dialogue.uptake(session) == mean([0, 0, 2 / 3])


def test_the_meter_forgets_what_is_out_of_view():
    meter = HealthMeter(NAMES)
    for i in range(100):
        meter.add(Utterance(i, "ada", "Ada", f"ka{i} lo{i} frost"))
    assert len(meter._heard) == 24
    assert len(meter._weights._frequency) == 49


def test_gini_is_0_for_equals_and_grows_with_the_share_of_one():
    assert floor.gini([3, 3, 3]) == pytest.approx(0.0)
    assert floor.gini([0, 0, 9]) == pytest.approx(2 / 3)
    assert floor.gini([]) is None
    assert floor.turn_gini(talk(("ada", "a"), ("ada", "b"))) == pytest.approx(2 / 3)
    assert floor.word_gini(talk(("ada", "a b"), ("bo", "a b"), ("cy", "c d"))) == 0.0


def asking(*turns: tuple[str, tuple[str, ...]]) -> Session:
    return Session(
        tuple(Utterance(i, who, who, "?", asked) for i, (who, asked) in enumerate(turns)), NAMES
    )


def test_floor_respect_gives_the_one_who_was_asked_two_turns():
    session = asking(
        ("ada", ("bo",)), ("cy", ()), ("bo", ("ada",)), ("cy", ()), ("bo", ("ada", "cy")),
        ("cy", ("ada",)), ("ada", ("bo",)),
    )  # fmt: skip
    assert floor.floor_respect(session) == 2 / 3
    assert floor.floor_respect(asking(("ada", ()), ("bo", ()))) is None
    late = asking(("ada", ("bo",)), ("cy", ()), ("ada", ()), ("bo", ()))
    assert floor.floor_respect(late) == 0.0


def test_topics_are_touched_by_a_term_or_two_words():
    issues = (Issue("i1", "Who pays the brewer?", ("cart",)), Issue("i2", "When?", ("frost",)))
    session = talk(("ada", "Carts are slow."), ("bo", "The brewer pays."), issues=issues)
    assert topics.topic_coverage(session) == 1 / 2
    assert topics.topic_divergence(session) == pytest.approx(
        (math.log2(4 / 3) + math.log2(2 / 3) / 2 + math.log2(2) / 2) / 2
    )
    even = talk(("ada", "The cart."), ("bo", "The frost."), issues=issues)
    assert topics.topic_divergence(even) == 0.0
    assert topics.topic_coverage(talk(("ada", "The cart."))) is None


def test_a_decision_needs_an_owner_or_a_date():
    mine, nobody = Commitment("I will.", owner_id="ada"), Commitment("One should.")
    said = [
        Utterance(1, "ada", "Ada", "...", reading=Reading(commitments=(mine, nobody))),
        Utterance(2, "bo", "Bo", "...?", reading=Reading(asked=("cy",))),
    ]
    assert floor.decision_yield(Session(tuple(said), NAMES)) == 10.0
    assert floor.open_questions(Session(tuple(said), NAMES)) == 10.0
    assert floor.decision_yield(talk(("ada", "I will."))) is None


def test_a_voice_of_its_own_is_recognised_and_a_shared_one_is_not():
    own = {"ada": "perhaps the pump, perhaps {}", "bo": "NO! {}! never", "cy": "we shall mend {}"}
    lines = [(who, own[who].format(f"thing{i}")) for i in range(8) for who in own]
    assert separability(talk(*lines)) == pytest.approx(2 / 3)
    same = [(who, f"number {i * 7 % 5} again") for i in range(8) for who in own]
    assert sure(separability(talk(*same))) <= 0.1
    assert separability(talk(*lines[:19])) is None


def ledger(*moves: StanceMove, unexplained: int = 0) -> Session:
    initial = {("ada", "i1"): 0.4, ("bo", "i1"): -0.4}
    final = {**initial, **{(m.agent_id, m.issue_id): m.after for m in moves}}
    return talk(("ada", "x"), stances=StanceLedger(initial, final, moves, unexplained))


def test_a_flip_is_explained_if_every_step_has_a_cause():
    steps = (StanceMove(3, "ada", "i1", 0.4, 0.1, (1, 2)), StanceMove(5, "ada", "i1", 0.1, -0.2))
    assert stance.explained_flips(ledger(*steps)) == 0.0
    caused = (steps[0], replace(steps[1], causes=(4,)))
    assert stance.explained_flips(ledger(*caused)) == 1.0
    assert stance.explained_flips(ledger(*caused, unexplained=1)) == 1 / 2
    assert stance.explained_flips(ledger(steps[0])) is None
    assert stance.revision_rate(ledger(*caused)) == 1 / 2
    assert stance.spread(ledger()) == pytest.approx(0.4)
    assert stance.spread(ledger(*caused)) == pytest.approx(0.1)


def test_spearman_ranks_and_shares_ties():
    assert spearman([(1, 10), (2, 100), (3, 1000)]) == 1.0
    assert spearman([(1, 3), (2, 2), (3, 1)]) == -1.0
    assert spearman([(1, 1), (2, 2), (3, 2), (4, 3)]) == pytest.approx(3 / math.sqrt(10))
    assert spearman([(1, 1), (2, 1)]) is None


def speaking(traits: Traits, turns: int, chance: Chance) -> list[str]:
    """Return turns of somebody who speaks exactly as the traits command."""
    e, o, c, k, n = ((t - 1) / 9 for t in traits.model_dump().values())
    length = max(2, round(15 + 4 * (2 * c - 1) - 4 * (2 * n - 1)))
    said: list[str] = []
    for turn in range(turns):
        words = ["we" if chance.number("we", turn) < k else "i"]
        words.append("hope" if chance.number("bright", turn) < o else "fear")
        words += ["stone"] * (round(28 * math.exp(0.35 * (2 * e - 1))) - 2)
        parts = [" ".join(words[i : i + length]) for i in range(0, len(words), length)]
        end = "?" if turn < turns * (0.06 + 0.3 * c) else "."
        said.append(". ".join(parts) + end)
    return said


def crowd(size: int, *, obedient: bool) -> Session:
    chance = Chance("crowd")
    cast = {
        f"a{i}": Traits(**{t: 1 + chance.integer(10, t, i) for t in Traits.model_fields})
        for i in range(size)
    }
    commands = cast if obedient else dict(zip(cast, reversed(cast.values()), strict=True))
    said = [
        Utterance(1, who, who, text)
        for who, traits in commands.items()
        for text in speaking(traits, 30, Chance(who))
    ]
    return Session(tuple(said), dict.fromkeys(cast, "X"), traits=cast)


def test_traits_show_in_behaviour_or_they_do_not():
    assert sure(trait_correlation([crowd(40, obedient=True)])) >= 0.9
    assert all(rho >= 0.75 for rho in trait_correlations([crowd(40, obedient=True)]).values())
    assert abs(sure(trait_correlation([crowd(40, obedient=False)]))) <= 0.3
    assert trait_correlation([crowd(29, obedient=True)]) is None
    assert sure(trait_correlation([crowd(15, obedient=True)] * 2)) >= 0.8


def test_a_canary_is_a_leak_only_where_it_may_not_be():
    secret = Secret("k-17", frozenset({"ada"}))
    mine, theirs = Place("prompt", ("ada",), "k-17"), Place("memory", ("ada", "bo"), "k-17")
    session = talk(("ada", "x"), secrets=(secret,), places=(mine,))
    assert trust.leak_rate(session) is None
    clean = Place("digest", ("bo",), "nothing")
    assert trust.leak_rate(replace(session, places=(mine, theirs, clean))) == 1 / 2


def test_a_quote_is_exact_or_false():
    session = talk(("ada", "The pump froze."), quotes=(Quote("pump froze", 1), Quote("froze!", 1)))
    assert trust.quote_fidelity(session) == 1 / 2
    assert band("quote fidelity").verdict(0.99) == "bad"
    assert trust.quote_fidelity(replace(session, quotes=())) is None


def test_waste_counts_calls_and_money_per_turn_that_passes():
    session = talk(("ada", REPEAT), ("ada", REPEAT), generations=3, cost=2000)
    assert trust.generations_per_turn(session) == 1.5
    assert trust.cost_per_turn(session) == pytest.approx(0.002)
    assert trust.cost_per_turn(replace(session, cost=None)) is None


def test_absent_inputs_and_short_sessions_are_not_measured_and_never_pass():
    for session in (Session((), {}), talk(("ada", "A short word."), ("bo", "Another."))):
        card = scorecard(session)
        assert [row.name for row in card.rows if row.verdict != "not measured"] == []
        assert card.count("good") == 0


def test_scripts_without_spaces_are_not_measured_by_words():
    lines = [("ada", f"我们应该在冬天之前修好旧水泵,{i}。" * 8) for i in range(400)]
    card = scorecard(talk(*lines, language="zh"))
    assert card.tokens >= 1500
    assert card.row("distinct-2, worst window").verdict == "not measured"
    meter = HealthMeter(NAMES, "zh", (Issue("i1", "水泵", ()),))
    last = [meter.add(Utterance(i, who, who, text)) for i, (who, text) in enumerate(lines[:9])][-1]
    assert sure(last.novelty) < 0.2
    assert (last.agreement, last.drift) == (None, None)


EDGES = [
    ("distinct-2, worst window", 0.80, "good"),
    ("distinct-2, worst window", 0.70, "between"),
    ("distinct-2, worst window", 0.60, "bad"),
    ("agreement markers", 0.30, "between"),
    ("agreement markers", 0.55, "bad"),
    ("uptake", 0.08, "bad"),
    ("uptake", 0.40, "bad"),
    ("decision yield", 0.0, "bad"),
    ("decision yield", 0.5, "good"),
    ("stance revision", 0.0, "bad"),
    ("stance revision", 0.02, "between"),
    ("secret leak rate", 0.001, "bad"),
    ("secret leak rate", 0.0, "good"),
    ("open questions", 3.0, "no band"),
    ("novelty", None, "not measured"),
]


@pytest.mark.parametrize(("name", "value", "verdict"), EDGES)
def test_a_band_includes_its_ends(name, value, verdict):
    assert band(name).verdict(value) == verdict


def test_a_table_counts_sessions_and_names_the_worst():
    busy, idle = (scorecard(talk(("ada", "x"), generations=calls)) for calls in (2, 1))
    empty = scorecard(Session((), {}))
    rho = {"trait correlation": 0.72}
    rows = {row.name: row for row in table([busy, idle, empty], pooled=rho)}
    calls = rows["calls per turn"]
    assert (calls.sessions, calls.mean, calls.worst) == (2, 1.5, 2.0)
    assert calls.interval == (1.0, 2.0)
    assert calls.verdicts == {"bad": 1, "good": 1, "not measured": 1}
    assert (rows["trait correlation"].mean, rows["trait correlation"].verdict) == (0.72, "good")
    assert rows["novelty"].verdict == "not measured"
    assert [row.name for row in table([])] == [b.name for b in BANDS]


def test_a_bootstrap_is_the_same_every_time_and_holds_the_mean():
    values = [0.1 * i for i in range(11)]
    low, high = sure(bootstrap(values, Chance("7")))
    assert bootstrap(values, Chance("7")) == (low, high)
    assert 0.25 < low < mean(values) < high < 0.75
    assert bootstrap([1.0], Chance("7")) is None


def test_the_meter_names_who_talks_too_much_and_whom_to_ask():
    meter = HealthMeter(NAMES)
    fresh = (" ".join(f"{root}{i}" for root in ("ka", "lo", "mi")) for i in range(20))
    last = [meter.add(Utterance(i, "ada", "Ada", text)) for i, text in enumerate(fresh)][-1]
    assert last.sentence == "Ada took 20 of the last 20 turns."
    assert last.remedy == "Ask Bo directly."
    assert last.drift is None
    assert last.balance == pytest.approx(1 / 3)
