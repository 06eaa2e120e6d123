"""The bands of quality as data, and the scorecard of a session (engine design, section 13).

Read all rows together: one measure moved alone is a warning, not a success.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from symposion.engine.chance import Chance
from symposion.engine.lexicon import lexicon
from symposion.engine.metrics import (
    dialogue,
    diversity,
    floor,
    repetition,
    stance,
    topics,
    trust,
    voice,
)
from symposion.engine.metrics.interval import bootstrap
from symposion.engine.metrics.session import Session
from symposion.engine.metrics.traits import trait_correlation

Verdict: TypeAlias = Literal["good", "between", "bad", "no band", "not measured"]
Grounds: TypeAlias = Literal["M", "T", "law"]
"""M: measured on 3 healthy and 8 collapsed sessions. T: our starting value, to be fitted.
law: holds without exception."""

TOKENS = diversity.WINDOW
"""Tokens below which lexical rows are not measured."""


@dataclass(frozen=True, slots=True)
class Band:
    """What values of one measure are good and bad; between them lies "between".

    Attributes:
        low, high: Ends of the good range, both inclusive; None for open.
        bad_low, bad_high: Bad at or below, at or above; None for never.
        advisory: Shown, but decides nothing.
        tokens: Tokens a session must have for the row to be measured; 0 if it counts no words.
    """

    name: str
    measure: Callable[[Session], float | None]
    grounds: Grounds
    low: float | None = None
    high: float | None = None
    bad_low: float | None = None
    bad_high: float | None = None
    advisory: bool = False
    tokens: int = TOKENS

    @property
    def good(self) -> str:
        """The good range in words."""
        if self.low is None and self.high is None:
            return "no band"
        if self.low is None:
            return f"<= {self.high:g}"
        if self.high is None:
            return "> 0" if self.low == ABOVE_ZERO else f">= {self.low:g}"
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"

    def verdict(self, value: float | None) -> Verdict:
        """Return the verdict on a value of this measure."""
        if value is None:
            return "not measured"
        if self.low is None and self.high is None:
            return "no band"
        if (self.low is None or value >= self.low) and (self.high is None or value <= self.high):
            return "good"
        under = self.bad_low is not None and value <= self.bad_low
        over = self.bad_high is not None and value >= self.bad_high
        return "bad" if under or over or self.grounds == "law" else "between"


def _traits(session: Session) -> float | None:
    return trait_correlation((session,))


ABOVE_ZERO = 1e-9

BANDS: tuple[Band, ...] = (
    Band("distinct-2, worst window", diversity.distinct2_worst, "M", low=0.80, bad_low=0.60),
    Band("compression, worst window", diversity.compression_worst, "M", high=2.75, bad_high=3.5),
    Band("distinct-2, first 1,500", diversity.distinct2_first, "M", low=0.80, bad_low=0.52),
    Band("compression, whole session", diversity.compression_whole, "M", high=2.8, bad_high=3.4),
    Band("self-BLEU4, first 20 turns", diversity.self_bleu4, "M", high=0.20, bad_high=0.30),
    Band("6-gram reuse", diversity.reuse6, "M", high=0.03, bad_high=0.09),
    Band("guard-flag rate", repetition.flag_rate, "M", high=0.06, bad_high=0.15),
    Band("hard-repeat rate", repetition.hard_repeat_rate, "M", high=0.01, bad_high=0.09),
    Band("cross-speaker echo", repetition.echo_rate, "M", high=0.005, bad_high=0.03),
    Band("agreement markers", dialogue.agreement, "M", low=0.05, high=0.25, bad_high=0.55),
    Band("disagreement markers", dialogue.disagreement, "M", low=0.05, bad_low=0.0),
    Band(
        "convergence slope",
        dialogue.convergence_slope,
        "M",
        high=0.05,
        bad_high=0.12,
        advisory=True,
    ),
    Band("novelty", dialogue.novelty, "M", low=0.85, bad_low=0.76),
    Band("novelty, last quarter", dialogue.novelty_last, "M", low=0.80, bad_low=0.72),
    Band("new-content share", dialogue.new_content, "M", low=0.35, bad_low=0.25),
    Band("uptake", dialogue.uptake, "M", low=0.14, high=0.30, bad_low=0.08, bad_high=0.40),
    Band("top opener share", dialogue.top_opener, "T", high=0.15, bad_high=0.40),
    Band("voice separability", voice.separability, "T", low=0.20, bad_low=0.0),
    Band("turn Gini", floor.turn_gini, "M", low=0.05, high=0.25, bad_high=0.35),
    Band("word Gini", floor.word_gini, "T", low=0.05, high=0.25, bad_high=0.35),
    Band("floor respect", floor.floor_respect, "T", low=0.90, bad_low=0.60, tokens=0),
    Band("topic coverage", topics.topic_coverage, "T", low=0.8, bad_low=0.5, tokens=0),
    Band("topic divergence", topics.topic_divergence, "T", advisory=True, tokens=0),
    Band("decision yield", floor.decision_yield, "T", low=ABOVE_ZERO, bad_low=0.0, tokens=0),
    Band("open questions", floor.open_questions, "T", advisory=True, tokens=0),
    Band("stance spread", stance.spread, "T", low=ABOVE_ZERO, bad_low=0.0, tokens=0),
    Band(
        "stance revision",
        stance.revision_rate,
        "T",
        low=0.05,
        high=0.30,
        bad_low=0.0,
        bad_high=0.6,
        tokens=0,
    ),
    Band("explained flips", stance.explained_flips, "T", low=0.95, bad_low=0.8, tokens=0),
    Band("trait correlation", _traits, "T", low=0.5, bad_low=0.2, tokens=0),
    Band("secret leak rate", trust.leak_rate, "law", low=0.0, high=0.0, tokens=0),
    Band("quote fidelity", trust.quote_fidelity, "law", low=1.0, high=1.0, tokens=0),
    Band("calls per turn", trust.generations_per_turn, "T", high=1.10, bad_high=1.5, tokens=0),
    Band("USD per unflagged turn", trust.cost_per_turn, "T", advisory=True, tokens=0),
)


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One measure of one session."""

    name: str
    value: float | None
    good: str
    verdict: Verdict
    grounds: Grounds
    advisory: bool


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All measures of one session.

    Attributes:
        lexicon: Version of the word lists that were counted with.
    """

    tokens: int
    turns: int
    lexicon: str
    rows: tuple[ScoreRow, ...]

    def row(self, name: str) -> ScoreRow:
        """Return the row called ``name``; raises StopIteration if there is none."""
        return next(row for row in self.rows if row.name == name)

    def count(self, verdict: Verdict) -> int:
        """Return how many rows that are not advisory have ``verdict``."""
        return sum(row.verdict == verdict and not row.advisory for row in self.rows)


def scorecard(session: Session) -> Scorecard:
    """Measure ``session`` by every band.

    A row whose inputs are absent, or whose session is too short for it, is "not measured"; so are
    the lexical rows of a session in a script without word spaces.
    """
    tokens = len(session.stream)
    return Scorecard(
        tokens=tokens,
        turns=len(session.utterances),
        lexicon=lexicon(session.language).version,
        rows=tuple(_score(session, band, tokens) for band in BANDS),
    )


def _score(session: Session, band: Band, tokens: int) -> ScoreRow:
    lexical = band.tokens > 0
    able = tokens >= band.tokens and not (lexical and session.unspaced)
    value = band.measure(session) if able else None
    return ScoreRow(band.name, value, band.good, band.verdict(value), band.grounds, band.advisory)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One measure over many sessions.

    Attributes:
        sessions: Sessions in which it was measured.
        mean: Of them; None if there are none.
        interval: 95 % bootstrap interval over sessions; None with fewer than two.
        worst: The value furthest on the wrong side, or the least good one.
        verdicts: How many sessions got which verdict.
        verdict: On the mean.
    """

    name: str
    good: str
    grounds: Grounds
    advisory: bool
    sessions: int
    mean: float | None
    interval: tuple[float, float] | None
    worst: float | None
    verdicts: Counter[Verdict]
    verdict: Verdict


