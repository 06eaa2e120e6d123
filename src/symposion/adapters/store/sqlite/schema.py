"""The file's tables, brought to what the kinds say, in steps that may be cut short at any point.

Each step is one transaction, and what is still to be done is written in the file itself, so the
next start goes on where this one was stopped. ``schema`` holds one row: ``format``, the layout this
module knows, and ``revision``, raised whenever a column comes or goes; a process that opened an
older revision must not write any more, for it would leave the new columns empty.
"""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from symposion.adapters.store.sqlite.table import Table
from symposion.core.errors import Duplicate
from symposion.ports.store_errors import SchemaTooNew, Unreadable

FORMAT = 1
_BATCH = 500
_OWN = ("schema", "schema_backfill")

Tables: TypeAlias = Sequence[Table[Any]]


def prepare(db: sqlite3.Connection, tables: Tables) -> int:
    """Make the file fit ``tables``, and return its revision.

    Raises:
        SchemaTooNew: A newer version of the program laid the file out.
        Duplicate: Stored documents agree in fields that have become unique.
        sqlite3.Error: The file is locked, full, or no database.
    """
    while True:
        with _step(db):
            _claim(db)
            for table in tables:
                _add_table(db, table)
                _add_columns(db, table)
        for table in tables:
            while _fill(db, table):
                pass
            _renew_indexes(db, table)
        with _step(db):  # another process may have reshaped the file meanwhile
            if not any(_lacking(db, table) for table in tables):
                return int(db.execute("SELECT revision FROM schema").fetchone()[0])


@contextmanager
def _step(db: sqlite3.Connection) -> Generator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _claim(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE IF NOT EXISTS schema (format INTEGER, revision INTEGER)")
    db.execute(
        "CREATE TABLE IF NOT EXISTS schema_backfill"
        " (name TEXT, field TEXT, after INTEGER, PRIMARY KEY (name, field))"
    )
    found = db.execute("SELECT format FROM schema").fetchone()
    if found is None:
        db.execute("INSERT INTO schema VALUES (?, 1)", [FORMAT])
    elif found[0] > FORMAT:
        raise SchemaTooNew(
            f"The store has format {found[0]}; this version of the program knows {FORMAT}."
            " Use the newer version, or another file."
        )


def _add_table(db: sqlite3.Connection, table: Table[Any]) -> None:
    if table.name in _OWN or table.name.startswith("sqlite_"):
        raise ValueError(f"A kind may not be named {table.name!r}.")
    if not _columns(db, table):
        db.execute(table.create)


def _add_columns(db: sqlite3.Connection, table: Table[Any]) -> None:
    """Add what the table lacks, and mark what this program will not keep up: both go stale."""
    found, known = _columns(db, table) - {"body"}, set(table.columns)
    for name in sorted(known - found):
        db.execute(f'ALTER TABLE "{table.name}" ADD COLUMN "{name}"')
    stale, unfilled = known ^ found, _unfilled(db, table)
    for name in sorted(stale):
        db.execute("INSERT OR REPLACE INTO schema_backfill VALUES (?, ?, 0)", [table.name, name])
    if stale - unfilled.keys() or known & unfilled.keys():
        db.execute("UPDATE schema SET revision = revision + 1")


def _lacking(db: sqlite3.Connection, table: Table[Any]) -> bool:
    """Say whether a column that this program asks is missing or not filled."""
    known = set(table.columns)
    return bool(known - _columns(db, table) or known & _unfilled(db, table).keys())


def _fill(db: sqlite3.Connection, table: Table[Any]) -> bool:
    """Fill new columns of some rows from their bodies; say whether there may be more."""
    with _step(db):
        unfilled = _unfilled(db, table)
        fields = [name for name in table.columns if name in unfilled]
        if not fields:
            return False
        rows = db.execute(
            f'SELECT rowid, body FROM "{table.name}" WHERE rowid > ? ORDER BY rowid LIMIT ?',  # noqa: S608 - names come from our own kinds
            [min(unfilled[name] for name in fields), _BATCH],
        ).fetchall()
        for rowid, body in rows:
            _fill_row(db, table, fields, rowid, body)
        for name in fields:
            key = [table.name, name]
            if rows:
                sql = "UPDATE schema_backfill SET after = ? WHERE (name, field) = (?, ?)"
                db.execute(sql, [rows[-1][0], *key])
            else:
                db.execute("DELETE FROM schema_backfill WHERE (name, field) = (?, ?)", key)
    return bool(rows)


def _fill_row(
    db: sqlite3.Connection, table: Table[Any], fields: list[str], rowid: int, body: str
) -> None:
    """Fill one row; the body is written anew, so that a default made now stays what it is."""
    try:
        row = table.row(table.load(body))
    except Unreadable:
        return  # a damaged document keeps its empty columns, and never stops the others
    found = dict(zip((*table.columns, "body"), row, strict=True))
    names = ", ".join(f'"{name}" = ?' for name in (*fields, "body"))
    values = [found[name] for name in (*fields, "body")]
    db.execute(f'UPDATE "{table.name}" SET {names} WHERE rowid = ?', [*values, rowid])  # noqa: S608 - names come from our own kinds


def _renew_indexes(db: sqlite3.Connection, table: Table[Any]) -> None:
    with _step(db):
        for name in _indexes(db, table) - {index.name for index in table.indexes}:
            db.execute(f'DROP INDEX "{name}"')
    for index in table.indexes:
        try:
            with _step(db):
                if index.name not in _indexes(db, table):
                    db.execute(index.sql)
        except sqlite3.IntegrityError as error:
            raise Duplicate(f"Stored documents are not {index.name}.") from error


def _columns(db: sqlite3.Connection, table: Table[Any]) -> set[str]:
    return {row[1] for row in db.execute(f'PRAGMA table_info("{table.name}")')}


def _indexes(db: sqlite3.Connection, table: Table[Any]) -> set[str]:
    """Return the names of the indexes we made."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql NOT NULL"
    return {name for (name,) in db.execute(sql, [table.name])}


def _unfilled(db: sqlite3.Connection, table: Table[Any]) -> dict[str, int]:
    """Return the columns that are not filled yet, and the row up to which they are."""
    sql = "SELECT field, after FROM schema_backfill WHERE name = ?"
    return dict(db.execute(sql, [table.name]))
