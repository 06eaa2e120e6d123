"""The measures on sessions of known kinds: a changed threshold shows its row."""

import json
from pathlib import Path

import pytest
from corpus import make

from symposion.engine.metrics.health import HealthMeter

CORPUS = Path(__file__).parent.parent / "corpus"
KINDS = tuple(make.KINDS)


def read(kind: str):
    return json.loads((CORPUS / f"{kind}.json").read_text("utf-8"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_keeps_its_value_and_verdict(kind):
    stored = read(kind)
    today = make.expected(stored["turns"])
    # zlib builds differ by some bytes in what they compress to
    changed = {
        name: f"{stored['expected'].get(name)} -> {today.get(name)}"
        for name in stored["expected"] | today
        if not same(stored["expected"].get(name), today.get(name), name)
    }
    assert not changed, f"{kind}: {changed}"


def same(before, after, name):
    if before is None or after is None or before[1] != after[1]:
        return False
    return abs(before[0] - after[0]) <= (0.1 if name.startswith("compression") else 0.0011)


@pytest.mark.parametrize("kind", KINDS)
def test_the_stored_session_is_what_the_generator_makes(kind):
    assert read(kind)["turns"] == make.KINDS[kind]()


def verdicts(kind):
    return {name: verdict for name, (_, verdict) in read(kind)["expected"].items()}


def test_a_healthy_session_has_no_bad_row():
    assert "bad" not in verdicts("healthy").values()
    assert list(verdicts("healthy").values()).count("good") >= 15


@pytest.mark.parametrize(
    ("kind", "telling"),
    [
        ("repeating", ["distinct-2, worst window", "guard-flag rate", "novelty, last quarter"]),
        ("agreeing", ["agreement markers"]),
        ("drifting", ["novelty, last quarter", "convergence slope"]),
        ("echoing", ["cross-speaker echo", "uptake", "hard-repeat rate"]),
    ],
)
def test_a_collapsed_session_is_bad_where_it_collapsed(kind, telling):
    found = verdicts(kind)
    assert [name for name in telling if found[name] != "bad"] == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("healthy", "new points"),
        ("repeating", "said before"),
        ("agreeing", "agree."),
        ("drifting", "off the agenda"),
        ("echoing", "said before"),
    ],
)
def test_the_meter_names_what_is_wrong(kind, words):
    session = make.session(make.KINDS[kind]())
    meter = HealthMeter(session.names, "en", session.issues)
    said = [meter.add(utterance) for utterance in session.utterances]
    assert said[6].sentence == "It is too early to tell."
    assert any(words in health.sentence for health in said[20:])
    assert (said[-1].remedy == "") == (kind == "healthy")
