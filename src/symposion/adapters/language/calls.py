"""One call through an SDK: one deadline, one kind of error."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from symposion.adapters.language import failures
from symposion.ports.language import ModelFailed

T = TypeVar("T")

Explain = Callable[[Exception], ModelFailed]
"""Says what an SDK's own error means."""


async def asked(call: Awaitable[T], *, who: str, deadline: float, explain: Explain) -> T:
    """Await ``call`` for at most ``deadline`` seconds in all.

    Raises:
        ModelFailed: Whatever went wrong. It carries no other error as its context, because an
            SDK's errors hold the request, and with it the key.
    """
    try:
        async with asyncio.timeout(deadline):
            return await call
    except TimeoutError:
        failure = failures.too_slow(who, deadline)
    except Exception as error:  # noqa: BLE001 - an SDK meets hostile replies with any error; the port promises one
        failure = failures.told(error) or explain(error)
    raise failure.with_traceback(None)
