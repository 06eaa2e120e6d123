"""A run's log in one file of JSON Lines.

A line is a batch: the events that were appended together, as one JSON array. A batch is written by
one write and is true once it is on the disk with its line end, so whatever a crash leaves half
written is a last line without one, and goes when the file is opened again.
"""

import asyncio
import errno
import fcntl
import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, Self

import orjson

from symposion.core.errors import Conflict, Unavailable
from symposion.ports.log import Event, check_follows
from symposion.ports.store_errors import StorageFull

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_START = b'[{"seq":'
_CHUNK = 1 << 20
_FIELDS = tuple(field.name for field in fields(Event))


class LogInUse(Conflict):
    """Another process, or another part of this one, plays the run."""

    code = "log-in-use"
    title = "This run is being played elsewhere."


class LogDamaged(Unavailable):
    """The file holds something that no crash of ours leaves behind; it is left as it is."""

    code = "log-damaged"
    title = "The log of this run is damaged."


class LogUnwritable(Unavailable):
    """The file cannot be opened or written."""

    code = "log-unwritable"
    title = "The log of this run cannot be written."


class FileLog:
    """A `RunLog` in a file, held open and locked until `close`.

    Opening makes the file if need be (its folder must exist), reads all of it, and cuts off a last
    batch that was not written whole. Payloads must hold JSON types only.

    Args:
        path: The file; one run each.

    Attributes:
        cut: Bytes of an unfinished batch that opening cut off; 0 as a rule.

    Raises:
        LogInUse: The file is locked by somebody else.
        LogDamaged: It is no such log.
        LogUnwritable: The system does not let us open it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Lock()
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LogUnwritable(f"{path}: {error.strerror}.") from None
        try:
            self._lock()
            self._head, self._size, self.cut = self._recover()
        except BaseException:
            os.close(self._fd)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def read(self, after: int = 0) -> list[Event]:
        """Return all events with ``seq > after``; see `RunLog.read`. Raises `LogDamaged`."""
        return await asyncio.to_thread(self._read, max(after, 0))

    async def append(self, events: Sequence[Event]) -> None:
        """Keep ``events``, on the disk when this returns; see `RunLog.append`.

        If the caller is cancelled meanwhile, the batch is kept all the same.

        Raises:
            StaleHead: The log is not at ``events[0].seq - 1``.
            StorageFull: There is no room.
            LogUnwritable: Writing failed for another reason.
            TypeError: A payload holds what JSON cannot.
        """
        await asyncio.to_thread(self._append, tuple(events))

    def close(self) -> None:
        """Let go of file and lock; nothing more can be read or appended."""
        with self._turn:
            if self._fd >= 0:
                os.close(self._fd)
                self._fd = -1

    def _lock(self) -> None:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LogInUse(f"{self._path} is in use by another process.") from None

    def _recover(self) -> tuple[int, int, int]:
        """Return last ``seq``, size and what was cut off, having made sure the file is whole."""
        found = self._bytes()
        whole = _whole(found)
        torn = found[whole:]
        if not torn.startswith((_START[: len(torn)], b"\0")):
            raise LogDamaged(f"{self._path} does not end like the log of a run.")
        head = len(self._parsed(found[:whole]))
        if torn:
            os.ftruncate(self._fd, whole)
            os.fsync(self._fd)
        if not found:
            _sync_folder(self._path.parent)
        return head, whole, len(torn)

    def _read(self, after: int) -> list[Event]:
        with self._turn:
            return self._parsed(self._bytes()[: self._size])[after:]

    def _bytes(self) -> bytes:
        parts: list[bytes] = []
        at = 0
        try:
            while part := os.pread(self._fd, _CHUNK, at):
                parts.append(part)
                at += len(part)
        except OSError as error:
            raise LogUnwritable(f"{self._path} cannot be read: {error.strerror}.") from None
        return b"".join(parts)

    def _parsed(self, lines: bytes) -> list[Event]:
        events: list[Event] = []
        for number, line in enumerate(lines.split(b"\n")[:-1], 1):
            try:
                batch = [_event(item) for item in orjson.loads(line)]
                check_follows(batch, len(events))
            except (ValueError, TypeError, KeyError, Conflict):
                raise LogDamaged(
                    f"{self._path}, line {number}: this does not belong here."
                ) from None
            events += batch
        return events

    def _append(self, events: tuple[Event, ...]) -> None:
        with self._turn:
            check_follows(events, self._head)
            if not events:
                return
            self._write(orjson.dumps(events, default=_plain) + b"\n")
            self._head += len(events)

    def _write(self, line: bytes) -> None:
        try:
            if os.pwrite(self._fd, line, self._size) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301 - one place for all failures
            os.fsync(self._fd)
        except OSError as error:
            with suppress(OSError):  # the next opening cuts off what cannot be cut off now
                os.ftruncate(self._fd, self._size)
            kind = StorageFull if error.errno in _FULL else LogUnwritable
            raise kind(f"{self._path}: {error.strerror}; nothing was kept.") from None
        self._size += len(line)


def _whole(found: bytes) -> int:
    """Return where the last whole batch ends: after a line end, with JSON before it."""
    end = found.rfind(b"\n") + 1
    last = found.rfind(b"\n", 0, max(end - 1, 0)) + 1
    return end if not end or _is_batch(found[last : end - 1]) else last


def _is_batch(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), list)
    except ValueError:
        return False


def _event(item: Mapping[str, Any]) -> Event:
    known: dict[str, Any] = {name: item[name] for name in _FIELDS}
    if known["visible_to"] != "all":
        known["visible_to"] = tuple(known["visible_to"])
    return Event(**known)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - orjson checks what is in it
    raise TypeError(f"{type(value).__name__} is not JSON")


def _sync_folder(folder: Path) -> None:
    """Make sure that a new file's name survives a crash, not only its content."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
