"""Simulated time: days of three periods, two minutes a turn. No wall clock anywhere."""

from typing import Final

PERIODS: Final = ("morning", "afternoon", "evening")
_START = {"morning": 480, "afternoon": 780, "evening": 1080}
MINUTES_PER_TURN = 2
DAY = 1440
HOUR = 60


def start_of(day: int, period: str) -> int:
    """Return the minute at which ``period`` of ``day`` begins (engine design, section 6)."""
    return day * DAY + _START[period]


def following(day: int, period: str) -> tuple[int, str]:
    """Return the day and period that come next."""
    index = PERIODS.index(period) + 1
    return (day, PERIODS[index]) if index < len(PERIODS) else (day + 1, PERIODS[0])
