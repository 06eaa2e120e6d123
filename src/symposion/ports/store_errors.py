"""How a store fails, in words that are the same for every backend.

No driver's own error ever leaves an adapter: what is not one of these is `NotFound`, `Duplicate`,
`Contended` or `Invalid`.
"""

from symposion.core.errors import Unavailable


class StoreBusy(Unavailable):
    """Somebody else held the store for longer than we wait (5 s); nothing was changed."""

    code = "store-busy"
    title = "The store is busy; please try again."


class StoreUnreachable(Unavailable):
    """The store did not answer; a write may or may not have happened."""

    code = "store-unreachable"
    title = "The store cannot be reached; please try again."


class StorageFull(Unavailable):
    """Nothing more can be written, for want of space or permission; reads go on."""

    code = "storage-full"
    title = "The store takes no more data."


class StoreFailed(Unavailable):
    """The store is closed, damaged, or refuses for a reason that trying again will not cure."""

    code = "store-failed"
    title = "The store failed."


class SchemaTooNew(Unavailable):
    """The data was written by a newer version of this program; nothing was touched."""

    code = "schema-too-new"
    title = "The data was written by a newer version of this program."


class SchemaChanged(Unavailable):
    """Another version of this program reshaped the data meanwhile: restart; nothing was changed."""

    code = "schema-changed"
    title = "Another version of this program changed the store; restart this one."


class Unreadable(Unavailable):
    """A stored document is damaged or no longer fits its model."""

    code = "document-unreadable"
    title = "A stored document cannot be read."
