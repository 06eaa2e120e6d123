"""The offline model as a language model: no network, no key, no cost."""

import anyio

from symposion.engine.offline.misbehaviour import Misbehaviour
from symposion.engine.offline.model import CARD, compose
from symposion.ports.language import ModelCard, ModelFailed, Reply, Request


class OfflineModel:
    """Speaks by rule. ``misbehave`` orders faults for tests; see `Misbehaviour`."""

    def __init__(self, misbehave: Misbehaviour | None = None) -> None:
        self._misbehave = misbehave

    @property
    def card(self) -> ModelCard:
        """Provider "offline", price zero, every turn stamped as simulated."""
        return CARD

    async def reply(self, request: Request) -> Reply:
        """Answer ``request``; a few milliseconds of computing in the caller's thread.

        Raises:
            ModelFailed: A failure was ordered.
        """
        wrong = self._misbehave
        if wrong and wrong.slow:
            await anyio.sleep(wrong.slow)
        if wrong and wrong.fails(request.brief):
            raise ModelFailed("The offline model was told to fail.", reason="server")
        return compose(request, wrong)

    async def check(self) -> None:
        """Return at once: there is nobody to ask."""

    async def close(self) -> None:
        """Hold nothing, let go of nothing."""
