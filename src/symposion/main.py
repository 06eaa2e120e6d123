"""Where the choices are made: which store, which language model, which secret.

The only module that knows the adapters. Whatever is slow to import is imported where it is chosen.
"""

import os
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from symposion.adapters.clock import SystemClock
from symposion.adapters.log_file import FileLog
from symposion.core.errors import Unavailable
from symposion.core.windows import Windows
from symposion.ports.clock import Clock
from symposion.ports.counters import Counters
from symposion.ports.federation import Federation, FederationNotInstalled
from symposion.ports.images import ImageModel, ImagesNotInstalled, Sitter
from symposion.ports.language import LanguageModel, parse_model_name
from symposion.ports.store import Store
from symposion.safety import SECRET_BYTES
from symposion.settings import Settings

__all__ = [
    "SystemClock",
    "choose_federation",
    "choose_images",
    "choose_store",
    "language_model",
    "open_counters",
    "open_log",
    "signing_key",
]

SECRET_FILE = "jwt_secret"  # noqa: S105 - a file name
DATABASE_FILE = "symposion.db"


def language_model(spec: str, settings: Settings | None = None) -> LanguageModel:
    """Return the model called ``spec``: "offline", "gemini:NAME" or "openai:NAME".

    Raises:
        Invalid: ``spec`` is none of these.
        ModelFailed: The key is missing, or the provider's package is not installed.
    """
    provider, name = parse_model_name(spec)
    if provider == "offline":
        from symposion.adapters.language.offline import OfflineModel  # noqa: PLC0415 - packs to read

        return OfflineModel()
    keys = settings or Settings()
    if provider == "gemini":
        from symposion.adapters.language.gemini import GeminiModel  # noqa: PLC0415 - 1.6 s of CPU

        return GeminiModel(keys.gemini_api_key.get_secret_value(), name)
    from symposion.adapters.language.openai import OpenAIModel  # noqa: PLC0415 - 1 s of CPU

    key = keys.openai_api_key.get_secret_value()
    return OpenAIModel(key, name, keys.openai_base_url or None)


def choose_store(settings: Settings) -> Store:
    """Return the store the settings ask for, not yet open."""
    url = settings.mongo_url.get_secret_value()
    if url:
        from symposion.adapters.store.mongo import MongoStore  # noqa: PLC0415 - .8 s of CPU

        return MongoStore(url, settings.db_name or None)
    from symposion.adapters.store.sqlite import SqliteStore  # noqa: PLC0415 - not with MongoDB

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return SqliteStore(settings.data_dir / DATABASE_FILE)


@asynccontextmanager
async def open_counters(settings: Settings) -> AsyncGenerator[Counters]:
    """Open what the settings ask for to count in, and close it again.

    Raises:
        Unavailable: The package that Redis needs is not installed.
    """
    url = settings.redis_url.get_secret_value()
    if not url:
        yield Windows()
        return
    try:
        from symposion.adapters.counters import RedisCounters  # noqa: PLC0415 - .4 s of CPU
    except ImportError:
        raise Unavailable("REDIS_URL needs more packages: pip install symposion[redis].") from None
    counters = RedisCounters(url)
    await counters.open()
    try:
        yield counters
    finally:
        await counters.close()


def choose_federation(settings: Settings, clock: Clock) -> Federation | None:
    """Return the sign-in with Google, if the settings ask for it.

    Raises:
        FederationNotInstalled: They do, and the extra `google` is not installed.
    """
    if not settings.google_client_id:
        return None
    if not (find_spec("httpx2") and find_spec("cryptography")):
        raise FederationNotInstalled
    from symposion.adapters.google.federation import GoogleFederation  # noqa: PLC0415 - .2 s of CPU

    secret = settings.google_client_secret.get_secret_value()
    return GoogleFederation(settings.google_client_id, secret, clock, issuer=settings.google_issuer)


def choose_images(settings: Settings) -> ImageModel:
    """Return whoever is to make portraits.

    Raises:
        ImagesNotInstalled: It is fal.ai, and the extra `fal` is not installed.
    """
    key = settings.fal_key.get_secret_value()
    if settings.images == "drawn" or not key:
        from symposion.adapters.images.drawn import DrawnImages  # noqa: PLC0415 - not with fal.ai

        return DrawnImages()
    if not find_spec("httpx2"):
        raise ImagesNotInstalled
    from symposion.adapters.images.fal import FalImages  # noqa: PLC0415 - .2 s of CPU

    models: dict[Sitter, str] = {
        "agent": settings.fal_model_agents,
        "profile": settings.fal_model_profiles,
    }
    return FalImages(key, models)


def open_log(path: Path) -> FileLog:
    """Open the log of a run in a file, made if need be, and lock it until it is closed.

    Raises:
        LogInUse: Somebody else has it open.
        LogDamaged: It is no log.
        LogUnwritable: The system does not let us open it.
    """
    return FileLog(path)


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
