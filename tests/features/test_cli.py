"""What the command line refuses, and how: one sentence, exit code 2, nothing written."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from symposion.cli import main
from symposion.demo import inputs
from symposion.engine.persona import Archetype, Traits

EXAMPLES = Path(__file__).parents[2] / "examples"
ADA = {"name": "Ada", "archetype": "scientist"}
BEN = {"name": "Ben", "archetype": "skeptic"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings but the defaults, wherever the tests run."""
    monkeypatch.chdir(tmp_path)
    for name in ("MODEL", "GEMINI_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def command(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["symposion", *words])
    with pytest.raises(SystemExit) as exited:
        main()
    assert isinstance(exited.value.code, int)
    return exited.value.code


def written(name: str, content: bytes | str | object) -> str:
    raw = content if isinstance(content, bytes | str) else json.dumps(content)
    Path(name).write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return name


SCENARIOS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\t\n", "is empty"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00", "is binary"),
    "full of control characters": (b"\x1b[31mred", "is binary"),
    "not UTF-8": ("Straße".encode("latin-1"), "is not UTF-8"),
    "too long": (b"a" * 8001, "at most 8,000 characters, this one has 8,001"),
    "far too long": (b"a" * 1_000_000, "is too long"),
}


@pytest.mark.parametrize("kind", SCENARIOS)
def test_a_scenario_file_that_makes_no_sense_is_refused(
    kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    content, says = SCENARIOS[kind]
    refused(monkeypatch, capsys, ["--scenario", written("in.md", content)], says)


CASTS: dict[str, tuple[Any, str]] = {
    "no JSON": ("{", "is not JSON"),
    "another shape": ({"people": [ADA, BEN]}, "must hold a list of agents"),
    "an unknown field": ([ADA | {"agee": 3}, BEN], "agent 1 (Ada): there is no field 'agee'"),
    "a trait of 11": (
        [ADA, BEN | {"personality": dict.fromkeys(Traits.model_fields, 11)}],
        "agent 2 (Ben): personality.extroversion should be less than or equal to 10",
    ),
    "an unknown archetype": ([ADA | {"archetype": "wizard"}, BEN], "agent 1 (Ada): archetype"),
    "a missing name": ([{"archetype": "leader"}, BEN], "agent 1: the field 'name' is missing"),
    "no objects": (["Ada", "Ben"], "an agent is a JSON object"),
    "one agent only": ([ADA], "needs at least 2 agents; this cast has 1"),
    "two of one name": ([ADA, ADA | {"id": "other"}], "Two agents of the cast have the name 'ada'"),
    "too many": ([{"name": f"A{n}", "archetype": "artist"} for n in range(51)], "at most 50"),
    "a name of two lines": ([ADA, BEN | {"name": "B\nen"}], "agent 2: name holds a line break"),
    "a blank name": ([ADA, BEN | {"name": " "}], "agent 2 ( ): name should have at least 1"),
    "a number of 5,000 digits": (f"[{'9' * 5000}]", "holds a number that is too long"),
    "nothing but brackets": ("[" * 100_000, "nested too deeply"),
}


@pytest.mark.parametrize("kind", CASTS)
def test_a_cast_that_makes_no_sense_is_refused(
    kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    content, says = CASTS[kind]
    refused(monkeypatch, capsys, ["--cast", written("cast.json", content)], says)


OPTIONS: dict[str, tuple[list[str], str]] = {
    "no such scenario": (["--scenario", "nowhere.md"], "no such file"),
    "a folder as scenario": (["--scenario", "."], "is a directory"),
    "no such cast": (["--cast", "nowhere.json"], "no such file"),
    "no such panel": (["--panel", "wizards"], "the panels are city-council, climate-adaptation"),
    "a panel out of the folder": (["--panel", "../core/version"], "There is no panel"),
    "cast and panel": (["--cast", "a.json", "--panel", "city-council"], "either --cast or --panel"),
    "no turns": (["--turns", "0"], "--turns takes 1 to 1,000"),
    "too many turns": (["--turns", "1001"], "--turns takes 1 to 1,000"),
    "turns that are no number": (["--turns", "many"], "--turns"),
    "an unknown option": (["--colour", "red"], "--colour"),
    "an unknown model": (["--model", "oracle"], "There is no model 'oracle'"),
    "a provider without a name": (["--model", "gemini"], "There is no model 'gemini'"),
    "a missing key": (["--model", "gemini:gemini-3.1-flash-lite"], "key"),
    "an endless pace": (["--pace", "nan"], "--pace takes 0 to 60"),
}


@pytest.mark.parametrize("kind", OPTIONS)
def test_an_option_that_makes_no_sense_is_refused(
    kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    options, says = OPTIONS[kind]
    refused(monkeypatch, capsys, options, says)


@pytest.mark.parametrize("place", ["a-file", "a-file/below", "/proc/nowhere"])
def test_a_place_that_cannot_be_written_is_refused(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    written("a-file", b"mine")
    assert command(monkeypatch, "demo", "--turns", "2", "--out", place) == 2
    assert_one_sentence(capsys.readouterr().err)
    assert Path("a-file").read_bytes() == b"mine"


def test_pages_of_somebody_else_are_not_written_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    Path("kept").mkdir()
    written("kept/report.html", b"mine")
    assert command(monkeypatch, "demo", "--turns", "2", "--out", "kept") == 2
    assert "holds a report.html but no log.jsonl" in capsys.readouterr().err
    assert [path.name for path in Path("kept").iterdir()] == ["report.html"]


def refused(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: Sequence[str],
    says: str,
) -> None:
    assert command(monkeypatch, "demo", *options, "--out", "results/run") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert_one_sentence(err)
    assert says in err
    assert not Path("results").exists()


def assert_one_sentence(text: str) -> None:
    assert text.startswith("symposion: ")
    assert text.count("\n") == 1


def test_the_version_and_the_help_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert command(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == "symposion 1.3.0\n"
    assert command(monkeypatch) == 0
    assert "demo" in capsys.readouterr().out


def test_a_scenario_is_named_by_its_heading_or_its_file():
    path = Path("The harbour.txt")
    written(path.name, "\ufeffFirst line.\r\nSecond line.\r\n".encode())
    plain = inputs.read_scenario(path)
    assert (plain.name, plain.text) == ("The harbour", "First line.\nSecond line.")
    written(path.name, "Before.\n\n## A wall, or none? ##\n\nMore.")
    assert inputs.read_scenario(path).name == "A wall, or none?"


def test_every_panel_has_five_people_who_are_not_their_archetype():
    assert len(inputs.panel_names()) >= 6
    for name in inputs.panel_names():
        agents = inputs.read_panel(name)
        assert len(agents) == 5
        for agent in agents:
            assert agent.traits != Traits.of(agent.archetype), agent.name
            assert 2 <= len(agent.memories) <= 4
            assert all((agent.role, agent.goal, agent.expertise, agent.background, agent.pushback))
            assert agent.blind_spot
            assert agent.contradiction
        assert len({agent.archetype for agent in agents}) >= 4


def test_every_example_names_its_source_and_has_a_cast_of_five():
    examples = sorted(path for path in EXAMPLES.iterdir() if path.is_dir())
    assert len(examples) == 3
    for example in examples:
        scenario = inputs.read_scenario(example / "scenario.md")
        assert "retold in our own words" in (example / "SOURCE.md").read_text("utf-8")
        assert "Commission" not in scenario.text  # nobody in the room knows how it ended
        assert len(inputs.read_cast(example / "cast.json")) == 5


def test_the_built_in_scenario_is_one_of_the_examples():
    example = EXAMPLES / "broad-street-pump"
    assert inputs.built_in_scenario() == inputs.read_scenario(example / "scenario.md")
    assert inputs.built_in_cast() == inputs.read_cast(example / "cast.json")


def test_all_archetypes_can_be_written_in_a_cast():
    rows = [{"name": f"Nr {n}", "archetype": a.value} for n, a in enumerate(Archetype)]
    assert len(inputs.read_cast(Path(written("all.json", {"agents": rows})))) == len(rows)
