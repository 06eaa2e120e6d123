"""The settings of images: who makes them, and how many a day."""

from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from symposion.front_settings import FrontSettings


class ImageSettings(FrontSettings):
    """What `Settings` goes on with."""

    images: Literal["auto", "drawn", "fal"] = Field(
        default="auto",
        description="Who makes portraits: `drawn` are simple faces drawn here, without a network; "
        "`auto` means fal.ai when `FAL_KEY` is set, else drawn.",
    )
    fal_key: SecretStr = Field(default=SecretStr(""), description="Key for fal.ai.")
    fal_model_agents: str = Field(
        default="fal-ai/flux/schnell", description="Model of fal.ai for portraits of agents."
    )
    fal_model_profiles: str = Field(
        default="fal-ai/flux/dev", description="Model of fal.ai for portraits of users."
    )
    images_per_day: int = Field(
        default=50,
        ge=0,
        le=100_000,
        description="Most images of fal.ai that one user may ask for in a day (UTC); what fails "
        "counts too, drawn ones do not.",
    )
    images_per_day_guest: int = Field(
        default=5, ge=0, le=100_000, description="The same for a guest."
    )
    images_per_day_server: int = Field(
        default=1_000, ge=0, le=10_000_000, description="The same for all users together."
    )

    @field_validator("fal_model_agents", "fal_model_profiles")
    @classmethod
    def _plain_model(cls, value: str) -> str:
        parts = value.split("/")
        plain = all(p.isascii() and p.replace("-", "").replace(".", "").isalnum() for p in parts)
        if len(parts) < 2 or not plain:  # noqa: PLR2004 - an owner and a name
            raise ValueError("must be a model's name such as fal-ai/flux/schnell")
        return value

    @model_validator(mode="after")
    def _paid_for(self) -> Self:
        if self.images == "fal" and not self.fal_key.get_secret_value():
            raise ValueError("IMAGES=fal needs FAL_KEY")
        return self
