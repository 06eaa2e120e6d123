"""A store in one SQLite file: a writer thread, readers beside it, one table per kind."""

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from symposion.adapters.store.sqlite import schema
from symposion.adapters.store.sqlite.collection import SqliteCollection
from symposion.adapters.store.sqlite.connections import Connection, Readers, connect
from symposion.adapters.store.sqlite.faults import is_busy, translated
from symposion.adapters.store.sqlite.table import Table
from symposion.adapters.store.sqlite.writer import Writer
from symposion.core.documents import Document
from symposion.ports.store import Kind
from symposion.ports.store_errors import StoreFailed

T = TypeVar("T", bound=Document)

_PAUSE = 0.02


class _Open(NamedTuple):
    writer: Writer
    readers: Readers


class SqliteStore:
    """A `Store` in one file, or in memory; safe for several processes on one machine.

    A write is durable (WAL, ``synchronous = FULL``) when its caller goes on. Pages over an index
    and reads by id are answered on the caller's own loop; longer questions in a thread.
    """

    def __init__(self, path: Path | str = ":memory:", *, patience: float = 5.0) -> None:
        """Name the file, in a folder that exists; ``patience`` is how long to wait for a lock.

        Args:
            path: The file, or ":memory:" for a store that is gone when it is closed.
            patience: Seconds until a request gives up with `StoreBusy`.
        """
        self._path, self._patience = path, patience
        self._tables: dict[str, Table[Any]] = {}
        self._now: _Open | None = None

    async def open(self, kinds: tuple[Kind[Any], ...]) -> None:
        """Open or make the file, and bring its tables and indexes to what ``kinds`` say.

        Raises:
            SchemaTooNew: A newer version of the program wrote the file.
            Duplicate: Stored documents agree in fields that have become unique.
            StoreBusy: Somebody else held the file too long.
            StorageFull: There is no space, or no permission, to write.
            StoreFailed: The file cannot be opened, or is no database.
        """
        tables = [self._table(kind) for kind in kinds]
        self._now = await asyncio.to_thread(self._start, tables)

    def collection(self, kind: Kind[T]) -> SqliteCollection[T]:
        """Return the collection that keeps ``kind``."""
        return SqliteCollection(self, self._table(kind))

    async def close(self) -> None:
        """Finish what is under way and let go of the file."""
        now, self._now = self._now, None
        if now is not None:
            await asyncio.to_thread(now.readers.close)
            await asyncio.to_thread(now.writer.close)

    @property
    def writer(self) -> Writer:
        """The thread that writes. Raises `StoreFailed` unless the store is open."""
        return self._opened().writer

    @property
    def readers(self) -> Readers:
        """The connections that read. Raises `StoreFailed` unless the store is open."""
        return self._opened().readers

    def _opened(self) -> _Open:
        if self._now is None:
            raise StoreFailed("The store is not open.")
        return self._now

    def _table(self, kind: Kind[T]) -> Table[T]:
        table = self._tables.get(kind.name)
        if table is None or table.kind is not kind:
            table = self._tables[kind.name] = Table(kind)
        return table

    def _start(self, tables: list[Table[Any]]) -> _Open:
        connection: Connection | None = None
        try:
            connection = connect(self._path, self._patience)
            self._use_wal(connection.db)
            revision = schema.prepare(connection.db, tables)
            readers = Readers(self._path, connection, self._patience)
        except Exception as error:
            if connection is not None:
                connection.db.close()
            raise translated(error) from error
        return _Open(Writer(connection, revision, self._patience), readers)

    def _use_wal(self, db: sqlite3.Connection) -> None:
        """Turn the file to WAL: the one statement that does not itself wait for a lock."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                db.execute("PRAGMA journal_mode = WAL")
                break
            except sqlite3.Error as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise
            time.sleep(_PAUSE)
        db.execute("PRAGMA synchronous = FULL")
