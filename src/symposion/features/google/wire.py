"""Sign-in with Google as the HTTP contract tells it (section 3)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from symposion.features.accounts.wire import Code, SomePassword

Credential = Annotated[str, StringConstraints(min_length=1, max_length=16_000)]
"""An ID token that a page got from Google."""

GoogleCode = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class GoogleCredential(BaseModel):
    """Google's word for somebody, and their code if their account has a second factor."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    credential: Credential = Field(repr=False)
    second_factor: Code = Field(default="", repr=False)


class GoogleReturn(BaseModel):
    """What Google sent along with a browser, and where to; ``code`` is Google's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: GoogleCode = Field(repr=False)
    redirect_uri: Address
    second_factor: Code = Field(default="", repr=False)


class GoogleLink(BaseModel):
    """Google's word for somebody, and the password that allows to let them in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    credential: Credential = Field(repr=False)
    current_password: SomePassword = Field(default="", repr=False)
