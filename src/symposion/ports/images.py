"""The port to whoever makes images."""

from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from symposion.core.errors import Failed

IMAGE_LIMIT = 5 * 1024 * 1024
"""Most bytes of an image."""

Sitter: TypeAlias = Literal["agent", "profile"]
"""Whom a portrait is for: an agent, or somebody with an account."""

Media: TypeAlias = Literal["image/svg+xml", "image/png", "image/jpeg", "image/webp"]


class ImageFailed(Failed):
    """Whoever makes images did not deliver one."""

    code = "image-failed"
    title = "No image came; please try again."


class ImagesNotInstalled(Failed):
    """The settings ask for a maker of images, and the packages for it are missing."""

    code = "images-not-installed"
    title = "Images of fal.ai need more packages: pip install 'symposion[fal]'."


@dataclass(frozen=True, slots=True)
class Image:
    """An image of at most `IMAGE_LIMIT` bytes, whose type was looked up in its bytes."""

    media: Media
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many images may be paid for in a day (UTC): per user, per guest, and by all together."""

    user: int = 50
    guest: int = 5
    server: int = 1_000


class ImageModel(Protocol):
    """Makes portraits."""

    @property
    def paid(self) -> bool:
        """Whether somebody pays for every call."""
        ...

    async def draw(self, text: str, sitter: Sitter) -> Image:
        """Return a portrait of whom ``text`` names or describes. Raises `ImageFailed`."""
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...
