"""The first of the settings: how serious it is, where browsers find us, who we are at Google."""

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings


class FrontSettings(BaseSettings):
    """What `Settings` begins with."""

    environment: Literal["development", "production"] = Field(
        default="development",
        description="`production` refuses to start with anything unsafe.",
    )
    public_url: str = Field(
        default="",
        description="Address at which browsers reach this server and the web client, such as "
        "`https://symposion.example`; empty means the address of the request.",
    )
    google_client_id: str = Field(
        default="",
        description="Client id of Google sign-in; needs `GOOGLE_CLIENT_SECRET`, in production also "
        "an https `PUBLIC_URL`. Empty means no Google sign-in.",
    )
    google_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Client secret of Google sign-in."
    )
    google_issuer: str = Field(
        default="https://accounts.google.com",
        description="OpenID provider that Google sign-in asks; another one is for tests.",
    )

    @field_validator("public_url", "google_issuer")
    @classmethod
    def _plain_address(cls, value: str) -> str:
        parts = urlsplit(value)
        plain = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
        if value and (not plain or parts.query or parts.fragment or not value.isascii()):
            raise ValueError("must be an address such as https://symposion.example")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _safe_google(self) -> Self:
        if bool(self.google_client_id) != bool(self.google_client_secret.get_secret_value()):
            raise ValueError("GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET must be set both or not")
        if self.environment != "production" or not self.google_client_id:
            return self
        if not self.public_url.startswith("https://"):
            raise ValueError("PUBLIC_URL must begin with https:// for Google sign-in in production")
        if not self.google_issuer.startswith("https://"):
            raise ValueError("GOOGLE_ISSUER must begin with https:// in production")
        return self
