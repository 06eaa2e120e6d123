"""What is promised of an operation beyond its schema: who may, what it costs, how often."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from symposion.ports.identity import Actor, Scope
from symposion.web.bodies import BODY_LIMIT
from symposion.web.errors import AdminsOnly, NotForGuests, ScopeMissing, SessionNeeded
from symposion.web.rates import Rate


@dataclass(frozen=True, slots=True)
class Policy:
    """One row of the policy table (reliability design R7).

    Attributes:
        rates: The buckets a request is taken out of; none for what machines ask all the time.
        public: Works without a token.
        admin: Takes an administrator.
        session: Takes somebody who signed in; an API key is not enough, whatever it may do.
        guest: What a guest gets of it; "none" where there is nobody signed in yet.
        foreign: Status for a user who names somebody else's thing; 0 if it takes no ids, 403 if
            it takes an administrator.
        key: Takes ``Idempotency-Key``.
        spends: What a call uses up that somebody pays for.
        body: Most bytes of a body.
        raw: The body is a file, which its feature reads; it is counted and timed like any other.
        misfit: Status for a body that does not fit; 400 where the HTTP contract says so.
        strangers: Buckets for whoever sends a token of the word "undefined" or "null", as pages
            do that have none; without any, such a token is no good (HTTP contract 1.12, 1.13).
    """

    rates: tuple[Rate, ...]
    public: bool = False
    admin: bool = False
    session: bool = False
    guest: Literal["ok", "quota", "refused", "none"] = "ok"
    foreign: Literal[0, 403, 404] = 0
    key: bool = False
    spends: Literal["", "bcrypt", "model", "image", "speech", "cpu"] = ""
    body: int = BODY_LIMIT
    raw: bool = False
    misfit: Literal[400, 422] = 422
    strangers: tuple[Rate, ...] = ()

    @property
    def all_rates(self) -> tuple[Rate, ...]:
        """The buckets of everybody."""
        return self.rates + self.strangers

    def scope(self, method: str) -> Scope:
        """Return what an API key must be good for."""
        if self.spends in {"model", "image", "speech"}:
            return "spend"
        return "read" if method == "GET" else "write"

    def check(self, actor: Actor, method: str) -> None:
        """Raise `Forbidden` of some kind unless ``actor`` may do this at all.

        Raises:
            AdminsOnly: It takes an administrator.
            NotForGuests: It takes an account that stays.
            SessionNeeded: It takes somebody who signed in.
            ScopeMissing: The API key is good for other things.
        """
        if self.admin and "admin" not in actor.roles:
            raise AdminsOnly
        if self.guest == "refused" and "guest" in actor.roles:
            raise NotForGuests
        if actor.scopes is None:
            return
        if self.session or self.admin:
            raise SessionNeeded
        if self.scope(method) not in actor.scopes:
            raise ScopeMissing(f"This takes a key with the scope {self.scope(method)!r}.")


Operation: TypeAlias = tuple[str, str]
"""Method and path, the path as its feature writes it: without prefix."""

Policies: TypeAlias = Mapping[Operation, Policy]
