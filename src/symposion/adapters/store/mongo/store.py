"""A store in one MongoDB database, through PyMongo's own asyncio client; needs no replica set."""

from typing import Any, TypeVar

from pymongo import ASCENDING, AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from symposion.adapters.store.fields import nullable, searched
from symposion.adapters.store.mongo.asking import row_name
from symposion.adapters.store.mongo.collection import MongoCollection
from symposion.adapters.store.mongo.faults import translating
from symposion.core.documents import Document
from symposion.core.errors import DomainError
from symposion.ports.store import Kind
from symposion.ports.store_errors import StoreFailed

T = TypeVar("T", bound=Document)

_NOT_NULL = {"$type": ["string", "number", "bool", "date"]}


class MongoStore:
    """A `Store` in one database; a write is on the disks of the majority when its caller goes on.

    Documents are rows with the id as ``_id``, moments as dates, all else as JSON would have it.
    """

    def __init__(self, url: str, database: str | None = None, *, patience: float = 5.0) -> None:
        """Name the server; nothing is connected yet.

        Args:
            url: ``mongodb://`` or ``mongodb+srv://``.
            database: Its name; else the one in the URL, else "symposion".
            patience: Seconds until a request gives up with `StoreUnreachable`.
        """
        self._url, self._database, self._patience = url, database, patience
        self._client: AsyncMongoClient[dict[str, Any]] | None = None

    async def open(self, kinds: tuple[Kind[Any], ...]) -> None:
        """Connect and create missing indexes.

        Raises:
            StoreUnreachable: No server answered in time.
            StoreFailed: The URL is no good, or the server refuses us.
            Duplicate: Stored documents agree in fields that have become unique.
        """
        self._client = self._connect()
        try:
            with translating():
                for kind in kinds:
                    await self._index(kind)
        except DomainError:
            await self.close()
            raise

    def collection(self, kind: Kind[T]) -> MongoCollection[T]:
        """Return the collection that keeps ``kind``. Raises `StoreFailed` before `open`."""
        return MongoCollection(self._db[kind.name], kind)

    async def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.close()

    def _connect(self) -> AsyncMongoClient[dict[str, Any]]:
        milliseconds = int(self._patience * 1000)
        try:
            return AsyncMongoClient(
                self._url,
                serverSelectionTimeoutMS=milliseconds,
                connectTimeoutMS=milliseconds,
                timeoutMS=milliseconds,
                tz_aware=True,
                w="majority",
                journal=True,
            )
        except (ValueError, PyMongoError):  # the reason may hold the URL, and that a password
            raise StoreFailed("The URL of the MongoDB server is no good.") from None

    @property
    def _db(self) -> AsyncDatabase[dict[str, Any]]:
        if self._client is None:
            raise StoreFailed("The store is not open.")
        if self._database:
            return self._client[self._database]
        return self._client.get_default_database("symposion")

    async def _index(self, kind: Kind[Any]) -> None:
        rows = self._db[kind.name]
        for fields in searched(kind):
            await rows.create_index([(row_name(field), ASCENDING) for field in fields])
        for fields in dict.fromkeys(kind.unique):
            keys = [(row_name(field), ASCENDING) for field in fields]
            some = {row_name(field): _NOT_NULL for field in fields if nullable(kind, field)}
            options: dict[str, Any] = {"partialFilterExpression": some} if some else {}
            await rows.create_index(keys, unique=True, **options)
