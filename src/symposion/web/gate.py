"""The gate every request passes: which policy holds, and whether its caller may ask again yet."""

import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, cast

from fastapi import Request
from structlog.contextvars import bind_contextvars

from symposion.web.peers import Network, peer_of
from symposion.web.policy import Operation, Policies, Policy
from symposion.web.rates import Limits, Rate, Standing, refusal


class Gate:
    """Knows the policy table and counts requests.

    Args:
        policies: A row for every operation.
        limits: The buckets; None lets everybody ask as often as they like.
        trusted: The proxies whose ``X-Forwarded-For`` is believed.
        pen: Secret that makes of an address the name it has in the logs.
    """

    def __init__(
        self,
        policies: Policies,
        limits: Limits | None = None,
        trusted: Sequence[Network] = (),
        pen: bytes = b"",
    ) -> None:
        self._policies = policies
        self._limits = limits
        self._trusted = tuple(trusted)
        self._pen = pen

    def policy(self, operation: Operation) -> Policy:
        """Return the row of ``operation``.

        Raises:
            LookupError: It has none: what nobody thought about is not served.
        """
        if operation not in self._policies:
            raise LookupError(f"{' '.join(operation)} has no row in the policy table")
        return self._policies[operation]

    async def admit(self, request: Request, policy: Policy, user_id: str | None) -> None:
        """Take a request out of the buckets of its caller, before its body is read.

        Raises:
            RateLimited: One of them is empty.
        """
        address = peer_of(request.scope, self._trusted)
        bind_contextvars(peer=hmac.digest(self._pen, address.encode(), "sha256").hex()[:12])
        peer = f"peer:{address}"
        caller = f"user:{user_id}" if user_id else peer
        for rate in policy.rates:
            if rate.per != "email":
                await self._charge(request, rate, caller if rate.per == "caller" else peer)

    async def admit_body(self, request: Request, policy: Policy, body: object) -> None:
        """Take a request out of the buckets that its body names.

        Raises:
            RateLimited: One of them is empty.
        """
        for rate in policy.rates:
            if rate.per == "email" and (key := _account(body)):
                await self._charge(request, rate, key)

    async def _charge(self, request: Request, rate: Rate, key: str) -> None:
        if self._limits is None:
            return
        standing = await self._limits.charge(rate, key)
        _tell(request, standing)
        if not standing.admitted:
            raise refusal(standing)


def _account(body: object) -> str:
    """Return a key for the account whose ``email`` stands in ``body``, if any; never in clear."""
    said = cast("dict[str, Any]", body).get("email") if isinstance(body, dict) else ""
    name = said.strip().casefold() if isinstance(said, str) else ""
    return "account:" + sha256(name.encode()).hexdigest() if name else ""


def _tell(request: Request, standing: Standing) -> None:
    """Put what is left into the headers of the answer; of several buckets, the emptiest."""
    told: Standing | None = getattr(request.state, "standing", None)
    if told is None or standing.remaining <= told.remaining:
        request.state.standing = standing
        request.state.headers = standing.headers()
