"""How often one caller may ask: one bucket per purpose, in moving windows.

The figures are those of the reliability design (R6.2 "Rates"); the setting ``RATES`` changes them.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from symposion.core.errors import Invalid
from symposion.core.windows import Windows
from symposion.ports.counters import Counters
from symposion.web.errors import RateLimited

AMOUNT_LIMIT = 1_000_000
SECONDS_LIMIT = 86_400

Sizes: TypeAlias = Mapping[str, tuple[int, int]]
"""Amount and seconds by purpose."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many requests of one purpose fit into a window.

    Attributes:
        seconds: Length of the window.
        per: Whose bucket it is: the signed-in user (else the address), the address, or the account
            that the field ``email`` of the body names.
    """

    purpose: str
    amount: int
    seconds: int = 60
    per: Literal["caller", "address", "email"] = "caller"


READS = Rate("reads", 600)
WRITES = Rate("writes", 120)
SPENDING = Rate("spending", 20)
LOGIN = Rate("login", 30, per="address")
LOGIN_ACCOUNT = Rate("login-account", 10, per="email")
REFRESH = Rate("refresh", 60, per="address")
REGISTER = Rate("register", 5, 3600, per="address")
TEST_LOGIN = Rate("test-login", 5, 3600, per="address")
STRANGERS_IMAGES = Rate("strangers-images", 5, 3600, per="address")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left in a bucket; ``reset`` is whole seconds to its next free place, at least 1."""

    rate: Rate
    admitted: bool
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """Return the headers that tell it, as most services name them."""
        return {
            "RateLimit-Limit": str(self.rate.amount),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class Limits:
    """The buckets.

    Args:
        counters: Where they are counted; the memory of this process, if nothing is said.
        sizes: What is said of purposes instead of their own amounts and seconds.
    """

    def __init__(self, counters: Counters | None = None, sizes: Sizes | None = None) -> None:
        self._counters = counters or Windows()
        self._sizes = sizes or {}

    async def charge(self, rate: Rate, key: str) -> Standing:
        """Take one request out of the bucket ``key`` of ``rate``, if it is not empty.

        A refused request does not make the wait longer.
        """
        amount, seconds = self._sizes.get(rate.purpose, (rate.amount, rate.seconds))
        taken = await self._counters.take(f"{rate.purpose}/{key}", amount, seconds)
        rate = replace(rate, amount=amount, seconds=seconds)
        return Standing(rate, taken.admitted, taken.remaining, max(1, math.ceil(taken.reset)))


def refusal(standing: Standing) -> RateLimited:
    """Return the error that tells a caller to wait."""
    rate = standing.rate
    return RateLimited(
        f"At most {rate.amount} requests for {rate.purpose} fit into {rate.seconds} seconds; "
        f"please try again in {standing.reset}.",
        retry_after=standing.reset,
    )


_SIZE = re.compile(r"\s*([a-z-]+)\s*=\s*(\d{1,7})\s*/\s*(\d{1,5})\s*", re.ASCII)


def parse_sizes(text: str) -> Sizes:
    """Return what ``text`` says, such as ``login=30/60, register=5/3600``: requests/seconds.

    Raises:
        Invalid: It says something else, something twice, or a figure is out of bounds.
    """
    found: dict[str, tuple[int, int]] = {}
    for part in filter(str.strip, text.split(",")):
        match = _SIZE.fullmatch(part)
        if not match:
            raise Invalid("write purpose=requests/seconds, such as login=30/60")
        purpose, amount, seconds = match[1], int(match[2]), int(match[3])
        if purpose in found:
            raise Invalid(f"{purpose} is named twice")
        if not (1 <= amount <= AMOUNT_LIMIT and 1 <= seconds <= SECONDS_LIMIT):
            raise Invalid(f"{purpose} is out of bounds: 1-{AMOUNT_LIMIT} / 1-{SECONDS_LIMIT}")
        found[purpose] = (amount, seconds)
    return found
