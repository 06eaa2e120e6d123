"""The embedded store: documents as JSON in one SQLite file, or in memory."""

from symposion.adapters.store.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
