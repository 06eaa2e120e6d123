"""A provider that tells us who somebody is: OpenID Connect, as far as we use it."""

from dataclasses import dataclass, field
from typing import Protocol

from symposion.core.errors import Refused, Unavailable


class FederationRefused(Refused):
    """What was brought from the provider is no proof of who somebody is."""

    code = "google-refused"
    title = "Google's answer was not accepted; please try again."


class FederationUnavailable(Unavailable):
    """The provider does not answer, or answers something we cannot use."""

    code = "google-unavailable"
    title = "Google cannot be reached at this moment; please try again."


class FederationNotInstalled(Unavailable):
    """The settings ask for a provider, and the packages for it are missing."""

    code = "google-not-installed"
    title = "Google sign-in needs more packages: pip install 'symposion[google]'."


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the provider knows them.

    Attributes:
        subject: Their name at the provider; it never changes, all else may.
        email_verified: Whether the provider knows that the address is theirs.
        picture: Address of an image, or empty.
    """

    subject: str
    email: str
    email_verified: bool
    name: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """What one browser's way to the provider and back is known by.

    Attributes:
        redirect_uri: Where it comes back to.
        state: Comes back as it is.
        nonce: Stands in the proof that is given for it.
        verifier: Shown only when the code is redeemed (RFC 7636).
    """

    redirect_uri: str
    state: str
    nonce: str
    verifier: str = field(repr=False)


class Federation(Protocol):
    """A provider of identities."""

    async def address(self, journey: Journey) -> str:
        """Return where to send the browser. Raises `FederationUnavailable`."""
        ...

    async def redeem(self, code: str, redirect_uri: str, journey: Journey | None = None) -> Person:
        """Return who brought ``code`` back, on ``journey`` if it began here.

        Raises:
            FederationRefused: The code is no good, or the proof given for it is not.
            FederationUnavailable: The provider does not answer as it should.
        """
        ...

    async def check(self, credential: str) -> Person:
        """Return whom the signed proof ``credential`` (an ID token) speaks of.

        Raises:
            FederationRefused: It is no proof for us, for whatever reason; which one is logged.
            FederationUnavailable: The provider's keys cannot be had.
        """
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...
