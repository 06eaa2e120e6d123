"""Moving windows are exact in every stretch of time."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from symposion.core.windows import SWEEP_SECONDS, Windows


class Dial:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(
    st.lists(st.integers(0, 40), max_size=80),
    st.integers(1, 6),
    st.integers(1, 60),
)
def test_no_stretch_of_time_lets_in_more_than_its_amount(
    gaps: list[int], amount: int, seconds: int
):
    async def play() -> None:
        dial = Dial()
        windows = Windows(dial)
        let_in: list[float] = []
        for gap in gaps:
            dial.now += gap
            recent = [t for t in let_in if t > dial.now - seconds]
            taken = await windows.take("b", amount, seconds)
            assert taken.admitted == (len(recent) < amount)
            if taken.admitted:
                let_in.append(dial.now)
                recent.append(dial.now)
            assert taken.remaining == amount - len(recent)
            assert taken.reset == recent[0] + seconds - dial.now > 0

    asyncio.run(play())


async def test_the_wait_that_is_told_is_the_wait_that_is_needed():
    dial = Dial()
    windows = Windows(dial)
    for moment in (0, 7, 9):
        dial.now = moment
        refused = await windows.take("b", 2, 10)
    assert (refused.admitted, refused.reset) == (False, 1)

    dial.now += refused.reset
    assert (await windows.take("b", 2, 10)).admitted
    assert not (await windows.take("b", 2, 10)).admitted


async def test_windows_nobody_uses_are_forgotten_and_others_are_not():
    dial = Dial()
    windows = Windows(dial)
    for number in range(1000):
        await windows.take(f"b{number}", 1, 10)
    await windows.take("long", 1, 3600)
    dial.now = SWEEP_SECONDS
    assert not (await windows.take("long", 1, 3600)).admitted

    assert len(windows._windows) == 1
