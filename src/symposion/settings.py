"""What can be set from outside: one frozen class, one environment variable per field.

Only `symposion.main` and the command line read settings; everybody else is given values. The pages
``.env.example`` and ``docs/settings.md`` are made from this class (`symposion.reference`).
"""

import json
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import NoDecode, SettingsConfigDict

from symposion.core.errors import Invalid
from symposion.image_settings import ImageSettings
from symposion.ports.language import parse_model_name
from symposion.safety import SECRET_BYTES, guessable, is_private, weakness
from symposion.web.rates import parse_sizes


class SettingsError(Exception):
    """A setting makes no sense; the text is one sentence per setting and names it."""


class Settings(ImageSettings):
    """The settings; an empty value means the default."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    host: str = Field(
        default="0.0.0.0",  # noqa: S104 - the documented default; the README says how to narrow it
        description="Address the server listens on.",
    )
    port: int = Field(default=8001, ge=1, le=65535, description="Port the server listens on.")
    workers: int = Field(
        default=1, ge=1, le=64, description="Server processes; more than one suits MongoDB best."
    )
    debug: bool = Field(
        default=False,
        description="Logs at DEBUG level, and lets an unsafe `JWT_SECRET` pass in development.",
    )
    log_format: Literal["json", "pretty"] = Field(
        default="json", description="One JSON object per line, or lines for people."
    )
    data_dir: Path = Field(
        default=Path("data"), description="Directory for everything the embedded product keeps."
    )
    mongo_url: SecretStr = Field(
        default=SecretStr(""),
        description="MongoDB to use, such as `mongodb://localhost:27017/ai_agent_simulation`; "
        "empty means the embedded store under `DATA_DIR`.",
    )
    db_name: str = Field(
        default="",
        description="MongoDB database; empty means the one in the path of `MONGO_URL`, "
        "else `symposion`.",
    )
    jwt_secret: SecretStr = Field(
        default=SecretStr(""),
        description=f"Signs the tokens; {SECRET_BYTES} bytes or more. Required in production; in "
        "development one is made at the first start and kept under `DATA_DIR`.",
    )
    jwt_secret_previous: SecretStr = Field(
        default=SecretStr(""),
        description="The `JWT_SECRET` before the present one: tokens it signed are accepted until "
        "they expire. Empty means none.",
    )
    jwt_algorithm: Literal["HS256"] = Field(default="HS256", description="How tokens are signed.")
    jwt_expiration_minutes: int = Field(
        default=1440, ge=1, le=525_600, description="Life of a token, in minutes."
    )
    refresh_expiration_days: int = Field(
        default=30,
        ge=1,
        le=365,
        description="Life of a refresh token, in days; each refresh gives its session as much "
        "again.",
    )
    admin_email: str = Field(
        default="",
        description="Address of the administrator, whose account is made at the first start; "
        "needs `ADMIN_PASSWORD`. Empty means no administrator.",
    )
    admin_password: SecretStr = Field(
        default=SecretStr(""),
        description="First password of the administrator, 8 characters or more, in production "
        "12; a later change here changes nothing.",
    )
    allow_guest: bool | None = Field(
        default=None,
        description="Lets strangers in as guests, for 24 hours each. Empty means yes in "
        "development and no in production.",
    )
    docs: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="Whether `/docs` and `/openapi.json` are there; `auto` means in development.",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("http://localhost:3000",),
        description="Web pages that may call the API: a JSON list or a comma-separated list of "
        "origins; `*` is refused.",
    )
    rate_limits: Literal["on", "off"] = Field(
        default="on",
        description="Whether callers are told to wait (429) when they ask too often. Production "
        "refuses `off`.",
    )
    rates: str = Field(
        default="",
        description="How often is too often, where it is not as below: a comma-separated list of "
        "`purpose=requests/seconds`, such as `login=30/60, register=5/3600`.",
    )
    redis_url: SecretStr = Field(
        default=SecretStr(""),
        description="Redis in which all processes count together, such as "
        "`redis://localhost:6379/0`; empty means that each process counts for itself, as it does "
        "while Redis is away.",
    )
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode] = Field(
        default=(),
        description="Proxies whose `X-Forwarded-For` is believed: a JSON list or a comma-separated "
        "list of addresses and networks.",
    )
    connections_per_address: int = Field(
        default=100,
        ge=0,
        le=1_000_000,
        description="Most connections that one address may have at a time with each process of "
        "`symposion serve`; 0 means any number. Those of `TRUSTED_PROXIES` are not counted.",
    )
    model: str = Field(
        default="",
        description="Who writes what agents say: `offline`, `gemini`, `openai`, `gemini:NAME` or "
        "`openai:NAME`. Empty means Gemini when `GEMINI_API_KEY` is set, else the offline model.",
    )
    gemini_api_key: SecretStr = Field(default=SecretStr(""), description="Key for Gemini.")
    gemini_model: str = Field(
        default="gemini-3.1-flash-lite", description="Gemini model used when `MODEL` names none."
    )
    openai_api_key: SecretStr = Field(
        default=SecretStr(""), description="Key for an OpenAI-compatible server."
    )
    openai_base_url: str = Field(
        default="",
        description="Address of an OpenAI-compatible server, such as `http://localhost:11434/v1`; "
        "empty means OpenAI's own.",
    )
    openai_model: str = Field(
        default="", description="Model used when `MODEL` is `openai` without a name."
    )

    @field_validator("cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        text = value.strip()
        if text.startswith("["):
            return tuple(json.loads(text))
        return tuple(part.strip() for part in text.split(",") if part.strip())

    @field_validator("cors_origins")
    @classmethod
    def _no_star(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "*" in value:
            raise ValueError("list the origins one by one; * is refused")
        return tuple(origin.rstrip("/") for origin in value)

    @field_validator("trusted_proxies")
    @classmethod
    def _not_everybody(cls, value: tuple[IPvAnyNetwork, ...]) -> tuple[IPvAnyNetwork, ...]:
        if any(network.prefixlen == 0 for network in value):
            raise ValueError("name the proxies; a network of all addresses is refused")
        return value

    @property
    def model_spec(self) -> str:
        """The model to use, written as "offline", "gemini:NAME" or "openai:NAME"."""
        chosen = self.model.strip()
        if not chosen:
            chosen = "gemini" if self.gemini_api_key.get_secret_value() else "offline"
        names = {"gemini": self.gemini_model, "openai": self.openai_model}
        return f"{chosen}:{names[chosen]}" if chosen in names else chosen

    @property
    def guests(self) -> bool:
        """Whether guests are let in."""
        return self.environment != "production" if self.allow_guest is None else self.allow_guest

    @property
    def shows_docs(self) -> bool:
        """Whether the interactive documentation is there."""
        return self.docs == "on" or (self.docs == "auto" and self.environment != "production")

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is allowed in production when it is asked for, but worth a line in the log."""
        if self.environment != "production":
            return ()
        plain = [o for o in self.cors_origins if not is_private(o)]
        found = {
            "ALLOW_GUEST lets strangers in": self.guests,
            "DOCS shows the interface to everybody": self.docs == "on",
            f"CORS_ORIGINS: pages without TLS may call: {', '.join(plain)}": plain,
        }
        return tuple(said for said, holds in found.items() if holds)

    @field_validator("rates")
    @classmethod
    def _sizes(cls, value: str) -> str:
        try:
            parse_sizes(value)
        except Invalid as error:
            raise ValueError(str(error)) from None
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if url and not url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("it must begin with redis://, rediss:// or unix://")
        return value

    @model_validator(mode="after")
    def _whole_admin(self) -> Self:
        if bool(self.admin_email) != bool(self.admin_password.get_secret_value()):
            raise ValueError("ADMIN_EMAIL and ADMIN_PASSWORD must be set both or not at all")
        return self

    @model_validator(mode="after")
    def _known_model(self) -> Self:
        try:
            parse_model_name(self.model_spec)
        except Invalid as error:
            raise ValueError(f"MODEL: {str(error).rstrip('.')}") from None
        return self

    @model_validator(mode="after")
    def _safe_production(self) -> Self:
        if self.environment != "production":
            return self
        if self.debug:
            raise ValueError("DEBUG must be false in production")
        if self.rate_limits == "off":
            raise ValueError("RATE_LIMITS must be on in production")
        password = self.admin_password.get_secret_value()
        if password and (fault := guessable(password)):
            raise ValueError(f"ADMIN_PASSWORD {fault} in production")
        return self

    @model_validator(mode="after")
    def _safe_secret(self) -> Self:
        secret = self.jwt_secret.get_secret_value()
        production = self.environment == "production"
        if production and not secret:
            raise ValueError("JWT_SECRET must be set in production")
        previous = self.jwt_secret_previous.get_secret_value()
        for name, value in (("JWT_SECRET", secret), ("JWT_SECRET_PREVIOUS", previous)):
            fault = weakness(value) if value else ""
            if fault and (production or not self.debug):
                raise ValueError(f"{name} {fault}")
        return self


def load() -> Settings:
    """Read the settings from the environment and from ``.env`` in the working directory.

    Raises:
        SettingsError: One of them makes no sense; the value itself is never repeated.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(_sentences(error)) from None


def _sentences(error: ValidationError) -> str:
    found: list[str] = []
    for fault in error.errors(include_url=False, include_input=False):
        message = fault["msg"].removeprefix("Value error, ")
        name = str(fault["loc"][0]).upper() + ": " if fault["loc"] else ""
        found.append(f"{name}{message}.")
    return " ".join(found)
