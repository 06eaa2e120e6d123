"""`ImageModel` with fal.ai: its queue takes the order, we ask until it is done and fetch.

An order is sent once: whoever asks again pays again. What asks whether it is done may fail a few
times in a row, for the image is paid for by then.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import structlog

from symposion.adapters.images.fetching import Calls, Unanswered
from symposion.adapters.images.kinds import media_of
from symposion.ports.images import Image, ImageFailed, Sitter

QUEUE = "https://queue.fal.run"

DEADLINE = 60.0
"""Seconds from the order to the image, in all."""

FAULTS_LIMIT = 3
"""So often in a row it may fail to tell whether the image is done."""

_PAUSES = (0.3, 0.5, 0.8, 1.0, 1.5, 2.0)
"""Seconds between questions; the last one for all that follow."""

_HTTP_OK = 200
_BUSY = 429
_SERVER_ERRORS = 500
_log = structlog.get_logger("symposion.images")

_WORDING = (
    "Professional portrait photograph of {text}. Head and shoulders, facing the camera, "
    "natural light, plain background, one person, no text."
)


class FalImages:
    """Asks fal.ai.

    Args:
        key: Our key there.
        models: Whose portraits are made by which model.
        queue: Where orders go; nothing but this origin is ever shown the key.
        deadline: See `DEADLINE`.
        calls: How it is asked.
    """

    paid = True

    def __init__(
        self,
        key: str,
        models: Mapping[Sitter, str],
        *,
        queue: str = QUEUE,
        deadline: float = DEADLINE,
        calls: Calls | None = None,
    ) -> None:
        self._key = key
        self._models = dict(models)
        self._queue = queue.rstrip("/")
        self._deadline = deadline
        self._calls = calls or Calls()

    async def draw(self, text: str, sitter: Sitter) -> Image:
        """Order a portrait, wait for it, and fetch it."""
        try:
            async with asyncio.timeout(self._deadline):
                order = await self._order(text, self._models[sitter])
                await self._done(self._ours(order, "status_url"))
                told = await self._result(self._ours(order, "response_url"))
                data = await self._calls.image(_address(told))
        except TimeoutError:
            _log.warning("no image", cause="deadline")
            raise ImageFailed("The image service did not answer in time.") from None
        except Unanswered as error:
            _log.warning("no image", cause=str(error))
            raise ImageFailed(f"The image service failed: {error}.") from None
        return Image(media_of(data), data)

    async def close(self) -> None:
        """Let go of all connections."""
        await self._calls.close()

    async def _order(self, text: str, model: str) -> dict[str, Any]:
        asked = {
            "prompt": _WORDING.format(text=text),
            "image_size": "portrait_4_3",
            "num_images": 1,
            "enable_safety_checker": True,
        }
        status, told = await self._ask("POST", f"{self._queue}/{model}", asked)
        if status == _BUSY:
            raise Unanswered("it takes no more orders at this moment")
        if status in {401, 403}:
            raise Unanswered("it does not accept our key")
        if status != _HTTP_OK:
            raise Unanswered(f"it did not take the order ({status})")
        return told

    async def _done(self, address: str) -> None:
        """Return when the order is carried out, well or badly."""
        faults = asked = 0
        while True:
            await asyncio.sleep(_PAUSES[min(asked, len(_PAUSES) - 1)])
            asked += 1
            try:
                status, told = await self._ask("GET", address)
            except Unanswered:
                status, told = _SERVER_ERRORS, {}
            if status in {_HTTP_OK, 202}:
                faults = 0
                if told.get("status") == "COMPLETED":
                    return
                continue
            faults += 1
            if faults >= FAULTS_LIMIT or not (status == _BUSY or status >= _SERVER_ERRORS):
                raise Unanswered(f"it does not tell of the order ({status})")

    async def _result(self, address: str) -> dict[str, Any]:
        status, told = await self._ask("GET", address)
        if status != _HTTP_OK:
            raise Unanswered(f"it could not make the image ({status})")
        return told

    async def _ask(
        self, method: str, address: str, body: Mapping[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        headers = {"authorization": f"Key {self._key}"}
        return await self._calls.ask(method, address, headers, body)

    def _ours(self, order: Mapping[str, Any], name: str) -> str:
        """Return an address of ``order``, if it is one that our key may be shown to."""
        address = order.get(name)
        if isinstance(address, str) and _origin(address) == _origin(self._queue):
            return address
        raise Unanswered("it named another place to ask")


def _origin(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc


def _address(told: Mapping[str, Any]) -> str:
    """Return where the first image of a result lies."""
    images = told.get("images")
    first: object = cast("list[object]", images)[0] if isinstance(images, list) and images else None
    address = cast("dict[str, object]", first).get("url") if isinstance(first, dict) else None
    if not isinstance(address, str):
        raise Unanswered("it made no image")
    return address
