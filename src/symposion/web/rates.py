"""How often one caller may ask: one bucket per purpose, counted in the memory of this process.

The figures are those of the reliability design (R6.2 "Rates"). A window begins with the first
request that falls into it. Several processes count each for itself.
"""

import math
import time
from dataclasses import dataclass
from typing import Literal

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from symposion.web.errors import RateLimited


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


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left in a bucket; ``reset`` is whole seconds until it is full again, at least 1."""

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
    """The buckets of one process. They hold one number per caller and purpose."""

    def __init__(self) -> None:
        self._strategy = FixedWindowRateLimiter(MemoryStorage())

    async def charge(self, rate: Rate, key: str) -> Standing:
        """Take one request out of the bucket ``key`` of ``rate``, if it is not empty.

        A refused request does not make the wait longer.
        """
        item = RateLimitItemPerSecond(rate.amount, rate.seconds, namespace=rate.purpose)
        admitted = await self._strategy.hit(item, key)
        stats = await self._strategy.get_window_stats(item, key)
        reset = max(1, math.ceil(stats.reset_time - time.time()))
        return Standing(rate, admitted, stats.remaining, reset)


def refusal(standing: Standing) -> RateLimited:
    """Return the error that tells a caller to wait."""
    rate = standing.rate
    return RateLimited(
        f"At most {rate.amount} requests for {rate.purpose} fit into {rate.seconds} seconds; "
        f"please try again in {standing.reset}.",
        retry_after=standing.reset,
    )
