"""What the terminal shows, and what it never obeys."""

import io
import shutil
from pathlib import Path

import pytest
from rich.console import Console
from scripted import Scripted, outside, people, square

from symposion.demo.picture import draw, recording
from symposion.demo.quality import run
from symposion.demo.stage import Stage, clean
from symposion.engine import drive as driving
from symposion.engine.settings import EngineSettings

EXAMPLES = Path(__file__).parents[2] / "examples"


async def shown(console: Console, turns: int, *, meter: bool) -> None:
    cast = people(3)
    cast[0] = cast[0].model_copy(update={"name": "Eve\x1b[2J\u202etxt [red]"})
    world = outside(Scripted())
    room = await driving.found(
        world, "r", cast, square(), seed="1", settings=EngineSettings(turns=turns)
    )
    stage = Stage(console, meter=meter)
    stage.open(room, (), world.model.card)
    async for event in driving.drive(world, room):
        stage.show(event)
    stage.close(await world.log.read())


async def test_names_and_texts_cannot_command_the_terminal():
    screen = io.StringIO()
    await shown(Console(file=screen, width=60), 6, meter=False)
    text = screen.getvalue()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "Eve[2Jtxt [red]" in text


async def test_the_meter_tells_health_once_there_is_enough_to_tell():
    screen = io.StringIO()
    await shown(Console(file=screen, width=60), 12, meter=False)
    lines = screen.getvalue().splitlines()
    (tenth,) = [line for line in lines if line.startswith("-- turn 10 of 12")]
    assert "novelty " in tenth
    assert "balance " in tenth
    assert "cost $0" in tenth


async def test_on_a_terminal_the_meter_goes_when_the_run_is_over():
    screen = io.StringIO()
    await shown(Console(file=screen, width=60, force_terminal=True), 9, meter=True)
    assert "\x1b[?25l" in screen.getvalue()
    assert screen.getvalue().count("\x1b[?25h") == 1
    assert "9/9" in screen.getvalue()


async def test_a_picture_of_the_screen_loads_nothing_from_elsewhere(tmp_path: Path):
    pictures: list[str] = []
    for name in ("one.svg", "two.svg"):
        console = recording()
        await shown(console, 3, meter=False)
        draw(console, "title", tmp_path / name)
        pictures.append((tmp_path / name).read_text())
    assert pictures[0] == pictures[1]
    assert "url(&quot;http" not in pictures[0]
    assert 'url("http' not in pictures[0]
    assert "Bruno" in pictures[0]


@pytest.mark.parametrize("text", ["\x00", "a\x07b", "\x9b31m", "\u2028", "\ud800"])
def test_what_a_terminal_would_obey_is_left_out(text: str):
    assert not set(clean(text)) & set("\x00\x07\x9b\u2028\ud800")


def test_the_quality_table_is_measured_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    shutil.copytree(EXAMPLES / "challenger-launch", tmp_path / "in" / "one")
    assert run(tmp_path / "in", tmp_path / "quality.md", seeds=2, turns=40) in (0, 1)
    page = (tmp_path / "quality.md").read_text()
    assert capsys.readouterr().out == page
    assert "2 sessions of" in page
    assert "| distinct-2, worst window | >= 0.8 |" in page
    assert run(tmp_path / "nowhere", tmp_path / "other.md", seeds=1, turns=40) == 2
    assert not (tmp_path / "other.md").exists()
