"""The one thread that writes, and commits whole groups of waiting writes at once.

One commit costs one fsync however many writes it holds, so the more callers wait, the cheaper each
becomes. A caller goes on only when its group is on the disk.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from symposion.adapters.store.sqlite.connections import Connection
from symposion.adapters.store.sqlite.faults import is_busy, translated
from symposion.ports.store_errors import SchemaChanged, StoreBusy, StoreFailed

R = TypeVar("R")
Work = Callable[[sqlite3.Connection], R]

_GROUP = 256
_GLANCE = 0.1
"""Seconds to wait for a lock before looking who else came, and whose patience is over."""


@dataclass(slots=True, eq=False)
class _Write:
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[tuple[Any, BaseException | None]]
    work: Work[Any]
    deadline: float
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Runs write transactions, in the order in which they came."""

    def __init__(self, connection: Connection, revision: int, patience: float) -> None:
        self._db, self._lock = connection.db, connection.lock
        self._revision, self._patience = revision, patience
        self._waiting: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._open = True
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._db.execute(f"PRAGMA busy_timeout = {int(min(_GLANCE, patience) * 1000)}")
        self._thread.start()

    async def run(self, work: Work[R]) -> R:
        """Run ``work`` inside a write transaction and return its result once it is durable.

        ``work`` may run twice, or raise to leave all as it was.

        Raises:
            StoreBusy: Another process held the store too long.
            StorageFull: There is no space, or no permission, to write.
            SchemaChanged: Another version of the program reshaped the store.
            StoreFailed: The store is closed, damaged, or broke off.
        """
        if not self._open:
            raise StoreFailed("The store is closed.")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[tuple[Any, BaseException | None]] = loop.create_future()
        deadline = time.monotonic() + self._patience
        self._waiting.put(_Write(loop, future, work, deadline))
        result, error = await future
        if error is not None:
            raise error
        return result

    def close(self) -> None:
        """Finish all waiting writes, then close the connection."""
        self._open = False
        self._waiting.put(None)
        self._thread.join()
        self._db.close()

    def _serve(self) -> None:
        going_on = True
        while going_on:
            group = [self._waiting.get()]
            self._gather(group)
            going_on = None not in group
            writes = [write for write in group if write is not None]
            with self._lock:
                self._commit(writes)
            _tell(writes)

    def _gather(self, group: list[_Write | None]) -> None:
        with contextlib.suppress(queue.Empty):
            while len(group) < _GROUP:
                group.append(self._waiting.get_nowait())

    def _commit(self, writes: list[_Write]) -> None:
        """Do ``writes`` in one transaction; if that breaks, each in one of its own."""
        try:
            eager = self._begin(writes)
        except Exception as error:  # noqa: BLE001 - the thread must outlive every failure
            self._fail(writes, error)
            return
        try:
            for write in eager:
                self._do(write, alone=len(eager) == 1)
            if eager:
                self._db.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 - as above
            self._fail(eager, error)
            if len(eager) > 1:
                self._retry(eager)

    def _retry(self, writes: list[_Write]) -> None:
        for write in writes:
            write.result = write.error = None
            self._commit([write])

    def _fail(self, writes: list[_Write], error: BaseException) -> None:
        """Undo the transaction, if SQLite has not done so, and tell everybody in it."""
        with contextlib.suppress(sqlite3.Error):
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        for write in writes:
            write.error = _outward(error)

    def _begin(self, writes: list[_Write]) -> list[_Write]:
        """Start a transaction; return the writes whose patience lasted until then."""
        while writes:
            try:
                self._db.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                if not is_busy(error):
                    raise
                writes = [write for write in writes if not _late(write)]
            else:
                (found,) = self._db.execute("SELECT revision FROM schema").fetchone()
                if found != self._revision:
                    raise SchemaChanged
                break
        return writes

    def _do(self, write: _Write, *, alone: bool) -> None:
        """Do one write of a group; its failure undoes it and nothing else."""
        if not alone:
            self._db.execute("SAVEPOINT one")
        try:
            write.result = write.work(self._db)
        except BaseException as error:
            if alone or not self._db.in_transaction:
                raise
            self._db.execute("ROLLBACK TO one")
            write.error = _outward(error)
        if not alone:
            self._db.execute("RELEASE one")


def _late(write: _Write) -> bool:
    if time.monotonic() < write.deadline:
        return False
    write.error = StoreBusy()
    return True


def _outward(error: BaseException) -> BaseException:
    """Return what the caller is to see, with what SQLite said as its cause."""
    if not isinstance(error, Exception):
        return StoreFailed(f"The change broke off: {type(error).__name__}.")
    outward = translated(error)
    if outward is not error:
        outward.__cause__ = error
    return outward


def _tell(writes: list[_Write]) -> None:
    """Wake the callers, with one call into each of their loops."""
    for loop in {write.loop for write in writes}:
        told = [write for write in writes if write.loop is loop]
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_resolve, told)


def _resolve(writes: list[_Write]) -> None:
    for write in writes:
        if not write.future.done():
            write.future.set_result((write.result, write.error))
