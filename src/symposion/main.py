"""Where the choices are made: settings in, running house out."""

import os
import secrets
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from symposion import logs
from symposion.adapters.clock import SystemClock
from symposion.app import KINDS, create_app
from symposion.context import Ports
from symposion.features.accounts.identity import AccountIdentity
from symposion.ports.language import LanguageModel
from symposion.ports.store import Store
from symposion.settings import SECRET_BYTES, Settings, SettingsError, load

SECRET_FILE = "jwt_secret"  # noqa: S105 - a file name
DATABASE_FILE = "symposion.db"


def build(settings: Settings | None = None) -> FastAPI:
    """Build the application that the server serves; nothing is opened before it starts.

    Raises:
        SettingsError: A setting makes no sense.
    """
    chosen = settings or load()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        logs.configure(chosen.log_format, debug=chosen.debug)
        async with open_ports(chosen) as ports:
            app.state.ports = ports
            yield

    return create_app(lifespan=lifespan, cors_origins=chosen.cors_origins)


@asynccontextmanager
async def open_ports(settings: Settings) -> AsyncGenerator[Ports]:
    """Open everything the settings ask for, and close it again."""
    language = choose_language(settings)
    store = choose_store(settings)
    await store.open(KINDS)
    try:
        clock = SystemClock()
        life = timedelta(minutes=settings.jwt_expiration_minutes)
        identity = AccountIdentity(store, clock, signing_key(settings), life)
        yield Ports(store=store, language=language, identity=identity, clock=clock)
    finally:
        await language.close()
        await store.close()


def choose_store(settings: Settings) -> Store:
    """Return the store the settings ask for, not yet open."""
    url = settings.mongo_url.get_secret_value()
    if url:
        from symposion.adapters.store.mongo import MongoStore  # noqa: PLC0415 - .8 s to import

        return MongoStore(url, settings.db_name)
    from symposion.adapters.store.sqlite import SqliteStore  # noqa: PLC0415 - not with MongoDB

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return SqliteStore(settings.data_dir / DATABASE_FILE)


def choose_language(settings: Settings) -> LanguageModel:
    """Return the language model the settings ask for."""
    del settings
    from symposion.adapters.language.offline import OfflineModel

    return OfflineModel()


def signing_key(settings: Settings) -> str:
    """Return the secret that signs tokens; without one set, that of this data directory.

    It is made once, readable by its owner alone. Several processes starting at once agree on one.
    """
    given = settings.jwt_secret.get_secret_value()
    if given:
        return given
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    kept = settings.data_dir / SECRET_FILE
    if not kept.exists():
        _keep_secret(kept)
    return kept.read_text().strip()


def _keep_secret(place: Path) -> None:
    """Write a new secret to ``place`` whole, unless somebody else was faster."""
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(SECRET_BYTES))
    with suppress(FileExistsError):
        place.hardlink_to(draft)
    draft.unlink()


def serve() -> None:
    """Run the server as the settings say, until it is stopped."""
    import uvicorn  # noqa: PLC0415 - an application server of another make needs no uvicorn

    settings = load_or_exit()
    logs.configure(settings.log_format, debug=settings.debug)
    home = f"http://localhost:{settings.port}"
    sys.stderr.write(f"Symposion starts; look at {home}/docs and {home}/health\n")
    uvicorn.run(
        "symposion.main:build_or_exit",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_config=None,
    )


def build_or_exit() -> FastAPI:
    """Return the application, or end the process with one clear sentence and exit code 2."""
    return build(load_or_exit())


def load_or_exit() -> Settings:
    """Return the settings, or end the process with one clear sentence and exit code 2."""
    try:
        return load()
    except SettingsError as error:
        sys.stderr.write(f"symposion cannot start: {error}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    serve()
