"""The seven verbs on one MongoDB collection."""

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pymongo.asynchronous.collection import AsyncCollection

from symposion.adapters.store.fields import group_name
from symposion.adapters.store.mongo.asking import filter_for, row_name, sort_for
from symposion.adapters.store.mongo.faults import translating
from symposion.core.documents import Document
from symposion.core.errors import Contended, NotFound
from symposion.ports.store import ALL, Kind, Tally, Where
from symposion.ports.store_errors import Unreadable

T = TypeVar("T", bound=Document)

_log = logging.getLogger(__name__)

_TRIES = 30
_LONGEST_PAUSE = 0.1
"""Seconds. Thirty tries with pauses up to here are over within about 1.5 s."""


class MongoCollection(Generic[T]):
    """A `Collection` in one MongoDB collection."""

    def __init__(self, rows: AsyncCollection[dict[str, Any]], kind: Kind[T]) -> None:
        self._rows, self._kind = rows, kind
        self._read = TypeAdapter(kind.model).validator.validate_python

    async def get(self, id: str) -> T:
        """Return the document named ``id``. Raises `NotFound`, `Unreadable`."""
        with translating():
            row = await self._rows.find_one({"_id": {"$eq": id}})
        if row is None:
            raise NotFound
        return self._load(row)

    async def find(
        self, where: Where = ALL, *, order: str = "-created_at", limit: int = 100, skip: int = 0
    ) -> list[T]:
        """Return matching documents in order; a damaged one is left out and logged."""
        if limit <= 0:  # to MongoDB 0 means no limit
            return []
        sort = sort_for(self._kind, where, order)
        cursor = self._rows.find(filter_for(self._kind, where)).sort(sort)
        with translating():
            rows = await cursor.skip(skip).limit(limit).to_list()
        found: list[T] = []
        for row in rows:
            try:
                found.append(self._load(row))
            except Unreadable:
                _log.exception("A document of %s was left out: it is damaged.", self._kind.name)
        return found

    async def count(self, where: Where = ALL) -> int:
        """Return how many documents match."""
        with translating():
            return await self._rows.count_documents(filter_for(self._kind, where))

    async def tally(
        self, where: Where = ALL, *, by: str, add: str | None = None
    ) -> dict[str, Tally]:
        """Group and sum."""
        kind = self._kind
        kind.check([by, *([add] if add else [])])
        total = {"$sum": f"${row_name(add)}"} if add else {"$sum": 0}
        group = {"_id": f"${row_name(by)}", "count": {"$sum": 1}, "total": total}
        with translating():
            cursor = await self._rows.aggregate(
                [{"$match": filter_for(kind, where)}, {"$group": group}]
            )
            rows = await cursor.to_list()
        return {
            group_name(kind, by, row["_id"]): Tally(row["count"], float(row["total"]))
            for row in rows
        }

    async def insert(self, document: T) -> T:
        """Keep a new document. Raises `Duplicate`."""
        with translating():
            await self._rows.insert_one(self._dump(document))
        return document

    async def update(self, id: str, change: Callable[[T], T]) -> T:
        """Replace a document unless somebody else did meanwhile; then try again."""
        for attempt in range(_TRIES):
            old = await self.get(id)
            new = change(old).model_copy(update={"id": id, "version": old.version + 1})
            seen = {"_id": {"$eq": id}, "version": {"$eq": old.version}}
            with translating():
                row = await self._rows.find_one_and_replace(
                    seen, self._dump(new), projection={"_id": 1}
                )
            if row is not None:
                return new
            longest = min(_LONGEST_PAUSE, 0.001 * 2**attempt)
            await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 - no secret
        raise Contended

    async def delete(self, where: Where) -> int:
        """Delete what matches and return how many there were."""
        with translating():
            return (await self._rows.delete_many(filter_for(self._kind, where))).deleted_count

    def _load(self, row: dict[str, Any]) -> T:
        row["id"] = row.pop("_id")
        try:
            return self._read(row)
        except ValidationError as error:
            raise Unreadable(f"A document of {self._kind.name!r} is damaged.") from error

    def _dump(self, document: T) -> dict[str, Any]:
        row = document.model_dump()
        return {"_id": row.pop("id"), **row}
