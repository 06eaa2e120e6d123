"""Connections: one that writes, a few that read, each used by one thread at a time."""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from symposion.adapters.store.sqlite.asking import lowered
from symposion.adapters.store.sqlite.faults import is_busy, translated

R = TypeVar("R")

_READERS = 2
_STATEMENTS = 256


class Connection:
    """A connection and the lock that gives it to one thread at a time."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.lock = threading.Lock()


def connect(path: Path | str, patience: float) -> Connection:
    """Open ``path``; statements wait ``patience`` seconds for somebody else's lock.

    Raises:
        sqlite3.Error: The file cannot be opened.
    """
    db = sqlite3.connect(
        path,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_STATEMENTS,
    )
    db.create_function("lowered", 1, lowered, deterministic=True)
    return Connection(db)


class Readers:
    """Answers questions: the short ones at once, where they are asked; the others in a thread.

    In a file, readers have connections of their own and never wait for the writer. A database in
    memory has only the writer's, so a reader waits, in a thread, until a group is committed.
    """

    def __init__(self, path: Path | str, writer: Connection, patience: float) -> None:
        own = str(path) != ":memory:"
        self._near = connect(path, 0) if own else writer
        self._far = [connect(path, patience) if own else writer for _ in range(_READERS)]
        self._idle = deque(self._far)
        self._pool = ThreadPoolExecutor(_READERS, thread_name_prefix="store-reader")

    def near(self, sql: str, values: list[Any]) -> list[tuple[Any, ...]] | None:
        """Answer on the caller's own thread, or return None rather than wait for a lock."""
        connection = self._near
        if not connection.lock.acquire(blocking=False):
            return None
        try:
            return connection.db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            if is_busy(error):
                return None
            raise translated(error) from error
        finally:
            connection.lock.release()

    async def far(
        self, sql: str, values: list[Any], shape: Callable[[list[tuple[Any, ...]]], R]
    ) -> R:
        """Answer in a thread, and there make of the rows what ``shape`` makes of them."""
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, self._answer, sql, values, shape
        )

    def _answer(
        self, sql: str, values: list[Any], shape: Callable[[list[tuple[Any, ...]]], R]
    ) -> R:
        connection = self._idle.pop()
        try:
            with connection.lock:
                rows = connection.db.execute(sql, values).fetchall()
        except (sqlite3.Error, OverflowError) as error:
            raise translated(error) from error
        finally:
            self._idle.append(connection)
        return shape(rows)

    def close(self) -> None:
        """Wait for the questions under way, then close the connections."""
        self._pool.shutdown()
        for connection in {self._near, *self._far}:
            with connection.lock:
                connection.db.close()
