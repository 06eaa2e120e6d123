"""A model that another one speaks through, so that a test hears of every call."""

from collections.abc import Awaitable, Callable

from symposion.ports.language import LanguageModel, ModelCard, Reply, Request


class Listening:
    """Counts the calls of ``inner``; ``hears`` is told the number of each before it is made."""

    def __init__(
        self, inner: LanguageModel, hears: Callable[[int], Awaitable[object]] | None = None
    ) -> None:
        self.inner = inner
        self.hears = hears
        self.calls = 0

    @property
    def card(self) -> ModelCard:
        return self.inner.card

    async def reply(self, request: Request) -> Reply:
        self.calls += 1
        if self.hears:
            await self.hears(self.calls)
        return await self.inner.reply(request)

    async def check(self) -> None:
        await self.inner.check()

    async def close(self) -> None:
        await self.inner.close()
