"""The HTTP application: all routes and all kinds, no choices."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.types import Lifespan

from symposion.answers import ANSWERS
from symposion.context import Ports
from symposion.core.version import VERSION
from symposion.features.accounts.factor_routes import router as factors
from symposion.features.accounts.factor_routes import versioned as factors_beyond
from symposion.features.accounts.models import (
    ACCOUNTS,
    FACTORS,
    PICTURES,
    REFRESH_TOKENS,
    SESSIONS,
    TICKETS,
)
from symposion.features.accounts.routes import router as accounts
from symposion.features.accounts.routes import versioned as accounts_beyond
from symposion.features.agents.models import AGENTS
from symposion.features.agents.routes import router as agents
from symposion.features.api_keys.models import API_KEYS
from symposion.features.api_keys.routes import versioned as api_keys
from symposion.features.archetypes.routes import router as archetypes
from symposion.features.audit.models import AUDIT
from symposion.features.audit.routes import versioned as audit
from symposion.features.catalogue.routes import versioned as catalogue
from symposion.features.conversations.models import LOG, ROUNDS
from symposion.features.conversations.routes import router as conversations
from symposion.features.exchange.models import IMPORTS
from symposion.features.exchange.routes import versioned as exchange
from symposion.features.google.models import FEDERATED
from symposion.features.google.routes import router as google
from symposion.features.google.routes import versioned as google_beyond
from symposion.features.health.routes import greeting
from symposion.features.health.routes import router as health
from symposion.features.organizations.models import (
    INVITATIONS,
    MEMBERSHIPS,
    ORGANIZATIONS,
    SHARES,
)
from symposion.features.organizations.routes import versioned as organizations
from symposion.features.organizations.shared_routes import versioned as shared
from symposion.features.personal_data.routes import router as personal_data
from symposion.features.personal_data.routes import versioned as personal_data_beyond
from symposion.features.portraits.models import IMAGE_DAYS, PORTRAITS
from symposion.features.portraits.routes import router as portraits
from symposion.features.portraits.routes import versioned as portraits_beyond
from symposion.features.saved_agents.models import SAVED_AGENTS, USES
from symposion.features.saved_agents.routes import router as saved_agents
from symposion.features.simulations.models import SIMULATIONS
from symposion.features.simulations.routes import router as simulations
from symposion.features.styles.routes import versioned as styles
from symposion.lease import LEASES
from symposion.policy import POLICIES
from symposion.ports.store import Kind
from symposion.web.gate import Gate
from symposion.web.middleware import Cors, HeadLimits, LastResort, RequestLog
from symposion.web.openapi import tell_refusals
from symposion.web.pages import add_documentation
from symposion.web.problems import add_problem_handlers

KINDS: tuple[Kind[Any], ...] = (
    ACCOUNTS,
    SESSIONS,
    REFRESH_TOKENS,
    API_KEYS,
    PICTURES,
    FACTORS,
    TICKETS,
    FEDERATED,
    AGENTS,
    IMPORTS,
    SAVED_AGENTS,
    USES,
    SIMULATIONS,
    LOG,
    ROUNDS,
    LEASES,
    AUDIT,
    ANSWERS,
    ORGANIZATIONS,
    MEMBERSHIPS,
    INVITATIONS,
    SHARES,
    PORTRAITS,
    IMAGE_DAYS,
)
"""Everything the store keeps."""

PREFIXES = ("/api", "/api/v1")
"""Where every route of the contract is found (HTTP contract 2.1)."""

DESCRIPTION = """\
Gather a cast of agents with personalities, set a scenario, hear the room think.

Sign in with `POST /api/auth/test-login`, and send the token as `Authorization: Bearer …`.
Errors are `application/problem+json` (RFC 9457).
"""


def create_app(
    ports: Ports | None = None,
    *,
    lifespan: Lifespan[FastAPI] | None = None,
    cors_origins: Sequence[str] = (),
    gate: Gate | None = None,
    docs: bool = True,
) -> FastAPI:
    """Build the application around open ``ports``, or around those that ``lifespan`` will open.

    Without a ``gate`` of its own it has that of the policy table, and no rate limits.
    Without ``docs`` there is neither ``/docs`` nor ``/openapi.json``.
    """
    app = FastAPI(
        title="Symposion",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        openapi_url="/openapi.json" if docs else None,
        redoc_url=None,
        middleware=_middleware(cors_origins),
    )
    app.state.ports = ports
    app.state.gate = gate or Gate(POLICIES)
    if docs:
        add_documentation(app)
    add_problem_handlers(app)
    app.include_router(health)
    app.include_router(greeting)
    app.include_router(exchange, prefix=PREFIXES[-1])  # before what names agents by id
    for prefix in PREFIXES:
        for router in (
            greeting,
            accounts,
            factors,
            google,
            personal_data,
            portraits,
            agents,
            archetypes,
            saved_agents,
            simulations,
            conversations,
        ):
            app.include_router(router, prefix=prefix)
    for router in (
        accounts_beyond,
        factors_beyond,
        google_beyond,
        personal_data_beyond,
        api_keys,
        audit,
        styles,
        catalogue,
        organizations,
        shared,
        portraits_beyond,
    ):
        app.include_router(router, prefix=PREFIXES[-1])
    tell_refusals(app)
    return app


def _middleware(cors_origins: Sequence[str]) -> list[Middleware]:
    """Return the layers around the routes, outermost first."""
    cors = Middleware(
        Cors,
        allow_origins=list(cors_origins),
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=[
            "Authorization",
            "Content-Type",
            "Idempotency-Key",
            "If-Match",
            "If-None-Match",
            "X-Request-ID",
        ],
        expose_headers=[
            "X-Request-ID",
            "ETag",
            "Idempotent-Replayed",
            "Retry-After",
            "RateLimit-Limit",
            "RateLimit-Remaining",
            "RateLimit-Reset",
        ],
    )
    return [Middleware(RequestLog), cors, Middleware(LastResort), Middleware(HeadLimits)]
