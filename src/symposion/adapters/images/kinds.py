"""Of which type an image is: by its first bytes, whatever is said of it."""

import re

from symposion.ports.images import ImageFailed, Media

_MAGIC: dict[Media, re.Pattern[bytes]] = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}


def media_of(data: bytes) -> Media:
    """Return the type that ``data`` shows. Raises `ImageFailed` if we keep no such images."""
    for media, magic in _MAGIC.items():
        if magic.match(data):
            return media
    raise ImageFailed("The image service sent something else than a PNG, JPEG or WebP image.")
