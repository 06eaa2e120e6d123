"""What is promised of an operation beyond its schema: who may, what it costs, how often."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from symposion.web.bodies import BODY_LIMIT
from symposion.web.rates import Rate


@dataclass(frozen=True, slots=True)
class Policy:
    """One row of the policy table (reliability design R7).

    Attributes:
        rates: The buckets a request is taken out of; none for what machines ask all the time.
        public: Works without a token.
        guest: What a guest gets of it; "none" where there is nobody signed in yet.
        foreign: Status for a user who names somebody else's thing; 0 if it takes no ids.
        key: Takes ``Idempotency-Key``.
        spends: What a call uses up that somebody pays for.
        body: Most bytes of a body.
    """

    rates: tuple[Rate, ...]
    public: bool = False
    guest: Literal["ok", "quota", "refused", "none"] = "ok"
    foreign: Literal[0, 404] = 0
    key: bool = False
    spends: Literal["", "bcrypt", "model", "image", "speech", "cpu"] = ""
    body: int = BODY_LIMIT


Operation: TypeAlias = tuple[str, str]
"""Method and path, the path as its feature writes it: without prefix."""

Policies: TypeAlias = Mapping[Operation, Policy]