def table(
    scorecards: Sequence[Scorecard], pooled: Mapping[str, float | None] | None = None
) -> tuple[TableRow, ...]:
    """Return one row for each band over all ``scorecards``, in the order of `BANDS`.

    ``pooled`` gives, by name, values that were measured over all sessions at once, such as
    ``{"trait correlation": trait_correlation(sessions)}``; they take the place of the mean.
    """
    chance = Chance("quality")
    rows = tuple(
        _over(band, [card.row(band.name) for card in scorecards], chance) for band in BANDS
    )
    values = dict(pooled or {})
    return tuple(
        replace(row, mean=values[row.name], verdict=band.verdict(values[row.name]))
        if row.name in values
        else row
        for band, row in zip(BANDS, rows, strict=True)
    )


def _over(band: Band, rows: Iterable[ScoreRow], chance: Chance) -> TableRow:
    found = list(rows)
    values = [row.value for row in found if row.value is not None]
    mean = sum(values) / len(values) if values else None
    return TableRow(
        name=band.name,
        good=band.good,
        grounds=band.grounds,
        advisory=band.advisory,
        sessions=len(values),
        mean=mean,
        interval=bootstrap(values, chance),
        worst=max(values, key=lambda value: _badness(band, value), default=None),
        verdicts=Counter(row.verdict for row in found),
        verdict=band.verdict(mean),
    )


def _badness(band: Band, value: float) -> float:
    """Return how far ``value`` lies outside the good range; below 0 inside it."""
    over = value - band.high if band.high is not None else -1e9
    under = band.low - value if band.low is not None else -1e9
    return max(over, under)
