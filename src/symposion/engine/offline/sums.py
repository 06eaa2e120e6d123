"""Arithmetic that is shown: only on numbers the scenario gives."""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from symposion.engine.offline.pack import pack
from symposion.engine.offline.phrases import Figure, figures

_PARTS = {"half": 2, "third": 3, "quarter": 4, "tenth": 10}


@lru_cache(maxsize=64)
def sums(text: str, language: str) -> tuple[tuple[str, str], ...]:
    """Return (id, clause) pairs such as ("x:half:0", "half of 120 beds is 60 beds").

    Results come out even in the figure's own unit, with at most one decimal more than it has.
    Shares are left alone: half of 3.5% of something unnamed says nothing.
    """
    patterns = pack(language).words["sums"]
    made: list[tuple[str, str]] = []
    for index, figure in enumerate(figures(text, language)):
        if figure.tail == "%" or figure.tail.strip() == "percent" or figure.value < 2:
            continue
        for name, divisor in _PARTS.items():
            result = _divided(figure, divisor)
            if result:
                clause = patterns[name].format(figure=figure.text, result=result)
                made.append((f"x:{name}:{index}", clause))
        twice = _written(figure, figure.value * 2)
        made.append(
            (f"x:twice:{index}", patterns["twice"].format(figure=figure.text, result=twice))
        )
    return tuple(made)


def _divided(figure: Figure, divisor: int) -> str:
    """Return the share of ``figure``, or "" where it would need rounding."""
    places = 0 if figure.value == figure.value.to_integral_value() and not figure.head else 1
    if figure.head and not figure.tail:
        places = 0
    exact = Fraction(figure.value) / divisor
    scaled = exact * 10**places
    if scaled.denominator != 1 or (exact < 2 and places == 0):
        return ""
    return _written(figure, Decimal(scaled.numerator) / 10**places)


def _written(figure: Figure, value: Decimal) -> str:
    plain = value.normalize()
    number = f"{plain:,f}"
    return f"{figure.head}{number}{figure.tail}"
