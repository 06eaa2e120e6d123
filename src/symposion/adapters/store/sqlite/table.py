"""How a `Kind` lies in a table: JSON under real columns for every field that is indexed.

``id``, ``version``, ``created_at`` and each field named by bounds, indexes or unique have a column;
``body`` holds the whole document. Names come from the model's own fields, so they are safe in SQL.
"""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError

from symposion.adapters.store.fields import bounds, check_asked, searched
from symposion.adapters.store.sqlite.asking import IS, NULL, clause, column_value, settings, shape
from symposion.core.documents import Document
from symposion.ports.store import Kind, Where
from symposion.ports.store_errors import Unreadable

T = TypeVar("T", bound=Document)

_ALWAYS = ("id", "version", "created_at")
_PLAIN = frozenset({str, int, float, bool, type(None)})


class Question(NamedTuple):
    """A statement, what is bound to it, and whether an index alone gives its rows in order."""

    sql: str
    values: list[Any]
    indexed: bool


@dataclass(frozen=True, slots=True)
class Index:
    """An index of a table; one that is not unique ends with the id, which breaks ties."""

    table: str
    fields: tuple[str, ...]
    unique: bool

    @property
    def name(self) -> str:
        """Name in the file, unique in it: what the index holds."""
        return f"{'unique' if self.unique else 'index'}:{self.table}:{','.join(self.fields)}"

    @property
    def sql(self) -> str:
        """Statement that makes the index."""
        fields = self.fields if self.unique else (*self.fields, "id")
        columns = ", ".join(f'"{field}"' for field in fields)
        word = "UNIQUE INDEX" if self.unique else "INDEX"
        return f'CREATE {word} "{self.name}" ON "{self.table}" ({columns})'

    def gives(self, known: set[str], order: str) -> bool:
        """Say whether, with the fields ``known`` given, the index yields rows by ``order``."""
        k = len(known)
        if set(self.fields[:k]) != known:
            return False
        return self.fields[k : k + 1] == (order,) or (k == len(self.fields) and self.unique)


class Table(Generic[T]):
    """SQL and rows for one kind."""

    def __init__(self, kind: Kind[T]) -> None:
        self.kind, self.name = kind, kind.name
        self.indexes = [
            *(Index(kind.name, fields, unique=False) for fields in searched(kind)),
            *(Index(kind.name, fields, unique=True) for fields in dict.fromkeys(kind.unique)),
        ]
        named = (field for index in self.indexes for field in index.fields)
        self.columns = tuple(dict.fromkeys((*_ALWAYS, *bounds(kind), *named)))
        self._values = attrgetter(*self.columns)
        self._read = TypeAdapter(kind.model).validator.validate_json
        self._plans: dict[tuple[object, ...], tuple[str, bool]] = {}
        names = ", ".join(f'"{column}"' for column in (*self.columns, "body"))
        marks = ", ".join("?" * (len(self.columns) + 1))
        self.create = (
            f'CREATE TABLE "{self.name}" (id TEXT PRIMARY KEY NOT NULL, '
            + ", ".join(f'"{column}"' for column in self.columns[1:])
            + ", body TEXT NOT NULL)"
        )
        self.insert = f'INSERT INTO "{self.name}" ({names}) VALUES ({marks})'  # noqa: S608 - names come from our own kinds
        self.replace = f'UPDATE "{self.name}" SET ({names}) = ({marks}) WHERE id = ?'  # noqa: S608 - names come from our own kinds
        self.get = f'SELECT body FROM "{self.name}" WHERE id = ?'  # noqa: S608 - names come from our own kinds

    def row(self, document: T) -> list[Any]:
        """Return the values of all columns, the body last."""
        row = [v if type(v) in _PLAIN else column_value(v) for v in self._values(document)]
        row.append(document.model_dump_json())
        return row

    def load(self, body: str) -> T:
        """Return the document that ``body`` holds. Raises `Unreadable`."""
        try:
            return self._read(body)
        except ValidationError as error:
            raise Unreadable(f"A document of {self.name!r} is damaged.") from error

    def ask(self, what: str, where: Where, end: str = "", order: str | None = None) -> Question:
        """Return the statement ``what FROM the table WHERE ... end``.

        With ``order`` (a field, ``-`` first for descending) it is sorted, and takes two more
        values: limit and offset.
        """
        shapes = tuple([(name, shape(test)) for name, test in where.items()])
        key = (what, end, order, shapes)
        plan = self._plans.get(key)
        if plan is None:
            check_asked(self.kind, where)
            plan = self._plans[key] = self._plan(what, shapes, end, order)
        values = [value for test in where.values() for value in settings(test)]
        return Question(plan[0], values, plan[1])

    def column(self, name: str) -> str:
        """Return the SQL that stands for a field. Raises `KeyError` if the model lacks it."""
        self.kind.check([name])
        return f'"{name}"' if name in self.columns else f"json_extract(body, '$.{name}')"

    def _plan(
        self, what: str, shapes: tuple[tuple[str, str], ...], end: str, order: str | None
    ) -> tuple[str, bool]:
        source, indexed = f'"{self.name}"', False
        if order is not None:
            field, way = order.removeprefix("-"), "DESC" if order.startswith("-") else "ASC"
            keys = dict.fromkeys((self.column(field), '"id"'))
            end += " ORDER BY " + ", ".join(f"{key} {way}" for key in keys) + " LIMIT ? OFFSET ?"
            index = self._serving(shapes, field)
            indexed = index is not None or ("id", IS) in shapes
            source += f' INDEXED BY "{index.name}"' if index is not None else ""
        tests = [clause(form, name, self.column(name)) for name, form in shapes]
        return f"{what} FROM {source} WHERE {' AND '.join(tests) or '1'}{end}", indexed

    def _serving(self, shapes: tuple[tuple[str, str], ...], order: str) -> Index | None:
        """Return the index whose own order answers: SQLite, knowing no statistics, may miss it.

        A bound that the index lacks is tested row by row: it rarely turns one away.
        """
        known = {name for name, form in shapes if form in (IS, NULL)}
        ranged = {name for name, form in shapes if form in ("from", "until", "between")}
        if "id" in known or len(known | ranged) < len(shapes) or ranged - {order}:
            return None
        for fields in (known, known - set(bounds(self.kind))):
            for index in self.indexes:
                if index.gives(fields, order):
                    return index
        return None
