"""The production store: documents as BSON in MongoDB. Needs the extra ``symposion[mongo]``."""

from symposion.adapters.store.mongo.store import MongoStore

__all__ = ["MongoStore"]
