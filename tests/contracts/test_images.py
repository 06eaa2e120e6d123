"""Whoever makes images: the drawn ones, and fal.ai over real TLS with every way to fail."""

import re
import socket
from collections.abc import AsyncGenerator, Generator
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from fal_queue import KEY, PICTURES, PNG, FalQueue, fal_queue

from symposion.adapters.images import fal
from symposion.adapters.images.drawn import DrawnImages, face
from symposion.adapters.images.fal import FalImages
from symposion.adapters.images.fetching import Calls
from symposion.ports.images import IMAGE_LIMIT, ImageFailed, Sitter

MODELS: dict[Sitter, str] = {"agent": "fal-ai/flux/schnell", "profile": "fal-ai/flux/dev"}
NAMES = [f"{name} {number}" for name in ("Ada", "Böla", "陳", "<script>") for number in range(60)]
DIGEST = "737232a5f6384b1a"
"""What stands in the store must stay what is drawn: of the face below."""


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Generator[FalQueue]:
    monkeypatch.setattr(fal, "_PAUSES", (0.01,))
    with fal_queue() as running:
        yield running


@pytest.fixture
async def images(queue: FalQueue) -> AsyncGenerator[FalImages]:
    calls = Calls(5, queue.trust, guarded=False)
    made = FalImages(KEY, MODELS, queue=queue.home, deadline=5, calls=calls)
    yield made
    await made.close()


async def test_a_drawn_face_is_the_same_on_every_run_and_python():
    image = await DrawnImages().draw("Ada Lovelace", "agent")

    assert image.media == "image/svg+xml"
    assert image.data == face("Ada Lovelace").encode()
    assert hash_of(face("Ada Lovelace")) == DIGEST


def test_drawn_faces_are_many_small_and_made_of_shapes_only():
    drawn = [face(name) for name in NAMES]

    assert len(set(drawn)) == len(NAMES)
    assert max(map(len, drawn)) <= 2_500
    for svg in drawn:
        tags = {element.tag.partition("}")[2] for element in ET.fromstring(svg).iter()}  # noqa: S314 - our own
        assert tags <= {"svg", "g", "rect", "circle", "ellipse", "path"}
        assert not re.search(r"[{}]|href|url\(|script|Ada|style", svg)


def test_any_text_has_a_face():
    for text in ("", "\ud800", "x" * 100_000):
        assert face(text).endswith("</svg>")


async def test_an_image_is_ordered_waited_for_and_fetched(images: FalImages, queue: FalQueue):
    image = await images.draw("a red-haired pilot", "profile")

    assert (image.media, image.data) == ("image/png", PNG)
    assert "a red-haired pilot" in queue.orders[0]["prompt"]
    assert queue.orders[0]["image_size"] == "portrait_4_3"
    assert queue.calls[0][:2] == ("POST", "/fal-ai/flux/dev")
    assert {key for _, path, key in queue.calls if "/files/" not in path} == {f"Key {KEY}"}
    assert [key for _, path, key in queue.calls if "/files/" in path] == [""]


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("order 500", "did not take the order"),
        ("order 429", "takes no more orders"),
        ("order 401", "does not accept our key"),
        ("order redirects", "did not take the order"),
        ("half json", "no JSON object"),
        ("endless", "more than"),
        ("other host", "another place"),
        ("status 500", "does not tell"),
        ("unsafe", "could not make the image"),
        ("no image", "made no image"),
        ("image 404", "not where it said"),
        ("image redirects", "not where it said"),
    ],
)
async def test_a_failure_is_told_and_ordered_once(
    images: FalImages, queue: FalQueue, mood: str, said: str
):
    queue.mood = mood
    with pytest.raises(ImageFailed, match=said):
        await images.draw("Ada", "agent")

    assert len(queue.orders) == 1
    assert KEY not in said


async def test_a_hiccup_while_waiting_loses_nothing(images: FalImages, queue: FalQueue):
    queue.mood = "hiccup"

    assert (await images.draw("Ada", "agent")).data == PNG


