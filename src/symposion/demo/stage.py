"""The conversation as the terminal shows it: turn by turn, with a meter below."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.padding import Padding
from rich.text import Text

from symposion.core.texts import visible
from symposion.demo.pulse import Pulse
from symposion.engine.drive import turn_of
from symposion.engine.room import Room
from symposion.engine.turns import Turn
from symposion.ports.language import ModelCard
from symposion.ports.log import Event
from symposion.report.wording import ENDINGS, moved, written_by

_COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "red")
_METER_EVERY = 10
"""Turns between two lines of the meter where no meter can stay on the screen."""


class Stage:
    """Shows one run on a terminal, or line by line where there is none.

    Args:
        console: Where to; colours and width are its own.
        meter: Whether a meter stays below the turns; a recorded screen cannot have one.
    """

    def __init__(self, console: Console, *, meter: bool = True) -> None:
        self._console = console
        self._steady = console.is_terminal and not console.is_dumb_terminal
        self._meters = meter and self._steady
        self._live: Live | None = None
        self._names: dict[str, str] = {}
        self._pulse = Pulse({}, "en", (), 0)

    def open(self, room: Room, before: Sequence[Event], card: ModelCard) -> None:
        """Introduce the run; ``before`` is what its log held already."""
        self._names = {m.id: clean(m.agent.name) for m in room.members.values()}
        self._pulse = Pulse(
            self._names, room.scenario.language, room.issues, room.settings.turns, bool(card.price)
        )
        model = {"provider": card.provider, "model": card.model}
        self._say(Text(clean(room.scenario.name), "bold"))
        for member in room.present():
            line = Text("  ").append(clean(member.agent.name), self._colour(member.id))
            self._say(line.append(f"  {clean(member.agent.face)}", "dim"))
        self._say(Text(written_by(model, simulated=card.simulated), "yellow"))
        for event in before:
            self._pulse.take(event, turn_of(event, self._names))
        if before:
            self._say(
                Text(f"The log holds {self._pulse.turns} turns already; it goes on from there.")
            )
        self._say(Text())
        if self._meters:
            self._live = Live(self._meter(), console=self._console, auto_refresh=False)
            self._live.start()

    def show(self, event: Event) -> None:
        """Show what an event means to somebody watching; most mean nothing."""
        turn = turn_of(event, self._names)
        self._pulse.take(event, turn)
        if turn is not None:
            self._speak(turn)
        else:
            self._remark(event)
        if self._live is not None:
            self._live.update(self._meter(), refresh=True)
        elif turn is not None and turn.number % _METER_EVERY == 0 and not self._steady:
            self._say(Text(f"-- {self._pulse.sentence()}"))

    def leave(self) -> None:
        """Take the meter off the screen; may be called at any time."""
        if self._live is not None:
            self._live.update(Text(), refresh=True)
            self._live.stop()
            self._live = None

    def close(self, events: Sequence[Event]) -> None:
        """Say how it ended; ``events`` are the whole log."""
        self.leave()
        reason = next((e.payload["reason"] for e in reversed(events) if e.type == "run.ended"), "")
        self._say(Text(f"The conversation is over: {ENDINGS.get(reason, reason)}.", "bold"))
        self._say(self._meter() if self._steady else Text(self._pulse.sentence()))
        if self._pulse.advice:
            self._say(Text(self._pulse.advice, "dim"))

    def kept(self, paths: Sequence[Path]) -> None:
        """Name the files that were written."""
        self._say(Text("Written: " + ", ".join(str(path) for path in paths)))

    def finished_before(self, folder: Path) -> None:
        """Say that there was nothing left to play."""
        self._say(
            Text(
                f"The run in {folder} was finished before; its pages are written anew from its log."
            )
        )

    def not_kept(self) -> None:
        """Say how to keep a run."""
        self._say(
            Text("Nothing was kept. To keep log, transcript and report, add:  --out FOLDER", "dim")
        )

    def _speak(self, turn: Turn) -> None:
        name = self._names.get(turn.speaker_id, turn.speaker_name)
        does = moved(turn.move, self._names.get(turn.addressee_id, ""))
        head = Text().append(f"{turn.number:>3}  ", "dim")
        head.append(name, f"bold {self._colour(turn.speaker_id)}")
        head.append(f"  {turn.mood} · {does}", "dim")
        if self._steady:
            self._say(head)
            self._console.print(Padding(Text(clean(turn.text)), (0, 0, 1, 5)))
        else:
            self._say(head.append(f": {' '.join(clean(turn.text).split())}"))

    def _remark(self, event: Event) -> None:
        p = event.payload
        match event.type:
            case "period.advanced":
                words = f"-- day {p['day']}, {p['period']}"
            case "beat.injected":
                words = f"-- on the table: {clean(p['text'])}"
            case "floor.silent":
                words = "-- silence"
            case "turn.passed":
                name = self._names.get(p["speaker"], "")
                words = f"-- {name} passes: every draft was refused ({p['reason']})"
            case "call.failed":
                words = f"-- the model failed: {clean(p['detail'])}"
            case _:
                return
        self._say(Text(words, "dim"))

    def _say(self, text: Text) -> None:
        self._console.print(text, soft_wrap=not self._steady, highlight=False)

    def _meter(self) -> Text:
        bar = self._pulse.bar(max(20, self._console.width))
        bar.no_wrap, bar.overflow = True, "ellipsis"
        return bar

    def _colour(self, agent_id: str) -> str:
        ids = list(self._names)
        return _COLOURS[ids.index(agent_id) % len(_COLOURS)] if agent_id in ids else "white"


def clean(text: str) -> str:
    """Return ``text`` without anything a terminal would obey instead of showing."""
    kept = (
        c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp")
    )
    return visible("".join(kept))
