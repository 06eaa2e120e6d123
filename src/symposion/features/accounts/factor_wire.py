"""Second factors as they are told over HTTP."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from symposion.features.accounts.wire import Code, SomePassword

TicketText = Annotated[str, StringConstraints(max_length=100)]


class Proof(BaseModel):
    """The password, and a code of the authenticator app."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    current_password: SomePassword = Field(repr=False)
    code: Code = Field(repr=False)


class TicketProof(Proof):
    """The same from the page that a ticket opens."""

    ticket: TicketText = Field(repr=False)


class ChallengeAnswer(BaseModel):
    """The code that was missing when the ticket was given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ticket: TicketText = Field(repr=False)
    code: Code = Field(repr=False)


class FactorSetup(BaseModel):
    """A second factor that waits to be confirmed.

    Attributes:
        qr_code: Address of a page to open in a new window; it works for ten minutes, and once.
        otpauth_uri: What the QR code says, for clients with a page of their own.
    """

    success: Literal[True] = True
    qr_code: str
    message: str
    otpauth_uri: str


class RecoveryCodes(BaseModel):
    """Fresh recovery codes; they are not told again."""

    success: Literal[True] = True
    recovery_codes: list[str]


class FactorStatus(BaseModel):
    """Whether there is a second factor, and how many recovery codes are unused."""

    enabled: bool
    recovery_codes_left: int
