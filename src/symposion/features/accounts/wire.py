"""Accounts as the HTTP contract tells them (section 3)."""

from typing import Literal, Self

from pydantic import BaseModel

from symposion.core.documents import Timestamp
from symposion.features.accounts.models import Account


class User(BaseModel):
    """An account as its owner sees it."""

    id: str
    email: str
    name: str
    picture: str
    bio: str
    created_at: Timestamp
    last_login: Timestamp
    auth_type: str
    is_admin: bool

    @classmethod
    def of(cls, account: Account) -> Self:
        """Return what is told of ``account``."""
        return cls.model_validate(account, from_attributes=True)


class TokenReply(BaseModel):
    """A fresh token, and whose it is."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of the scheme (RFC 6750)
    user: User
