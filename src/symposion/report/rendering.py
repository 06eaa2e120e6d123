"""The transcript in Markdown and the report in HTML."""

import base64
import re
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from symposion.engine.metrics.bands import BANDS, scorecard
from symposion.report import charts
from symposion.report.facts import Facts, Line, Note
from symposion.report.measuring import novelty_by_turn, session_of
from symposion.report.wording import ENDINGS, money, moved, signed, written_by

_MARKED = re.compile(r"([\\`*_\[\]<>|~#&])")
_BLOCK = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))", re.MULTILINE)


def markdown(facts: Facts) -> str:
    """Return the transcript; it holds no wall time, so the same seed gives the same text."""
    parts = [
        f"# {_escaped(facts.scenario.name)}",
        f"> {_escaped(written_by(facts.model, simulated=facts.simulated))}",
        f"Seed {_escaped(facts.seed)}, {len(facts.lines)} turns"
        + (f"; {ENDINGS.get(facts.ended, facts.ended)}." if facts.ended else "; not finished."),
        "## Cast",
        "\n".join(f"- **{_escaped(a.name)}**: {_escaped(a.face)}" for a in facts.cast),
        "## Transcript",
    ]
    for (day, period), lines in groupby(
        facts.lines, lambda line: (line.turn.day, line.turn.period)
    ):
        parts.append(f"### Day {day}, {period}")
        parts += [_spoken(line) for line in lines]
    for title, notes in (
        ("Decisions", facts.decisions),
        ("Commitments", facts.commitments),
        ("Questions without an answer", facts.questions),
    ):
        parts.append(f"## {title}")
        parts.append("\n".join(_quoted(note) for note in notes) or "None.")
    return "\n\n".join(parts) + "\n"


def _spoken(line: Line) -> str:
    turn = line.turn
    who = f"**{turn.number}. {_escaped(turn.speaker_name)}**"
    does = _escaped(moved(turn.move, line.addressee))
    return f"{who} ({turn.mood}; {does})\n\n{_escaped(turn.text)}"


def _quoted(note: Note) -> str:
    facts = [f"turn {note.turn}", _escaped(note.speaker)]
    facts += [f"for {_escaped(note.owner)}"] if note.owner else []
    facts += [f"due {_escaped(note.due)}"] if note.due else []
    return f"- {_escaped(' '.join(note.text.split()))} ({', '.join(facts)})"


def _escaped(text: str) -> str:
    """Return ``text`` so that Markdown shows it letter by letter."""
    return _BLOCK.sub(r"\1\\\2", _MARKED.sub(r"\\\1", text)).replace("\n", "\n\n")


def html(facts: Facts) -> str:
    """Return one page that loads nothing from outside and obeys nothing that was said."""
    session = session_of(facts)
    good = next(band.low for band in BANDS if band.name == "novelty") or 0.0
    style = _style()
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    total = sum(share.words for share in facts.shares)
    return (
        _environment()
        .get_template("report.html")
        .render(
            facts=facts,
            hues={agent.name: n % charts.HUES for n, agent in enumerate(facts.cast)},
            style=Markup(style),  # noqa: S704 - our own file, no user text in it
            style_hash=digest,
            words=total,
            made_by=written_by(facts.model, simulated=facts.simulated),
            ending=ENDINGS.get(facts.ended, facts.ended),
            card=scorecard(session),
            words_chart=charts.words_chart(facts.shares),
            novelty_chart=charts.novelty_chart(novelty_by_turn(session), good),
            novelty_good=good,
            stance_charts={
                issue: charts.stance_chart(rows) for issue, rows in facts.stances.items()
            },
            moved=moved,
            money=money,
            percent=_percent,
            signed=signed,
            periods=[
                (day, period, list(lines))
                for (day, period), lines in groupby(
                    facts.lines, lambda line: (line.turn.day, line.turn.period)
                )
            ],
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("symposion.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    return (files("symposion.report") / "templates" / "report.css").read_text("utf-8")


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "–"  # noqa: RUF001 - a dash for "none"
