"""Bit columns: counts, for thousands of turns at once, how many features each may share.

A column is one whole number with a bit for each turn. Adding columns up digit by digit, as a
chain of half adders does, gives all counts in some hundred operations on whole numbers.
"""

from collections.abc import Iterable, Iterator
from zlib import crc32


class Columns:
    """Which turns hold which features, one whole number a column, one bit a turn."""

    __slots__ = ("_columns",)

    def __init__(self, width: int) -> None:
        self._columns = [0] * width

    def add(self, bit: int, features: Iterable[str]) -> None:
        """Set the columns of ``features`` for the turn that ``bit`` (a power of two) means."""
        columns, width = self._columns, len(self._columns)
        for place in {crc32(feature.encode()) % width for feature in features}:
            columns[place] |= bit

    def count(self, features: Iterable[str], among: int) -> list[int]:
        """Return, for each turn in ``among``, at least how many features it may share.

        The count is bit-sliced: number k of the list holds bit k of every turn's count. Two
        features in one column both count, so a count is never below the true one.
        """
        columns, width = self._columns, len(self._columns)
        slices: list[int] = []
        for feature in features:
            carry = columns[crc32(feature.encode()) % width] & among
            for k, low in enumerate(slices):
                if not carry:
                    break
                slices[k] = low ^ carry
                carry &= low
            else:
                if carry:
                    slices.append(carry)
        return slices


def at_least(slices: list[int], least: int, among: int) -> int:
    """Return the turns in ``among`` whose bit-sliced count is ``least`` or more."""
    if least >> len(slices):
        return 0
    more, equal = 0, among
    for k in range(len(slices) - 1, -1, -1):
        if least >> k & 1:
            equal &= slices[k]
        else:
            more |= equal & slices[k]
            equal &= ~slices[k]
    return more | equal


def most(slices: list[int], among: int) -> int:
    """Return the turns in ``among`` with the highest count."""
    for part in reversed(slices):
        among = among & part or among
    return among


def places(bits: int) -> Iterator[int]:
    """Yield the places of the bits that are set, highest (newest turn) first."""
    while bits:
        place = bits.bit_length() - 1
        bits ^= 1 << place
        yield place
