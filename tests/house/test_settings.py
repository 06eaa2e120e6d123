"""Settings: what is refused, how it is told, and that no secret is ever shown."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from symposion.main import DATABASE_FILE, choose_images, signing_key
from symposion.ports.images import ImagesNotInstalled
from symposion.settings import Settings, SettingsError, load

GOOD = "0123456789abcdef0123456789abcdef"
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Read neither the tester's environment nor a ``.env`` of the working directory."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "0", "PORT: Input should be greater than or equal to 1."),
        ("PORT", "many", "PORT: "),
        ("WORKERS", "-1", "WORKERS: "),
        ("DEBUG", "perhaps", "DEBUG: "),
        ("ENVIRONMENT", "staging", "ENVIRONMENT: "),
        ("LOG_FORMAT", "xml", "LOG_FORMAT: "),
        ("JWT_ALGORITHM", "none", "JWT_ALGORITHM: "),
        ("JWT_EXPIRATION_MINUTES", "0", "JWT_EXPIRATION_MINUTES: "),
        ("CORS_ORIGINS", "*", "CORS_ORIGINS: list the origins one by one; * is refused."),
        ("CORS_ORIGINS", '["http://a.example"', "CORS_ORIGINS: "),
        ("MODEL", "mistral:x", "MODEL: There is no model 'mistral:x'"),
        ("MODEL", "openai", "MODEL: There is no model 'openai:'"),
        ("PUBLIC_URL", "symposion.example", "PUBLIC_URL: must be an address such as"),
        ("PUBLIC_URL", "ftp://symposion.example", "PUBLIC_URL: "),
        ("PUBLIC_URL", "https://a@symposion.example", "PUBLIC_URL: "),
        ("PUBLIC_URL", "https://symposion.example/?a=b", "PUBLIC_URL: "),
        ("PUBLIC_URL", "https://[", "PUBLIC_URL: "),
        ("GOOGLE_ISSUER", "accounts.google.com", "GOOGLE_ISSUER: "),
        ("GOOGLE_CLIENT_ID", "x", "GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET must be set both"),
        ("IMAGES", "fal", "IMAGES=fal needs FAL_KEY."),
        ("IMAGES_PER_DAY", "-1", "IMAGES_PER_DAY: "),
        ("FAL_MODEL_AGENTS", "schnell", "FAL_MODEL_AGENTS: must be a model's name such as"),
        ("FAL_MODEL_PROFILES", "fal-ai/../x", "FAL_MODEL_PROFILES: must be a model's name"),
        ("ADMIN_EMAIL", "root@example.com", "ADMIN_EMAIL and ADMIN_PASSWORD must be set both"),
        ("ADMIN_PASSWORD", "correct horse", "ADMIN_EMAIL and ADMIN_PASSWORD must be set both"),
        ("ALLOW_GUEST", "sometimes", "ALLOW_GUEST: "),
        ("JWT_SECRET", "too-short", "JWT_SECRET has fewer than 32 bytes"),
        ("JWT_SECRET", "your-super-secure-jwt-secret-key-here", "JWT_SECRET is a published"),
        ("JWT_SECRET_PREVIOUS", "too-short", "JWT_SECRET_PREVIOUS has fewer than 32 bytes"),
        ("JWT_SECRET_PREVIOUS", "changeme" * 4, "JWT_SECRET_PREVIOUS is a published"),
        ("REFRESH_EXPIRATION_DAYS", "0", "REFRESH_EXPIRATION_DAYS: "),
        ("ENVIRONMENT", "production", "JWT_SECRET must be set in production."),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
):
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as caught:
        load()

    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    if name.startswith("JWT_SECRET"):
        assert value not in str(caught.value)


@pytest.mark.parametrize(
    "written", ["http://a.example, http://b.example/", '["http://a.example","http://b.example"]']
)
def test_origins_are_written_in_either_form(monkeypatch: pytest.MonkeyPatch, written: str):
    monkeypatch.setenv("CORS_ORIGINS", written)

    assert load().cors_origins == ("http://a.example", "http://b.example")


@pytest.mark.parametrize(
    ("given", "spec"),
    [
        ({}, "offline"),
        ({"GEMINI_API_KEY": "k"}, "gemini:gemini-3.1-flash-lite"),
        ({"GEMINI_API_KEY": "k", "MODEL": "offline"}, "offline"),
        ({"MODEL": "gemini", "GEMINI_MODEL": "g"}, "gemini:g"),
        ({"MODEL": "openai", "OPENAI_MODEL": "llama3:8b"}, "openai:llama3:8b"),
        ({"MODEL": "openai:x"}, "openai:x"),
    ],
)
def test_the_model_follows_from_what_is_set(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], spec: str
):
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert load().model_spec == spec


@pytest.mark.parametrize(
    ("given", "guests"),
    [
        ({}, True),
        ({"ALLOW_GUEST": "false"}, False),
        ({"ENVIRONMENT": "production", "JWT_SECRET": GOOD}, False),
        ({"ENVIRONMENT": "production", "JWT_SECRET": GOOD, "ALLOW_GUEST": "true"}, True),
    ],
)
def test_guests_are_let_in_by_default_in_development_only(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], guests: bool
):
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert load().guests is guests


def test_debug_lets_a_weak_secret_pass_in_development_only(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JWT_SECRET", "weak")
    monkeypatch.setenv("DEBUG", "true")
    assert load().jwt_secret.get_secret_value() == "weak"

    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(SettingsError):
        load()


def test_empty_values_mean_the_defaults(monkeypatch: pytest.MonkeyPatch):
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), "")

    assert load() == Settings()


def test_the_example_can_be_copied_as_it_is(tmp_path: Path):
    untouched = load()
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text() + "PORT=8002\n")

    assert load() == untouched.model_copy(update={"port": 8002})


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JWT_SECRET", GOOD)
    monkeypatch.setenv("JWT_SECRET_PREVIOUS", GOOD)
    monkeypatch.setenv("GEMINI_API_KEY", GOOD)
    monkeypatch.setenv("GOOGLE_CLIENT_ID", "id")
    monkeypatch.setenv("GOOGLE_CLIENT_SECRET", GOOD)
    monkeypatch.setenv("MONGO_URL", f"mongodb://u:{GOOD}@db")

    assert GOOD not in repr(load())


def test_a_secret_is_made_once_and_kept_from_others(tmp_path: Path):
    settings = Settings(data_dir=tmp_path / "data")

    first, second = signing_key(settings), signing_key(settings)

    (kept,) = (tmp_path / "data").iterdir()
    assert first == second
    assert len(first.encode()) >= 32
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_secret_that_is_set_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JWT_SECRET", GOOD)

    assert signing_key(Settings(data_dir=tmp_path)) == GOOD
    assert list(tmp_path.iterdir()) == []


def test_a_server_with_an_unsafe_configuration_does_not_start(tmp_path: Path):
    environment = os.environ | {"ENVIRONMENT": "production", "PYTHONPATH": str(ROOT)}
    started = subprocess.run(
        [sys.executable, "-m", "uvicorn", "server:app"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert started.returncode == 2
    assert started.stderr == "symposion cannot start: JWT_SECRET must be set in production.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DATA_DIR", "a-file", "a-file: File exists."),
        ("DATA_DIR", "damaged", "The store failed: file is not a database (SQLITE_NOTADB)."),
        ("MODEL", "gemini:gemini-3.1-flash-lite", "Gemini needs a key, and none is set in"),
        ("ADMIN_PASSWORD", "short", "ADMIN_PASSWORD must have at least 8 characters."),
    ],
)
def test_what_cannot_be_opened_ends_the_start_with_one_sentence(
    tmp_path: Path, name: str, value: str, told: str
):
    (tmp_path / "a-file").touch()
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / DATABASE_FILE).write_text("no database, only a line of text " * 9)

    started = subprocess.run(
        [Path(sys.executable).with_name("symposion"), "serve", "--port", "1"],
        cwd=tmp_path,
        env=os.environ
        | ({"ADMIN_EMAIL": "root@example.com"} if "ADMIN" in name else {})
        | {name: value},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert started.returncode == 2
    assert started.stderr.startswith(f"symposion cannot start: {told}")
    assert started.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("images", "key", "paid"),
    [("", "", False), ("", "k", True), ("fal", "k", True), ("drawn", "k", False)],
)
async def test_whoever_has_a_key_pays_for_images_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, images: str, key: str, paid: bool
):
    monkeypatch.setenv("IMAGES", images)
    monkeypatch.setenv("FAL_KEY", key)
    chosen = choose_images(load())

    assert chosen.paid is paid
    await chosen.close()


def test_images_of_a_maker_that_is_not_installed_are_told_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("FAL_KEY", "k")

    def absent(name: str) -> None:
        assert name == "httpx2"

    monkeypatch.setattr("symposion.main.find_spec", absent)
    with pytest.raises(ImagesNotInstalled, match="symposion\\[fal\\]"):
        choose_images(load())
