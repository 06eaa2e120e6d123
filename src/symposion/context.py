"""Who is asking, and what they can reach: the first argument of every service function."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self, TypeAlias, TypedDict, TypeVar

from symposion.core.documents import Document, new_id
from symposion.core.errors import Duplicate
from symposion.core.fulltext import Index
from symposion.core.passwords import Passwords
from symposion.core.recent import Recent
from symposion.core.turnstile import Turnstile
from symposion.engine.room import Room
from symposion.ports.clock import Clock
from symposion.ports.federation import Federation
from symposion.ports.identity import Actor, Identity
from symposion.ports.images import Allowance, ImageModel
from symposion.ports.language import LanguageModel
from symposion.ports.store import Bounded, Collection, Kind, Store

T = TypeVar("T", bound=Document)

ROOMS_LIMIT = 32
"""Rooms kept in memory; one may take 2 MB (performance design, 3)."""

INDEXES_LIMIT = 32
"""Search indexes of users kept in memory; one of 500 agents takes about 1 MB."""

IndexOfState: TypeAlias = tuple[str, Index]
"""An index, and what tells that the documents are still those it was made of."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where browsers find us.

    Attributes:
        public: Where they reach this server and the web client, without a slash at the end; empty
            for wherever a request came to.
        pages: Origins of web pages that may call.
    """

    public: str = ""
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything outside the house, chosen once in `symposion.main`.

    Attributes:
        guests: Whether strangers may come in without an account.
        federation: Who else knows people; None if nobody is asked.
        images: Who makes portraits; None if nobody does.
        allowance: How many of them may be paid for.
    """

    store: Store
    language: LanguageModel
    identity: Identity
    clock: Clock
    turnstile: Turnstile = field(default_factory=Turnstile)
    rooms: Recent[Room] = field(default_factory=lambda: Recent[Room](ROOMS_LIMIT))
    indexes: Recent[IndexOfState] = field(
        default_factory=lambda: Recent[IndexOfState](INDEXES_LIMIT)
    )
    passwords: Passwords = field(default_factory=Passwords)
    guests: bool = True
    addresses: Addresses = field(default_factory=Addresses)
    federation: Federation | None = None
    images: ImageModel | None = None
    allowance: Allowance = field(default_factory=Allowance)


class Ownership(TypedDict):
    """The fields that tie a document to its owner."""

    tenant_id: str
    user_id: str


def _new_ids() -> Iterator[str]:
    return iter(new_id, "")


@dataclass(frozen=True, slots=True)
class Context:
    """One actor's view of the house.

    Attributes:
        ids: Names for what is made, each a new one; under an idempotency key they are the same
            whenever the request is made again.
    """

    actor: Actor
    _ports: Ports
    ids: Iterator[str] = field(default_factory=_new_ids)

    def own(self, kind: Kind[T]) -> Collection[T]:
        """Return the actor's own documents of ``kind``; nobody else's can be reached through it."""
        owner = {"tenant_id": self.actor.tenant_id, "user_id": self.actor.user_id}
        bounds = {name: owner[name] for name in kind.bounds}
        if not bounds:
            raise LookupError(f"{kind.name} belong to nobody")
        return Bounded(self._ports.store.collection(kind), bounds)

    def everyones(self, kind: Kind[T]) -> Collection[T]:
        """Return all documents of ``kind``, whoever owns them.

        Only the features named in ``tests/house`` may call this.
        """
        return self._ports.store.collection(kind)

    def seen_by(self, actor: Actor) -> Self:
        """Return the same house as ``actor`` sees it.

        Only the features named in ``tests/house`` may call this: whoever does has made sure that
        the caller may see as much.
        """
        return replace(self, actor=actor)

    async def make(self, kind: Kind[T], document: T) -> T:
        """Keep a new document of the actor's under the next of `ids`, and return it.

        What the same request made before, under its idempotency key, is returned as it is now.

        Raises:
            Duplicate: A unique tuple of it exists.
        """
        named = document.but(id=next(self.ids))
        try:
            return await self.own(kind).insert(named)
        except Duplicate:
            made = await self.own(kind).find({"id": named.id}, limit=1)
            if made:
                return made[0]
            raise

    @property
    def owned(self) -> Ownership:
        """The fields that every new document of this actor starts with."""
        return {"tenant_id": self.actor.tenant_id, "user_id": self.actor.user_id}

    @property
    def identity(self) -> Identity:
        """Knows who is who."""
        return self._ports.identity

    @property
    def language(self) -> LanguageModel:
        """The model that writes."""
        return self._ports.language

    @property
    def federation(self) -> Federation | None:
        """Who else knows people; None if nobody is asked."""
        return self._ports.federation

    @property
    def images(self) -> ImageModel | None:
        """Who makes portraits; None if nobody does."""
        return self._ports.images

    @property
    def allowance(self) -> Allowance:
        """How many images may be paid for in a day."""
        return self._ports.allowance

    @property
    def passwords(self) -> Passwords:
        """Hashes and checks passwords."""
        return self._ports.passwords

    @property
    def turnstile(self) -> Turnstile:
        """Lets callers of this process through one at a time."""
        return self._ports.turnstile

    @property
    def rooms(self) -> Recent[Room]:
        """The rooms last played in this process, by run id; each is as its log was then."""
        return self._ports.rooms

    @property
    def indexes(self) -> Recent[IndexOfState]:
        """What was last searched in this process, by tenant and user."""
        return self._ports.indexes

    def now(self) -> datetime:
        """Return the present moment in UTC, in whole milliseconds."""
        return self._ports.clock.now()
