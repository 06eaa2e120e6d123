"""The registry of what accounts own, and of what expires.

`tests/features` compares it with all kinds there are.
"""

from typing import Any

from symposion.answers import ANSWERS
from symposion.features.accounts.models import PICTURES, REFRESH_TOKENS, SESSIONS
from symposion.features.agents.models import AGENTS
from symposion.features.api_keys.models import API_KEYS
from symposion.features.audit.models import AUDIT
from symposion.features.conversations.models import LOG, ROUNDS
from symposion.features.simulations.models import SIMULATIONS
from symposion.lease import LEASES
from symposion.ports.store import Kind

OWNED: tuple[Kind[Any], ...] = (
    SESSIONS,
    REFRESH_TOKENS,
    API_KEYS,
    AGENTS,
    SIMULATIONS,
    LEASES,
    ROUNDS,
    LOG,
    PICTURES,
    ANSWERS,
)
"""Everything that goes with its account, in the order in which it is deleted: first what lets
somebody in or starts work."""

STAYING: tuple[Kind[Any], ...] = (AUDIT,)
"""What outlives its account: it names nobody but by id, and expires."""

EXPIRING: tuple[Kind[Any], ...] = (SESSIONS, REFRESH_TOKENS, API_KEYS, AUDIT, ANSWERS)
"""What is of no use to anybody after its ``expires_at``."""

EXPORTED: dict[str, Kind[Any]] = {
    "api_keys": API_KEYS,
    "agents": AGENTS,
    "simulations": SIMULATIONS,
    "conversations": ROUNDS,
}
"""What an account takes along, by the name it has there. The log is the same words again; a lease
and a session are no data of anybody's."""
