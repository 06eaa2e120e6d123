"""``symposion bench quality``: the offline model measured by every band, over many runs."""

import asyncio
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from symposion.core.errors import DomainError
from symposion.core.version import VERSION
from symposion.demo import folder, inputs
from symposion.demo.inputs import BadInput
from symposion.engine import drive as driving
from symposion.engine.chance import Chance
from symposion.engine.lexicon import lexicon
from symposion.engine.memory_log import MemoryLog
from symposion.engine.metrics.bands import TOKENS, Scorecard, TableRow, scorecard, table
from symposion.engine.metrics.session import Session
from symposion.engine.metrics.traits import trait_correlation
from symposion.engine.persona import TRAITS, Agent, Traits
from symposion.engine.scenario import Scenario
from symposion.engine.settings import EngineSettings
from symposion.main import SystemClock, language_model
from symposion.ports.language import LanguageModel
from symposion.report.facts import gather
from symposion.report.measuring import session_of
from symposion.settings import Settings

LONGER = 10
"""Turns added while a session is too short to be measured."""
LONGEST = 120


def run(scenarios: Path, out: Path, seeds: int, turns: int) -> int:
    """Measure, print the table, write it to ``out``; return the exit code.

    0: every row is good. 1: one that is not advisory is not. 2: the scenarios cannot be read.

    Args:
        scenarios: Folder with one folder for each scenario: scenario.md and cast.json.
        out: Markdown file.
        seeds: Runs of each scenario, with seeds 1 to this.
        turns: Turns of each run; more where these make fewer than 1,500 words.
    """
    try:
        found = list(_scenarios(scenarios))
        sessions = asyncio.run(_sessions(found, seeds, turns))
        cards = [scorecard(session) for session in sessions]
        redrawn = [s for n, s in enumerate(sessions) if n % seeds % 2]
        pooled = {"trait correlation": trait_correlation(redrawn)}
        rows = table(cards, pooled)
        names = [scenario.name for scenario, _ in found]
        page = _page(rows, cards, names, f"{seeds} seeds, {turns} turns")
        folder.write_all(out.parent, {out.name: page.encode()})
    except DomainError as error:
        sys.stderr.write(f"symposion: {error}\n")
        return 2
    sys.stdout.write(page)
    return int(any(row.verdict in ("between", "bad") and not row.advisory for row in rows))


def _scenarios(place: Path) -> Iterator[tuple[Scenario, tuple[Agent, ...]]]:
    found = sorted(path.parent for path in place.glob("*/scenario.md"))
    if not found:
        raise BadInput(f"There is no scenario in {place}: it needs folders with a scenario.md.")
    for each in found:
        yield inputs.read_scenario(each / "scenario.md"), inputs.read_cast(each / "cast.json")


async def _sessions(
    found: Iterable[tuple[Scenario, tuple[Agent, ...]]], seeds: int, turns: int
) -> list[Session]:
    model = language_model("offline", Settings.model_construct())
    sessions: list[Session] = []
    for scenario, cast in found:
        for seed in range(1, seeds + 1):
            people = cast if seed % 2 else _redrawn(cast, seed)
            session = await _long_enough(model, scenario, people, seed, turns)
            sessions.append(session)
            sys.stderr.write(f"{scenario.name}, seed {seed}: {len(session.stream)} words\n")
    return sessions


def _redrawn(cast: Sequence[Agent], seed: int) -> tuple[Agent, ...]:
    """Return ``cast`` with traits drawn evenly from 1 to 10.

    Fifteen written people share few tempers; what a trait commands shows over its whole range.
    """
    chance = Chance(f"quality-{seed}")
    return tuple(
        agent.model_copy(
            update={
                "personality": Traits(**{t: 1 + chance.integer(10, agent.id, t) for t in TRAITS})
            }
        )
        for agent in cast
    )


async def _long_enough(
    model: LanguageModel, scenario: Scenario, cast: Sequence[Agent], seed: int, turns: int
) -> Session:
    """Play until the words suffice for the lexical rows, or `LONGEST` turns are reached."""
    while True:
        session = await _play(model, scenario, cast, seed, turns)
        if len(session.stream) >= TOKENS or turns >= LONGEST:
            return session
        turns += LONGER


async def _play(
    model: LanguageModel, scenario: Scenario, cast: Sequence[Agent], seed: int, turns: int
) -> Session:
    log = MemoryLog()
    outside = driving.Outside(log, model, SystemClock(), asyncio.sleep)
    settings = EngineSettings(turns=turns)
    room = await driving.found(
        outside, f"quality-{seed}", cast, scenario, seed=str(seed), settings=settings
    )
    async for _ in driving.drive(outside, room):
        pass
    return session_of(gather(await log.read()))


def _page(
    rows: Sequence[TableRow], cards: Sequence[Scorecard], names: Sequence[str], runs: str
) -> str:
    turns = [card.turns for card in cards]
    words = [card.tokens for card in cards]
    head = [
        "# Quality of the offline model",
        f"Made by `symposion bench quality` with symposion {VERSION}, word lists "
        f"{lexicon('en').version}: {len(names)} scenarios ({'; '.join(names)}), {runs}, or more "
        f"turns where these make fewer than {TOKENS:,} words. {len(cards)} sessions of "
        f"{min(turns)} to {max(turns)} turns and {min(words):,} to {max(words):,} words.",
        "With even seeds the traits of all agents are drawn anew, evenly from 1 to 10; the trait "
        "correlation is over those agents.",
        "The bands separate healthy from collapsed *simulations*; they are no claim about people. "
        "M: bands measured on recorded sessions; T: starting values; law: holds without exception. "
        "Intervals are 95 % bootstrap intervals over sessions. The verdict is on the mean; "
        "good / between / bad / not measured count sessions.",
        "| Measure | Good | Mean | Interval | Worst | Verdict | Sessions | Band |\n"
        "|---|---|---|---|---|---|---|---|\n" + "\n".join(map(_row, rows)),
    ]
    return "\n\n".join(head) + "\n"


def _row(row: TableRow) -> str:
    counts = "/".join(str(row.verdicts[v]) for v in ("good", "between", "bad", "not measured"))
    interval = "–" if row.interval is None else " to ".join(map(_number, row.interval))  # noqa: RUF001 - a dash for "none"
    name = f"{row.name} (advisory)" if row.advisory else row.name
    cells = (
        name,
        row.good,
        _number(row.mean),
        interval,
        _number(row.worst),
        row.verdict,
        counts,
        row.grounds,
    )
    return f"| {' | '.join(cells)} |"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"  # noqa: RUF001 - a dash for "none"
