"""The pulse of a running talk: turns, health, tokens and cost so far, as one line."""

from collections.abc import Mapping, Sequence

from rich.text import Text

from symposion.engine.metrics.health import NOVEL, Health, HealthMeter
from symposion.engine.metrics.session import Utterance
from symposion.engine.turns import Turn
from symposion.ports.brief import Issue
from symposion.ports.log import Event
from symposion.report.wording import money

_CELLS = 8


class Pulse:
    """Counts a run event by event.

    Args:
        names: Names of the participants by id.
        language: Of the room.
        issues: The questions on the table.
        wanted: Turns after which the run ends.
        priced: Whether the model has a known price.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        language: str,
        issues: Sequence[Issue],
        wanted: int,
        priced: bool = False,
    ) -> None:
        self._meter = HealthMeter(names, language, issues)
        self._health: Health | None = None
        self._wanted = wanted
        self._priced = priced
        self._tokens_in = self._tokens_out = self._micro_usd = 0
        self.turns = 0

    @property
    def advice(self) -> str:
        """What the health meter says of the talk."""
        return f"{self._health.sentence} {self._health.remedy}".strip() if self._health else ""

    def take(self, event: Event, turn: Turn | None) -> None:
        """Take in an event, and the turn it stands for, if any."""
        p = event.payload
        if event.type == "call.recorded":
            self._tokens_in += p["tokens_in"]
            self._tokens_out += p["tokens_out"]
        elif event.type == "budget.settled":
            self._micro_usd += p["spent"]
        elif turn is not None:
            self.turns = turn.number
            said = Utterance(turn.number, turn.speaker_id, turn.speaker_name, turn.text)
            self._health = self._meter.add(said)

    def sentence(self) -> str:
        """Return everything as one plain line."""
        return f"turn {self.turns} of {self._wanted} · {self._measures()} · {self._costs()}"

    def bar(self, width: int) -> Text:
        """Return everything as one line for a terminal ``width`` cells wide."""
        done = round(_CELLS * self.turns / self._wanted) if self._wanted else 0
        line = Text(" ")
        line.append("━" * done, "green").append("━" * (_CELLS - done), "dim")
        line.append(f" {self.turns}/{self._wanted}  ")
        novelty = self._health.novelty if self._health else None
        low = novelty is not None and novelty < NOVEL
        line.append(self._measures(), "red" if low else "green")
        if width >= 100:  # noqa: PLR2004 - where the costs fit beside the measures
            line.append(f"  {self._costs()}", "dim")
        return line

    def _measures(self) -> str:
        health = self._health
        rows = (
            ("novelty", health.novelty if health else None),
            ("agreement", health.agreement if health else None),
            ("balance", health.balance if health else None),
        )
        if all(value is None for _, value in rows):
            return "health: too early to tell"
        return " ".join(f"{name} {'–' if v is None else f'{v:.2f}'}" for name, v in rows)  # noqa: RUF001 - a dash for "none"

    def _costs(self) -> str:
        cost = money(self._micro_usd if self._priced else None)
        return f"tokens {self._tokens_in:,} in, {self._tokens_out:,} out · cost {cost}"
