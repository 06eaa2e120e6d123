"""How sure a mean over sessions is."""

from collections.abc import Sequence

from symposion.engine.chance import Chance


def bootstrap(
    values: Sequence[float], chance: Chance, *, draws: int = 1000, level: float = 0.95
) -> tuple[float, float] | None:
    """Return the percentile bootstrap interval of the mean of ``values``; None of fewer than 2.

    Each value stands for one session: the turns within a session are not independent, so never
    hand in turns (engine design, section 13).
    """
    size = len(values)
    if size < 2:
        return None
    means = sorted(
        sum(values[chance.integer(size, "bootstrap", draw, i)] for i in range(size)) / size
        for draw in range(draws)
    )
    tail = (1 - level) / 2
    return means[int(tail * draws)], means[min(draws - 1, int((1 - tail) * draws))]
