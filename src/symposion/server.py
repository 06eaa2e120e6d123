"""The running server: settings in, HTTP application out."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from fastapi import FastAPI

from symposion import logs
from symposion.app import KINDS, create_app
from symposion.context import Addresses, Ports
from symposion.core.errors import DomainError
from symposion.features.accounts.admin import ensure_admin
from symposion.features.accounts.identity import AccountIdentity
from symposion.features.personal_data.sweeping import sweeping
from symposion.main import (
    SystemClock,
    choose_federation,
    choose_images,
    choose_store,
    language_model,
    open_counters,
    signing_key,
)
from symposion.policy import POLICIES
from symposion.ports.counters import Counters
from symposion.ports.images import Allowance
from symposion.settings import Settings, SettingsError, load
from symposion.web.crowds import STATE as CROWDS
from symposion.web.crowds import Crowds
from symposion.web.gate import Gate
from symposion.web.rates import Limits, parse_sizes

_log = structlog.get_logger("symposion.server")


def build(settings: Settings | None = None) -> FastAPI:
    """Build the application that the server serves; nothing is opened before it starts.

    Raises:
        SettingsError: A setting makes no sense.
    """
    chosen = settings or load()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[dict[str, object]]:
        logs.configure(chosen.log_format, debug=chosen.debug)
        for doubt in chosen.doubts:
            _log.warning(doubt)
        async with (
            open_ports(chosen) as ports,
            sweeping(ports),
            open_counters(chosen) as counters,
        ):
            app.state.ports = ports
            app.state.gate = _gate(chosen, counters)
            yield {CROWDS: Crowds[object](chosen.connections_per_address, chosen.trusted_proxies)}

    return create_app(lifespan=lifespan, cors_origins=chosen.cors_origins, docs=chosen.shows_docs)


def _gate(settings: Settings, counters: Counters) -> Gate:
    sizes = parse_sizes(settings.rates)
    limits = Limits(counters, sizes) if settings.rate_limits == "on" else None
    pen = signing_key(settings).encode()
    return Gate(POLICIES, limits, settings.trusted_proxies, pen=pen)


@asynccontextmanager
async def open_ports(settings: Settings) -> AsyncGenerator[Ports]:
    """Open everything the settings ask for, and close it again."""
    language = language_model(settings.model_spec, settings)
    clock = SystemClock()
    federation = choose_federation(settings, clock)
    images = choose_images(settings)
    store = choose_store(settings)
    await store.open(KINDS)
    try:
        life = timedelta(minutes=settings.jwt_expiration_minutes)
        identity = AccountIdentity(
            store,
            clock,
            signing_key(settings),
            life,
            refresh_life=timedelta(days=settings.refresh_expiration_days),
            previous_key=settings.jwt_secret_previous.get_secret_value(),
        )
        ports = Ports(
            store=store,
            language=language,
            identity=identity,
            clock=clock,
            guests=settings.guests,
            addresses=Addresses(settings.public_url, settings.cors_origins),
            federation=federation,
            images=images,
            allowance=Allowance(
                user=settings.images_per_day,
                guest=settings.images_per_day_guest,
                server=settings.images_per_day_server,
            ),
        )
        if settings.admin_email:
            password = settings.admin_password.get_secret_value()
            await ensure_admin(ports, settings.admin_email, password)
        yield ports
    finally:
        if federation:
            await federation.close()
        await images.close()
        await language.close()
        await store.close()


def serve(
    *,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
    reload: bool = False,
) -> None:
    """Run the server until it is stopped; what is not given comes from the settings.

    Args:
        host: Address to listen on.
        port: Port to listen on.
        workers: Processes; ignored with ``reload``.
        reload: Start again whenever the code changes.
    """
    import uvicorn  # noqa: PLC0415 - an application server of another make needs no uvicorn

    given = {"HOST": host, "PORT": port, "WORKERS": workers}
    # The processes that uvicorn starts read their settings from the environment again.
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})
    settings = load_or_exit()
    logs.configure(settings.log_format, debug=settings.debug)
    asyncio.run(_try_or_exit(settings))
    home = f"http://localhost:{settings.port}"
    docs = f"{home}/docs and " if settings.shows_docs else ""
    sys.stderr.write(f"Symposion starts; look at {docs}{home}/health\n")
    uvicorn.run(
        "symposion.server:build_or_exit",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=None if reload else settings.workers,
        reload=reload,
        log_config=None,
        proxy_headers=False,
        http="symposion.web.protocol:HardProtocol",
    )


async def _try_or_exit(settings: Settings) -> None:
    """Open and close what the server needs, or end the process with one sentence and exit code 2.

    A server that found out by itself would log a traceback and start its processes again.
    """
    try:
        async with open_ports(settings), open_counters(settings):
            pass
    except DomainError as error:
        sys.stderr.write(f"symposion cannot start: {error}\n")
        raise SystemExit(2) from None
    except OSError as error:
        sys.stderr.write(f"symposion cannot start: {error.filename}: {error.strerror}.\n")
        raise SystemExit(2) from None


def _check_rates(settings: Settings) -> Settings:
    """Return ``settings`` if they change only rates that there are."""
    known = {rate.purpose for policy in POLICIES.values() for rate in policy.all_rates}
    for purpose in parse_sizes(settings.rates):
        if purpose not in known:
            names = ", ".join(sorted(known))
            raise SettingsError(f"RATES: there is no {purpose}; there are {names}.")
    return settings


def build_or_exit() -> FastAPI:
    """Return the application, or end the process with one clear sentence and exit code 2."""
    return build(load_or_exit())


def load_or_exit() -> Settings:
    """Return the settings, or end the process with one clear sentence and exit code 2."""
    try:
        return _check_rates(load())
    except SettingsError as error:
        sys.stderr.write(f"symposion cannot start: {error}\n")
        raise SystemExit(2) from None
