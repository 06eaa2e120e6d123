"""A conversation from one command: killed, continued, finished, told; real processes throughout."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from symposion.demo.command import Wish, run
from symposion.engine.log import first_break, from_dict

COMMAND = Path(sys.executable).with_name("symposion")
TURNS = 14
PAGES = {"transcript.md", "transcript.json", "report.html"}


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("MODEL", "NO_COLOR", "FORCE_COLOR")}
    return kept | {"PYTHONUNBUFFERED": "1"} | more


def demo(*options: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "demo", "--turns", str(TURNS), *options],
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def demo_until(turn: int, end: signal.Signals, *options: str) -> tuple[int, str]:
    """Start the demo, send ``end`` once ``turn`` is on the screen; return exit code and stderr."""
    command = [COMMAND, "demo", "--turns", str(TURNS), "--pace", "0.02", *options]
    process = subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    for line in process.stdout:
        if re.match(rf"\s*{turn}  ", line):
            process.send_signal(end)
            break
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def told(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "transcript.json").read_bytes())


def spoken(folder: Path) -> list[tuple[int, str, str]]:
    turns = [e["payload"] for e in told(folder)["events"] if e["type"] == "turn.committed"]
    return [(p["number"], p["speaker"], p["text"]) for p in turns]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody interrupted."""
    folder = tmp_path_factory.mktemp("undisturbed") / "run"
    ran = demo("--out", str(folder))
    assert (ran.returncode, ran.stderr) == (0, "")
    return folder


def test_a_run_killed_several_times_loses_and_doubles_nothing(undisturbed: Path, tmp_path: Path):
    folder = tmp_path / "killed"
    for turn in (1, 6, 11):
        code, _ = demo_until(turn, signal.SIGKILL, "--out", str(folder))
        assert code == -signal.SIGKILL
        assert not PAGES & {path.name for path in folder.iterdir()}
    code, err = demo_until(12, signal.SIGINT, "--out", str(folder))
    assert code == 130
    assert "the same command goes on: symposion demo" in err
    ran = demo("--out", str(folder))
    assert ran.returncode == 0
    assert re.search(r"The log holds 1[2-4] turns already", ran.stdout)
    assert spoken(folder) == spoken(undisturbed)
    assert [number for number, _, _ in spoken(folder)] == list(range(1, TURNS + 1))
    same = [(place / "transcript.md").read_text() for place in (folder, undisturbed)]
    assert same[0] == same[1]
    assert first_break([from_dict(event) for event in told(folder)["events"]]) == 0


def test_a_log_cut_at_any_byte_is_continued_to_the_same_turns(undisturbed: Path, tmp_path: Path):
    whole = (undisturbed / "log.jsonl").read_bytes()
    for n, share in enumerate((0.0, 0.001, 0.31, 0.62, 0.999)):
        folder = tmp_path / str(n)
        folder.mkdir()
        (folder / "log.jsonl").write_bytes(whole[: int(len(whole) * share)])
        assert play(folder) == 0
        assert spoken(folder) == spoken(undisturbed)


def play(folder: Path, **other: Any) -> int:
    options: dict[str, Any] = {
        "scenario": None,
        "cast": None,
        "panel": None,
        "turns": TURNS,
        "seed": 7,
        "model": "offline",
        "out": folder,
        "pace": 0.0,
    }
    return run(Wish(**options | other), ["symposion", "demo"])


def test_a_finished_run_only_gets_its_pages_anew(
    undisturbed: Path, capsys: pytest.CaptureFixture[str]
):
    before = {path.name: path.read_bytes() for path in undisturbed.iterdir()}
    (undisturbed / "report.html").unlink()
    assert play(undisturbed) == 0
    assert "was finished before" in capsys.readouterr().out
    assert {path.name: path.read_bytes() for path in undisturbed.iterdir()} == before
    assert set(before) == PAGES | {"log.jsonl"}


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"seed": 8}, "another seed"),
        ({"turns": TURNS + 1}, "another number of turns"),
        ({"panel": "city-council"}, "another cast"),
    ],
)
def test_a_folder_with_another_run_is_refused_and_left_alone(
    other: dict[str, Any], says: str, undisturbed: Path, capsys: pytest.CaptureFixture[str]
):
    before = {path.name: path.read_bytes() for path in undisturbed.iterdir()}
    assert play(undisturbed, **other) == 2
    assert f"holds another run ({says})" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in undisturbed.iterdir()} == before


