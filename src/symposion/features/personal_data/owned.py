"""The registry of what accounts own, of what they leave in tenants of others, and what expires.

`tests/features` compares it with all kinds there are.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from symposion.answers import ANSWERS
from symposion.context import Context
from symposion.features.accounts.models import FACTORS, PICTURES, REFRESH_TOKENS, SESSIONS, TICKETS
from symposion.features.agents.models import AGENTS
from symposion.features.api_keys.models import API_KEYS
from symposion.features.audit.models import AUDIT
from symposion.features.conversations.models import LOG, ROUNDS
from symposion.features.exchange.models import IMPORTS
from symposion.features.google.models import FEDERATED
from symposion.features.organizations import leaving
from symposion.features.organizations.models import (
    INVITATIONS,
    MEMBERSHIPS,
    ORGANIZATIONS,
    SHARES,
)
from symposion.features.portraits.models import IMAGE_DAYS, PORTRAITS
from symposion.features.saved_agents.models import SAVED_AGENTS, USES
from symposion.features.simulations.models import SIMULATIONS
from symposion.lease import LEASES
from symposion.ports.store import Kind

OWNED: tuple[Kind[Any], ...] = (
    FEDERATED,
    TICKETS,
    SESSIONS,
    REFRESH_TOKENS,
    API_KEYS,
    IMPORTS,
    AGENTS,
    SAVED_AGENTS,
    USES,
    SIMULATIONS,
    LEASES,
    ROUNDS,
    LOG,
    PICTURES,
    PORTRAITS,
    IMAGE_DAYS,
    FACTORS,
    ANSWERS,
)
"""Everything that goes with its account, in the order in which it is deleted: first what lets
somebody in or starts work."""

STAYING: tuple[Kind[Any], ...] = (AUDIT,)
"""What outlives its account: it names nobody but by id, and expires."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What accounts leave in tenants that are not their own, where `OWNED` does not reach.

    Attributes:
        kinds: What it takes care of.
        check: Raises what keeps an account from being deleted by its owner; sweeps do not ask.
        erase: Deletes it all; it never refuses, and may run twice.
        export: Returns what of it an account takes along, by the name it has there.
    """

    kinds: tuple[Kind[Any], ...]
    check: Callable[[Context], Awaitable[None]]
    erase: Callable[[Context], Awaitable[None]]
    export: Callable[[Context], Awaitable[dict[str, list[dict[str, Any]]]]]


ELSEWHERE: tuple[Elsewhere, ...] = (
    Elsewhere(
        kinds=(ORGANIZATIONS, MEMBERSHIPS, INVITATIONS, SHARES),
        check=leaving.check_may_leave,
        erase=leaving.erase,
        export=leaving.export,
    ),
)
"""Everything else that goes with its account."""

EXPIRING: tuple[Kind[Any], ...] = (
    SESSIONS,
    TICKETS,
    REFRESH_TOKENS,
    API_KEYS,
    AUDIT,
    ANSWERS,
    INVITATIONS,
    IMAGE_DAYS,
)
"""What is of no use to anybody after its ``expires_at``."""

EXPORTED: dict[str, Kind[Any]] = {
    "linked_accounts": FEDERATED,
    "api_keys": API_KEYS,
    "agents": AGENTS,
    "saved_agents": SAVED_AGENTS,
    "simulations": SIMULATIONS,
    "conversations": ROUNDS,
}
"""What an account takes along, by the name it has there. The log is the same words again, and
uses follow from agents and rounds; portraits stand in it by their addresses; a lease and a session
are no data of anybody's."""
