"""The driver's errors, turned into the port's."""

from collections.abc import Generator
from contextlib import contextmanager

from bson.errors import BSONError
from pymongo.errors import (
    ConnectionFailure,
    DocumentTooLarge,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    WriteConcernError,
    WTimeoutError,
)

from symposion.core.errors import Duplicate, Invalid
from symposion.ports.store_errors import StorageFull, StoreFailed, StoreUnreachable

_OUT_OF_DISK = 14031  # mongod's OutOfDiskSpace
_AWAY = (ConnectionFailure, ExecutionTimeout, NetworkTimeout, WriteConcernError, WTimeoutError)


@contextmanager
def translating() -> Generator[None]:
    """Let no error of the driver out."""
    try:
        yield
    except DuplicateKeyError as error:
        raise Duplicate from error
    except _AWAY as error:
        raise StoreUnreachable from error
    except (BSONError, OverflowError, DocumentTooLarge) as error:
        raise Invalid(f"The document cannot be stored: {error}") from error
    except OperationFailure as error:
        if error.code == _OUT_OF_DISK:
            raise StorageFull from error
        raise StoreFailed(f"The store refused: {error.code}.") from error
    except PyMongoError as error:
        raise StoreFailed(f"The store failed: {type(error).__name__}.") from error
