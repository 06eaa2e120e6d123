"""What a portrait is, and what is counted of those that are paid for."""

from pydantic import Field

from symposion.core.documents import Owned, Timestamp
from symposion.ports.images import Media
from symposion.ports.store import Kind

PORTRAITS_LIMIT = 1_000
"""Most portraits of one user that are kept, the newest; more than anybody may have agents."""


class Portrait(Owned):
    """An image. Whoever knows the id may see it, for a page cannot send a token for an image.

    Attributes:
        id: 192 random bits in base 64.
        digest: SHA-256 of the image in hexadecimal; the same image is kept once.
        data: The image in base 64.
    """

    media: Media
    digest: str
    data: str = Field(repr=False)


class ImageDay(Owned):
    """How many images somebody asked a paid maker for on one day."""

    day: str
    used: int = 0
    expires_at: Timestamp


PORTRAITS = Kind(
    "portraits",
    Portrait,
    indexes=(("user_id", "created_at"),),
    unique=(("user_id", "digest"),),
)
IMAGE_DAYS = Kind("image_days", ImageDay, indexes=(("expires_at",),), unique=(("user_id", "day"),))
