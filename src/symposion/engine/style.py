"""From traits to a way of speaking (engine design, section 8)."""

import math

from symposion.engine.chance import Chance
from symposion.engine.persona import Traits
from symposion.ports.brief import Style


def _clip(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def style_of(traits: Traits) -> Style:
    """Return the style that ``traits`` command; formulas of engine design, section 8.

    ``e, o, c, k, n`` are the traits scaled to [0, 1]; ``z(x) = 2x - 1``.
    """
    e, o, c, k, n = ((t - 1) / 9 for t in traits.model_dump().values())
    ze, zo, zc, zn = (2 * x - 1 for x in (e, o, c, n))
    return Style(
        median_words=28 * math.exp(0.35 * ze + 0.20 * zn),
        sentence_words=_clip(15 + 4 * zc - 4 * zn, 8, 22),
        talk=_clip(0.10 + 0.60 * e + 0.25 * n, 0.05, 0.95),
        question_rate=_clip(0.06 + 0.30 * c + 0.08 * k, 0.05, 0.45),
        hedge_rate=_clip(0.42 - 0.20 * e - 0.12 * n - 0.08 * o, 0.04, 0.45),
        object_weight=_clip(0.06 + 0.28 * (1 - k) + 0.12 * (1 - o), 0.06, 0.45),
        agreement_ceiling=min(0.22, 0.03 + 0.14 * k + 0.06 * o),
        we_share=_clip(0.15 + 0.55 * k, 0.15, 0.70),
        polarity=0.8 * zo,
        exclaim_rate=0.01 + 0.16 * n * o,
        new_topic_rate=_clip(0.04 + 0.18 * c + 0.08 * e, 0.04, 0.30),
        close_rate=0.04 + 0.12 * n + 0.08 * k,
        cut_in=_clip(0.30 + 0.35 * e + 0.20 * n - 0.25 * k, 0.05, 0.85),
        conviction_base=_clip(
            0.50 + 0.25 * (0.5 - k) + 0.15 * (0.5 - c) + 0.10 * (0.5 - o), 0.2, 0.85
        ),
    )


def draw_words(style: Style, chance: Chance, turn: int, agent_id: str) -> int:
    """Return the length of a turn in words: lognormal around the median, clipped to 4-110."""
    noise = 0.45 * chance.normal("words", turn, agent_id)
    return round(_clip(style.median_words * math.exp(noise), 4, 110))
