"""The character card in a picture: a text chunk of a PNG file (W3C PNG, third edition, 11.3.3).

Nothing of the picture itself is decoded, and whatever the file claims, reading it takes time and
memory in proportion to its bytes.
"""

import binascii
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress

from symposion.features.exchange.errors import UnreadableFile

CARD_LIMIT = 1024 * 1024
"""Most bytes of the text that holds a card, unpacked."""

CHUNKS_LIMIT = 10_000

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NAMES = (b"ccv3", b"chara")
"""Keywords of cards, the best first."""
_FRAME = 12
"""Bytes of a chunk beside its content: length, type, checksum."""


def card_in(raw: bytes) -> bytes:
    """Return the JSON text of the card in the PNG file ``raw``.

    Raises:
        UnreadableFile: It is no PNG file, is damaged, or holds no card.
    """
    found: dict[bytes, bytes] = {}
    for kind, content in _chunks(raw):
        name, nul, _ = content[:80].partition(b"\0")
        if kind in {b"tEXt", b"zTXt", b"iTXt"} and nul and name in _NAMES:
            found.setdefault(name, _text(kind, content[len(name) + 1 :]))
    for name in _NAMES:
        if name in found:
            return _decoded(found[name])
    raise UnreadableFile("The picture holds no character card.")


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and content of every chunk up to the last; the content of texts alone is copied.

    Raises:
        UnreadableFile: A length or a checksum lies, or there are too many.
    """
    if not raw.startswith(_SIGNATURE):
        raise UnreadableFile("The file is no PNG picture.")
    at, view = len(_SIGNATURE), memoryview(raw)
    for _ in range(CHUNKS_LIMIT):
        length = int.from_bytes(view[at : at + 4])
        end = at + _FRAME + length
        if len(raw) < end:
            raise UnreadableFile("The picture ends within a chunk.")
        kind = bytes(view[at + 4 : at + 8])
        if zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(view[end - 4 : end]):
            raise UnreadableFile("A chunk of the picture is damaged.")
        if kind == b"IEND":
            return
        yield kind, bytes(view[at + 8 : end - 4]) if kind.endswith(b"Xt") else b""
        at = end
    raise UnreadableFile(f"The picture has more than {CHUNKS_LIMIT} chunks.")


def _text(kind: bytes, content: bytes) -> bytes:
    """Return the text of a chunk, whose keyword is taken off already."""
    packed = kind == b"zTXt"
    if kind == b"zTXt":
        method, content = content[:1], content[1:]
    else:
        method = b"\0"
    if kind == b"iTXt":
        packed, method = content[:1] == b"\1", content[1:2]
        content = b"".join(content[2:].split(b"\0", 2)[2:])
    if packed and method != b"\0":
        raise UnreadableFile("The card is packed in a way that is not known.")
    text = _unpacked(content) if packed else content
    if len(text) > CARD_LIMIT:
        raise UnreadableFile(f"The card may have at most {CARD_LIMIT} bytes.")
    return text


def _unpacked(content: bytes) -> bytes:
    """Return at most one byte more than `CARD_LIMIT` of what ``content`` unpacks to."""
    try:
        return zlib.decompressobj().decompress(content, CARD_LIMIT + 1)
    except zlib.error:
        raise UnreadableFile("The card cannot be unpacked.") from None


def _decoded(text: bytes) -> bytes:
    with suppress(binascii.Error, ValueError):
        return b64decode(b"".join(text.split()), validate=True)
    raise UnreadableFile("The card is not written in base64.")
