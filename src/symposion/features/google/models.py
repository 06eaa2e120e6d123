"""What ties an account to somebody whom a provider knows."""

from typing import Literal

from symposion.core.documents import Owned
from symposion.ports.store import Kind


class FederatedIdentity(Owned):
    """A person at a provider, who signs in to this account.

    It is kept before its account is, so that of two first sign-ins at once one makes it: an
    identity whose account is missing was interrupted, and the next sign-in goes on.

    Attributes:
        subject: The person's name at the provider, which never changes.
    """

    provider: Literal["google"] = "google"
    subject: str


FEDERATED = Kind(
    "federated_identities",
    FederatedIdentity,
    unique=(("provider", "subject"), ("user_id", "provider")),
)
