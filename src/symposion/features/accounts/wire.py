"""Accounts as the HTTP contract tells them (section 3)."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from symposion.core.documents import Timestamp
from symposion.core.passwords import LEAST_CHARACTERS, MOST_CHARACTERS, fault_of
from symposion.core.texts import Name
from symposion.features.accounts.email import EMAIL_LIMIT, Email
from symposion.features.accounts.models import Account, Session
from symposion.features.accounts.refreshing import Refreshed


def _good(password: str) -> str:
    fault = fault_of(password)
    if fault:
        raise PydanticCustomError("password", "{fault}", {"fault": fault})
    return password


NewPassword = Annotated[
    str,
    StringConstraints(max_length=1_000),
    AfterValidator(_good),
    Field(json_schema_extra={"minLength": LEAST_CHARACTERS, "maxLength": MOST_CHARACTERS}),
]
"""A password that may be chosen: 8 to 128 characters, exactly as typed."""

SomePassword = Annotated[str, StringConstraints(max_length=1_000)]


Code = Annotated[str, StringConstraints(max_length=64, strip_whitespace=True)]
"""A code of an authenticator app, or a recovery code."""


PICTURE_TEXT_LIMIT = 7 * 1024 * 1024
"""Longest picture looked at; what may be kept of it is up to `checked_image`."""


class Registration(BaseModel):
    """What somebody new tells; each field is needed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: Email
    password: NewPassword = Field(repr=False)
    name: Name


class Credentials(BaseModel):
    """What opens an account; anything is taken here, so that all that is wrong is wrong alike.

    The code is needed where the account has a second factor.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: Annotated[str, StringConstraints(max_length=EMAIL_LIMIT)]
    password: SomePassword = Field(repr=False)
    code: Code = Field(default="", repr=False)


class ProfileDraft(BaseModel):
    """What is to change in a profile; what is not given stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    email: Annotated[str, StringConstraints(max_length=EMAIL_LIMIT)] | None = None
    bio: Annotated[str, StringConstraints(max_length=1_000)] | None = None
    picture: str | None = Field(
        default=None,
        max_length=PICTURE_TEXT_LIMIT,
        repr=False,
        json_schema_extra={"description": "An address, or a data URL of a PNG, JPEG or WebP."},
    )


class EmailDraft(BaseModel):
    """A new e-mail address, and the password that allows it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    current_password: SomePassword = Field(repr=False)
    new_email: Email


class PasswordDraft(BaseModel):
    """A new password, and the one that allows it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    current_password: SomePassword = Field(repr=False)
    new_password: NewPassword = Field(repr=False)


class Done(BaseModel):
    """A change that took effect."""

    success: Literal[True] = True
    message: str


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


class RefreshDraft(BaseModel):
    """A refresh token, to be exchanged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    refresh_token: Annotated[str, StringConstraints(max_length=1_000)] = Field(repr=False)


class RefreshTokenReply(BaseModel):
    """The first refresh token of a session; ``expires_in`` is in seconds."""

    refresh_token: str
    expires_in: int

    @classmethod
    def of(cls, made: Refreshed) -> Self:
        """Return what is told of ``made``."""
        lasts = int(made.renewal.refresh_life.total_seconds())
        return cls(refresh_token=made.refresh_token, expires_in=lasts)


class RefreshedReply(BaseModel):
    """A fresh access token, and the refresh token to use next; lives are in seconds."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - as above
    expires_in: int
    refresh_token: str
    refresh_expires_in: int

    @classmethod
    def of(cls, made: Refreshed) -> Self:
        """Return what is told of ``made``."""
        return cls(
            access_token=made.renewal.access_token,
            expires_in=int(made.renewal.life.total_seconds()),
            refresh_token=made.refresh_token,
            refresh_expires_in=int(made.renewal.refresh_life.total_seconds()),
        )


class SessionReply(BaseModel):
    """A session as its owner sees it; ``current`` is the one that asks."""

    id: str
    created_at: Timestamp
    expires_at: Timestamp
    current: bool

    @classmethod
    def of(cls, session: Session, current: str) -> Self:
        """Return what is told of ``session``; ``current`` is the id of the one that asks."""
        return cls(
            id=session.id,
            created_at=session.created_at,
            expires_at=session.expires_at,
            current=session.id == current,
        )