def test_a_log_that_somebody_changed_is_refused(
    undisturbed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "log.jsonl").write_bytes(
        (undisturbed / "log.jsonl").read_bytes().replace(b"water", b"wine?", 1)
    )
    assert play(tmp_path) == 2
    assert "was changed: event 2" in capsys.readouterr().err


def test_in_a_pipe_every_turn_is_a_plain_line_stamped_as_simulated(tmp_path: Path):
    ran = demo(COLUMNS="40", PYTHONIOENCODING="ascii")
    assert ran.returncode == 0
    assert "\x1b" not in ran.stdout
    assert "Simulated text: written by rules" in ran.stdout
    numbers = re.findall(r"^ *(\d+)  \S.*?: \S", ran.stdout, re.MULTILINE)
    assert numbers == [str(n) for n in range(1, TURNS + 1)]
    assert "--out FOLDER" in ran.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
def test_a_screen_that_takes_nothing_ends_the_run_with_one_sentence(tmp_path: Path):
    out = tmp_path / "out"
    with Path("/dev/full").open("w") as screen:
        ended = subprocess.run(
            [COMMAND, "demo", "--turns", "2", "--out", out],
            env=environment(),
            stdout=screen,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )

    assert ended.returncode == 1
    assert ended.stderr.startswith("symposion: The conversation stopped: No space left on device.")
    assert ended.stderr.count("\n") == 1


def test_on_a_narrow_terminal_without_colour_nothing_is_wider_or_coloured():
    screen = on_a_terminal(environment(NO_COLOR="1", TERM="xterm", COLUMNS="44", LINES="20"))
    assert f"{TURNS}/{TURNS}" in screen
    assert not re.search(r"\x1b\[[0-9;]*\b(?:3[0-7]|9[0-7]|38)[0-9;]*m", screen)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen)
    assert max(len(line) for line in re.split(r"[\r\n]+", plain)) <= 44


def on_a_terminal(settings: dict[str, str]) -> str:
    """Return everything a terminal gets to see of a demo."""
    ours, theirs = pty.openpty()
    command = [COMMAND, "demo", "--turns", str(TURNS)]
    process = subprocess.Popen(command, env=settings, stdout=theirs, stderr=theirs, stdin=theirs)
    os.close(theirs)
    parts: list[bytes] = []
    try:
        while part := os.read(ours, 65536):
            parts.append(part)
    except OSError:  # how Linux says that the other side is closed
        pass
    os.close(ours)
    assert process.wait(timeout=60) == 0
    return b"".join(parts).decode()


@contextmanager
def provider(*, replies: int) -> Generator[Any]:
    """An OpenAI-compatible server that accepts the key for so many replies, and then no more."""

    class Handler(BaseHTTPRequestHandler):
        left = replies
        asked = 0

        def do_GET(self) -> None:
            good = self.headers["Authorization"] == "Bearer good-key"
            self.reply(200 if good else 401, {"id": "small", "object": "model"})

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            Handler.asked += 1
            if Handler.left <= 0:
                self.reply(401, {"error": {"message": "key withdrawn"}})
                return
            Handler.left -= 1
            text = WORDS[Handler.asked % len(WORDS)]
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self.reply(200, {"id": "r", "model": "small", "choices": [choice]})

        def reply(self, status: int, body: object) -> None:
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server, Handler
        finally:
            server.shutdown()
            thread.join()


WORDS: Sequence[str] = (
    "Close the pump tonight and count again on Monday.",
    "A brewery well could serve four streets if carts are lent.",
    "Foul drains explain Berwick Street better than any bucket does.",
    "Widows cannot walk further; somebody must carry their pails.",
    "My map shows fewer coffins wherever another well is nearer.",
    "The vestry will ask what this costs before breakfast.",
)


def test_a_provider_that_fails_midway_keeps_the_log_and_can_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "run"
    with provider(replies=2) as (server, handler):
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "bad-key")
        wish: dict[str, Any] = {"model": "openai:small", "turns": 4}

        assert play(folder, **wish) == 2
        assert "did not accept the key" in capsys.readouterr().err
        assert not folder.exists()

        monkeypatch.setenv("OPENAI_API_KEY", "good-key")
        assert play(folder, **wish) == 1
        out, err = capsys.readouterr()
        assert "Written by the language model openai small" in out
        assert "The conversation stopped: " in err
        assert "the same command goes on" in err
        assert {path.name for path in folder.iterdir()} == {"log.jsonl"}

        handler.left = 10
        assert play(folder, **wish) == 0
        assert "cost not known" in capsys.readouterr().out
    assert [number for number, _, _ in spoken(folder)] == [1, 2, 3, 4]
    assert "(no price is known for this model)" in (folder / "report.html").read_text()
