"""Charts as inline SVG, drawn from counts. Colours come from the page's own style sheet."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from markupsafe import Markup

from symposion.report.facts import Share, Stance
from symposion.report.wording import signed

WIDTH = 640
_NARROW = 480
_LABEL = 168
_ROW = 30
HUES = 8
"""Colours of the style sheet; the ninth agent has the first one's again."""


def words_chart(shares: Sequence[Share]) -> Markup:
    """Return bars of the words each agent spoke, in order of the cast."""
    most = max((share.words for share in shares), default=0) or 1
    room = WIDTH - _LABEL - 70
    rows: list[Markup] = []
    for n, share in enumerate(shares):
        y = n * _ROW
        width = room * share.words / most
        rows.append(
            Markup(
                '<text class="name" x="{}" y="{}" text-anchor="end">{}</text>'
                '<rect class="fill h{}" x="{}" y="{}" width="{:.1f}" height="18" rx="3"/>'
                '<text class="count" x="{:.1f}" y="{}">{:,}</text>'
            ).format(
                _LABEL - 12,
                y + 20,
                _short(share.name),
                n % HUES,
                _LABEL,
                y + 6,
                width,
                _LABEL + width + 8,
                y + 20,
                share.words,
            )
        )
    return _svg("Words spoken by each agent", len(shares) * _ROW + 6, rows)


def novelty_chart(values: Sequence[tuple[int, float]], good: float) -> Markup:
    """Return the novelty (0 to 1) of each turn as a line, and ``good`` as a dashed one."""
    height, left, top = 190, 40, 12
    low, floor = height - 28, 0.0
    first, last = (values[0][0], values[-1][0]) if values else (1, 2)
    span = max(1, last - first)

    def place(turn: int, value: float) -> tuple[float, float]:
        x = left + (WIDTH - left - 16) * (turn - first) / span
        return x, low - (low - top) * (value - floor)

    points = [place(turn, value) for turn, value in values]
    parts = [
        _axis_line(left, low - (low - top) * v, f"{v:.2f}") for v in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    y = low - (low - top) * good
    parts.append(
        Markup('<line class="good" x1="{}" y1="{:.1f}" x2="{}" y2="{:.1f}"/>').format(
            left, y, WIDTH - 16, y
        )
    )
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts.append(Markup('<polyline class="curve" points="{}"/>').format(path))
    for (turn, value), (x, y) in zip(values, points, strict=True):
        parts.append(
            Markup('<circle class="point" cx="{:.1f}" cy="{:.1f}" r="2.6">').format(x, y)
            + Markup("<title>turn {}: {:.2f}</title></circle>").format(turn, value)
        )
    for turn in _ticks(first, last):
        x, _ = place(turn, 0.0)
        parts.append(
            Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
                x, height - 8, turn
            )
        )
    return _svg("Novelty of each turn", height, parts)


def stance_chart(stances: Sequence[Stance]) -> Markup:
    """Return where each agent stood first (ring) and last (dot), from -1 to 1."""
    left, right = _LABEL, _NARROW - 70
    middle = (left + right) / 2
    half = (right - left) / 2
    height = len(stances) * _ROW + 30
    parts = [
        Markup('<line class="axis" x1="{0:.1f}" y1="4" x2="{0:.1f}" y2="{1}"/>').format(
            middle, height - 24
        )
    ]
    for text, x, anchor in (
        ("against", left, "start"),
        ("undecided", middle, "middle"),
        ("for", right, "end"),
    ):
        parts.append(
            Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="{}">{}</text>').format(
                x, height - 6, anchor, text
            )
        )
    for n, stance in enumerate(stances):
        y = n * _ROW + 16
        path = [stance.first, *(shift.after for shift in stance.shifts)]
        xs = [middle + half * x for x in path]
        parts.append(
            Markup('<text class="name" x="{}" y="{}" text-anchor="end">{}</text>').format(
                left - 12, y + 4, _short(stance.name)
            )
        )
        parts += [
            Markup('<line class="stroke h{}" x1="{:.1f}" y1="{}" x2="{:.1f}" y2="{}"/>').format(
                n % HUES, a, y, b, y
            )
            for a, b in pairwise(xs)
        ]
        parts.append(
            Markup('<circle class="ring h{}" cx="{:.1f}" cy="{}" r="6"/>').format(
                n % HUES, xs[0], y
            )
            + Markup('<circle class="fill h{}" cx="{:.1f}" cy="{}" r="5"/>').format(
                n % HUES, xs[-1], y
            )
            + Markup('<text class="count" x="{}" y="{}" text-anchor="end">{}</text>').format(
                _NARROW - 8, y + 4, signed(stance.last)
            )
        )
    return _svg("First and last stance of each agent", height, parts, _NARROW)


def _ticks(first: int, last: int) -> list[int]:
    step = max(1, round((last - first) / 8 / 5) * 5) if last - first > 8 else 1  # noqa: PLR2004 - labels that fit
    return [turn for turn in range(first, last + 1) if turn % step == 0 or step == 1]


def _axis_line(left: int, y: float, label: str) -> Markup:
    return Markup(
        '<line class="grid" x1="{}" y1="{:.1f}" x2="{}" y2="{:.1f}"/>'
        '<text class="tick" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
    ).format(left, y, WIDTH - 16, y, left - 6, y + 4, label)


def _short(name: str) -> str:
    return name if len(name) <= 22 else f"{name[:21]}…"  # noqa: PLR2004 - letters that fit beside a bar


def _svg(label: str, height: float, parts: Iterable[Markup], width: int = WIDTH) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(width, height, label, Markup("").join(parts))
