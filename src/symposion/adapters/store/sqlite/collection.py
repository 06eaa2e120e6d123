"""The seven verbs on one SQLite table."""

import logging
import sqlite3
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from symposion.adapters.store.fields import group_name
from symposion.adapters.store.sqlite.connections import Readers
from symposion.adapters.store.sqlite.table import Table
from symposion.adapters.store.sqlite.writer import Writer
from symposion.core.documents import Document
from symposion.core.errors import NotFound
from symposion.ports.store import ALL, Tally, Where
from symposion.ports.store_errors import Unreadable

T = TypeVar("T", bound=Document)

_log = logging.getLogger(__name__)

_SHORT = 50
"""Rows that may be read on the loop: about half a millisecond (docs/performance.md)."""


class Connections(Protocol):
    """What a collection needs of its store."""

    @property
    def writer(self) -> Writer:
        """The thread that writes."""
        ...

    @property
    def readers(self) -> Readers:
        """The connections that read."""
        ...


class SqliteCollection(Generic[T]):
    """A `Collection` in one SQLite table."""

    def __init__(self, store: Connections, table: Table[T]) -> None:
        self._store, self._table = store, table

    async def get(self, id: str) -> T:
        """Return the document named ``id``. Raises `NotFound`, `Unreadable`."""
        table = self._table
        rows = self._store.readers.near(table.get, [id])
        if rows is None:
            rows = await self._store.readers.far(table.get, [id], list)
        if not rows:
            raise NotFound
        return table.load(rows[0][0])

    async def find(
        self, where: Where = ALL, *, order: str = "-created_at", limit: int = 100, skip: int = 0
    ) -> list[T]:
        """Return matching documents in order; a damaged one is left out and logged."""
        asked = self._table.ask("SELECT body", where, order=order)
        values = [*asked.values, max(limit, 0), skip]
        if asked.indexed and limit + skip <= _SHORT:
            rows = self._store.readers.near(asked.sql, values)
            if rows is not None:
                return self._load(rows)
        return await self._store.readers.far(asked.sql, values, self._load)

    async def count(self, where: Where = ALL) -> int:
        """Return how many documents match."""
        asked = self._table.ask("SELECT count(*)", where)
        return await self._store.readers.far(asked.sql, asked.values, lambda rows: rows[0][0])

    async def tally(
        self, where: Where = ALL, *, by: str, add: str | None = None
    ) -> dict[str, Tally]:
        """Group and sum."""
        kind, group = self._table.kind, self._table.column(by)
        total = f"total({self._table.column(add)})" if add else "0.0"
        asked = self._table.ask(f"SELECT {group}, count(*), {total}", where, " GROUP BY 1")

        def tallies(rows: list[tuple[Any, ...]]) -> dict[str, Tally]:
            return {group_name(kind, by, key): Tally(count, total) for key, count, total in rows}

        return await self._store.readers.far(asked.sql, asked.values, tallies)

    async def insert(self, document: T) -> T:
        """Keep a new document. Raises `Duplicate`."""
        sql, row = self._table.insert, self._table.row(document)
        await self._store.writer.run(lambda db: db.execute(sql, row).rowcount)
        return document

    async def update(self, id: str, change: Callable[[T], T]) -> T:
        """Replace a document inside the write transaction; ``change`` runs in its thread."""
        table = self._table

        def work(db: sqlite3.Connection) -> T:
            found = db.execute(table.get, [id]).fetchone()
            if found is None:
                raise NotFound
            old = table.load(found[0])
            new = change(old).model_copy(update={"id": id, "version": old.version + 1})
            db.execute(table.replace, [*table.row(new), id])
            return new

        return await self._store.writer.run(work)

    async def delete(self, where: Where) -> int:
        """Delete what matches and return how many there were."""
        asked = self._table.ask("DELETE", where)
        return await self._store.writer.run(lambda db: db.execute(asked.sql, asked.values).rowcount)

    def _load(self, rows: list[tuple[Any, ...]]) -> list[T]:
        found: list[T] = []
        for (body,) in rows:
            try:
                found.append(self._table.load(body))
            except Unreadable:
                _log.exception("A document of %s was left out: it is damaged.", self._table.name)
        return found
