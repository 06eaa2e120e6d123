"""`ImageModel` without a network: portraits drawn from a digest of the text, always the same."""

from hashlib import sha256
from typing import TypeVar

from symposion.adapters.images import faces
from symposion.ports.images import Image, Sitter

T = TypeVar("T")

_OLD = 4
"""One face in four has grey hair and lines."""


class DrawnImages:
    """Draws a face for every text, as SVG; it knows nothing of what the text says."""

    paid = False

    async def draw(self, text: str, sitter: Sitter) -> Image:  # noqa: ARG002 - all are drawn alike
        """Return the portrait that belongs to ``text``."""
        return Image("image/svg+xml", face(text).encode())

    async def close(self) -> None:
        """Nothing is open."""


def face(text: str) -> str:
    """Return the SVG for ``text``: numbers and shapes of ours only, nothing of the text itself."""
    deal = _Deal(text)
    back, front = deal.one_of(faces.STYLES)
    skin, shade = deal.one_of(faces.SKINS)
    old = deal.chance(_OLD)
    hair = deal.one_of(faces.GREYS if old else faces.HAIRS)
    if skin in {dark for dark, _ in faces.SKINS[4:]} and not old:
        hair = deal.one_of(faces.HAIRS[:3])
    ink = {
        "h": hair,
        "k": skin,
        "k2": shade,
        "c": deal.one_of(faces.CLOTHES),
        "c2": deal.one_of(faces.CLOTHES),
        "s": deal.one_of(faces.SHIRTS),
    }
    bearded = not back and front in faces.BEARDABLE and deal.chance(2)
    parts = (
        f'<rect width="120" height="150" fill="{deal.one_of(faces.BACKGROUNDS)}"/>',
        faces.BACK_HAIR.get(back, ""),
        '<path d="M49 90h22v24c-4 9-18 9-22 0z" fill="{k2}"/>',
        deal.one_of(faces.DRESS),
        '<circle cx="34" cy="67" r="6" fill="{k2}"/><circle cx="86" cy="67" r="6" fill="{k2}"/>'
        if front != "scarf"
        else "",
        _head(deal),
        faces.LINES if old else "",
        deal.one_of(faces.BEARDS) if bearded else "",
        f'<g fill="#2a211d">{deal.one_of(faces.EYES)}</g>',
        _stroke(deal.one_of(faces.BROWS), "{b}", "2.400"),
        _stroke(deal.one_of(faces.NOSES), "{k2}", "2"),
        _mouth(deal),
        faces.FRONT_HAIR[front],
        deal.one_of(faces.GLASSES) if deal.chance(4) else "",
    )
    ink["b"] = "#6e6a68" if old else hair if hair in faces.HAIRS[:4] else "#6b4526"
    ink["m"] = "#8c3f3a" if faces.SKINS.index((skin, shade)) < _DEEP else "#5c2320"
    body = "".join(parts)
    for name, colour in ink.items():
        body = body.replace("{" + name + "}", colour)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 150">{body}</svg>'


_DEEP = 4
"""Skins from here on have darker lips."""


def _head(deal: "_Deal") -> str:
    jaw = deal.below(3)
    return (
        f'<path d="M34 58c0-22 11-34 26-34s26 12 26 34c0 {22 + jaw}-11 {42 + jaw}-26 {44 + jaw}'
        f"-15-2-26-{22 + jaw}-26-{44 + jaw}z" + '" fill="{k}"/>'
    )


def _mouth(deal: "_Deal") -> str:
    shape = deal.one_of(faces.MOUTHS)
    if shape.endswith("z"):
        return f'<path d="{shape}" fill="#fff" stroke="{{m}}" stroke-width="1.500"/>'
    return _stroke(shape, "{m}", "2")


def _stroke(path: str, colour: str, width: str) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" '
        'stroke-linecap="round"/>'
    )


class _Deal:
    """Choices that follow from a text and nothing else, on every Python."""

    def __init__(self, text: str) -> None:
        self._left = int.from_bytes(sha256(text.encode("utf-8", "replace")).digest(), "big")

    def below(self, limit: int) -> int:
        self._left, found = divmod(self._left, limit)
        return found

    def chance(self, of: int) -> bool:
        return self.below(of) == 0

    def one_of(self, options: tuple[T, ...]) -> T:
        return options[self.below(len(options))]
