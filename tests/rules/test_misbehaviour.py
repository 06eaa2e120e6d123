"""Sessions of the offline model told to misbehave: the meter sees it, the guard keeps it out."""

import json
from functools import cache
from pathlib import Path

import pytest
from scripted import fingerprint, outside

from symposion.adapters.language.offline import OfflineModel
from symposion.engine import drive as driving
from symposion.engine.metrics.bands import scorecard
from symposion.engine.metrics.repetition import echo_rate, hard_repeat_rate
from symposion.engine.metrics.session import Session, Utterance
from symposion.engine.offline.misbehaviour import Misbehaviour
from symposion.engine.persona import Agent
from symposion.engine.scenario import Scenario
from symposion.engine.settings import EngineSettings
from symposion.ports.log import Event

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "challenger-launch"
KINDS = {
    "healthy": (Misbehaviour(), ()),
    "repeating": (Misbehaviour(repeat=0.7), ("guard-flag rate", "hard-repeat rate", "novelty")),
    "echoing": (Misbehaviour(echo=0.6), ("cross-speaker echo", "uptake", "guard-flag rate")),
    "agreeing": (Misbehaviour(sycophant=0.75), ("agreement markers",)),
    "drifting": (Misbehaviour(drift_at=40), ("novelty, last quarter", "guard-flag rate")),
}
"""How the model is to behave, and the rows of the scorecard that must call it bad."""


@cache
def cast() -> tuple[Agent, ...]:
    people = json.loads((EXAMPLE / "cast.json").read_text("utf-8"))
    return tuple(Agent(**a) for a in (people["agents"] if isinstance(people, dict) else people))


async def played(wrong: Misbehaviour) -> list[Event]:
    text = (EXAMPLE / "scenario.md").read_text("utf-8")
    reach = outside(OfflineModel(wrong))
    room = await driving.found(
        reach, "run", cast(), Scenario(text=text), seed="3", settings=EngineSettings(turns=60)
    )
    async for _ in driving.drive(reach, room):
        pass
    return await reach.log.read()


def session(rows: list[tuple[str, str]]) -> Session:
    names = {agent.id: agent.name for agent in cast()}
    return Session(
        tuple(Utterance(i, who, names[who], text) for i, (who, text) in enumerate(rows, 1)), names
    )


def drafts(events: list[Event]) -> list[tuple[str, str]]:
    """Return the first draft of every turn, as the model wrote it: what no guard has seen."""
    rows: list[tuple[str, str]] = []
    for event in events:
        if event.type == "turn.planned":
            rows.append((event.payload["speaker"], ""))
        elif event.type == "call.recorded" and rows and not rows[-1][1]:
            rows[-1] = (rows[-1][0], event.payload["text"])
    return [row for row in rows if row[1]]


def spoken(events: list[Event]) -> list[tuple[str, str]]:
    said = [e.payload for e in events if e.type == "turn.committed"]
    return [(p["speaker"], p["text"]) for p in said]


@pytest.mark.parametrize("kind", KINDS)
async def test_the_meter_names_the_way_a_session_collapsed(kind: str):
    wrong, telling = KINDS[kind]
    rows = drafts(await played(wrong))

    verdicts = {row.name: row.verdict for row in scorecard(session(rows)).rows}

    assert {name: verdicts[name] for name in telling} == dict.fromkeys(telling, "bad")
    if not telling:
        assert "bad" not in verdicts.values()


@pytest.mark.parametrize("kind", ["repeating", "echoing"])
async def test_what_repeats_itself_never_gets_through(kind: str):
    events = await played(KINDS[kind][0])

    said = session(spoken(events))

    assert len(said.utterances) >= 12
    assert hard_repeat_rate(said) == 0
    assert echo_rate(said) == 0
    assert any(not e.payload["passed"] for e in events if e.type == "guard.judged")


PINNED = "457954efec3efc465515c7c26d8eb19d34c763cf231ce4b4278018b7013108ec"
"""Digest of the healthy run less wall times; any change of wording or rules moves it."""


async def test_the_offline_model_says_the_same_on_every_python():
    found = fingerprint(await played(Misbehaviour()))
    assert found == PINNED, f"this run: {found}"