@pytest.mark.parametrize("mood", ["order hangs", "never done"])
async def test_there_is_an_end_to_waiting(queue: FalQueue, mood: str):
    queue.mood = mood
    images = FalImages(
        KEY, MODELS, queue=queue.home, deadline=0.5, calls=Calls(5, queue.trust, guarded=False)
    )
    with pytest.raises(ImageFailed, match="in time"):
        await images.draw("Ada", "agent")
    await images.close()


async def test_one_call_has_an_end_of_its_own(queue: FalQueue):
    queue.mood = "order hangs"
    images = FalImages(
        KEY, MODELS, queue=queue.home, deadline=30, calls=Calls(0.3, queue.trust, guarded=False)
    )
    with pytest.raises(ImageFailed):
        await images.draw("Ada", "agent")
    await images.close()


async def test_an_image_as_long_as_allowed_is_kept_and_a_longer_one_is_not(
    images: FalImages, queue: FalQueue
):
    queue.image = PNG.ljust(IMAGE_LIMIT, b"\0")
    assert len((await images.draw("Ada", "agent")).data) == IMAGE_LIMIT

    queue.image = PNG.ljust(IMAGE_LIMIT + 1, b"\0")
    with pytest.raises(ImageFailed, match="more than"):
        await images.draw("Ada", "agent")


@pytest.mark.parametrize("data", [b"<svg onload=alert(1)>", b"GIF89a", b"", b"<html>"])
async def test_what_only_claims_to_be_an_image_is_refused(
    images: FalImages, queue: FalQueue, data: bytes
):
    queue.image = data
    with pytest.raises(ImageFailed, match="PNG, JPEG or WebP"):
        await images.draw("Ada", "agent")


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:{port}/files/image.png",
        "https://user@localhost:{port}/files/image.png",
        "file:///etc/passwd",
        "https://",
        "https://[::1",
        "https://localhost:{port}/" + "x" * 5_000,
        "data:image/png;base64,iVBORw0KGgo=",
    ],
)
async def test_an_image_is_not_fetched_from_odd_addresses(
    images: FalImages, queue: FalQueue, address: str
):
    queue.address = address.replace("{port}", str(queue.server_address[1]))
    with pytest.raises(ImageFailed, match=r"none that we ask|makes no sense"):
        await images.draw("Ada", "agent")

    assert not [path for _, path, _ in queue.calls if "/files/" in path]


@pytest.mark.parametrize(
    "host", ["localhost:{port}", "10.0.0.1", "169.254.169.254", "[::1]:{port}"]
)
async def test_an_image_is_not_fetched_from_private_addresses(queue: FalQueue, host: str):
    place = host.replace("{port}", str(queue.server_address[1]))
    queue.address = f"https://{place}/files/image.png"
    images = FalImages(KEY, MODELS, queue=queue.home, deadline=5, calls=Calls(5, queue.trust))
    with pytest.raises(ImageFailed, match="not public"):
        await images.draw("Ada", "agent")
    await images.close()

    assert not [path for _, path, _ in queue.calls if "/files/" in path]


async def test_the_host_of_an_image_is_looked_up_once_and_that_is_where_it_is_fetched(
    images: FalImages, queue: FalQueue, monkeypatch: pytest.MonkeyPatch
):
    real, asked = socket.getaddrinfo, list[str]()

    def resolve(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        if host != PICTURES:
            return real(host, port, *args, **kwargs)
        asked.append(host)
        place = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    queue.address = f"https://{PICTURES}:{queue.server_address[1]}/files/image.png"

    assert (await images.draw("Ada", "agent")).data == PNG
    assert asked == [PICTURES]


async def test_a_certificate_of_somebody_else_is_refused(queue: FalQueue):
    images = FalImages(KEY, MODELS, queue=queue.home, calls=Calls(5, guarded=False))
    with pytest.raises(ImageFailed, match="no answer"):
        await images.draw("Ada", "agent")
    await images.close()

    assert queue.calls == []


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
