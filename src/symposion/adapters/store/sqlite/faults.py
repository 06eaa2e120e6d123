"""SQLite's own errors, turned into the port's."""

import sqlite3

from symposion.core.errors import DomainError, Duplicate, Invalid
from symposion.ports.store_errors import StorageFull, StoreBusy, StoreFailed

_FAMILIES: dict[int, type[DomainError]] = {
    sqlite3.SQLITE_BUSY: StoreBusy,
    sqlite3.SQLITE_LOCKED: StoreBusy,
    sqlite3.SQLITE_FULL: StorageFull,
    sqlite3.SQLITE_READONLY: StorageFull,
}
_UNIQUE = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code; 0 if the error came from Python's module itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_busy(error: sqlite3.Error) -> bool:
    """Say whether somebody else's lock was in the way."""
    return primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def translated(error: Exception) -> Exception:
    """Return the domain error for ``error``; what is not SQLite's comes back as it is."""
    if isinstance(error, OverflowError):
        return Invalid("A whole number is too large to be stored (64 bits).")
    if not isinstance(error, sqlite3.Error):
        return error
    if getattr(error, "sqlite_errorcode", 0) in _UNIQUE:
        return Duplicate()
    family = _FAMILIES.get(primary_code(error))
    if family is not None:
        return family()
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return StoreFailed(f"The store failed: {error} ({name}).")
