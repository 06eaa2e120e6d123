"""Passwords: which are refused, and how they are hashed (reliability design R5 "Passwords")."""

import asyncio
import base64
import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from threading import Semaphore
from typing import TypeVar

from symposion.core.errors import Unavailable

R = TypeVar("R")

COST = 12
"""Binary logarithm of bcrypt's rounds; one hash takes about 0.35 s of a core at 12."""

THREADS = 2
QUEUE_LIMIT = 32
"""Most passwords that may wait or be at work: a wait of about 6 s."""

LEAST_CHARACTERS = 8
MOST_CHARACTERS = 128
MOST_BYTES = 512

_SCHEME = "hmac-sha256-bcrypt"
_DOMAIN = b"symposion password 1"
"""Key of the inner hash, whose 44 characters fit into the 72 bytes that bcrypt reads."""


class HashingBusy(Unavailable):
    """More passwords wait to be checked than is sensible."""

    code = "hashing-busy"
    title = "Too many people are signing in at this moment; please try again."


def fault_of(password: str) -> str:
    """Return why ``password`` cannot be chosen, as the end of a sentence; nothing if it can."""
    if len(password) < LEAST_CHARACTERS:
        return f"must have at least {LEAST_CHARACTERS} characters"
    if len(password) > MOST_CHARACTERS or len(password.encode()) > MOST_BYTES:
        return f"may have at most {MOST_CHARACTERS} characters"
    if password.casefold() in _common():
        return "is one of those that everybody tries first; please choose another"
    return ""


@cache
def _common() -> frozenset[str]:
    text = files("symposion.core").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(text.split())


class Passwords:
    """Hashes passwords in a few threads, so that the event loop goes on.

    Args:
        cost: See `COST`; tests take the lowest that bcrypt knows, 4.
        queue_limit: Most passwords at a time, waiting ones included.
    """

    def __init__(self, cost: int = COST, queue_limit: int = QUEUE_LIMIT) -> None:
        self._cost = cost
        self._places = Semaphore(queue_limit)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")

    async def hash(self, password: str) -> str:
        """Return what to keep of ``password``: the name of the scheme, ``$``, and bcrypt's text.

        Raises:
            HashingBusy: The queue is full.
        """
        import bcrypt  # noqa: PLC0415 - not needed before the first password

        def work() -> str:
            return bcrypt.hashpw(_condensed(password), bcrypt.gensalt(self._cost)).decode()

        return _SCHEME + await self._run(work)

    async def verify(self, password: str, kept: str) -> bool:
        """Tell whether ``kept`` was made of ``password``; nothing kept takes as long and is False.

        Raises:
            HashingBusy: The queue is full.
        """
        import bcrypt  # noqa: PLC0415 - as above

        nobodys = f"$2b${self._cost:02}${'.' * 53}"
        against = kept.removeprefix(_SCHEME) if kept.startswith(_SCHEME) else nobodys

        def work() -> bool:
            return bcrypt.checkpw(_condensed(password), against.encode())

        return await self._run(work) and against is not nobodys

    async def _run(self, work: Callable[[], R]) -> R:
        if not self._places.acquire(blocking=False):
            raise HashingBusy(retry_after=5)
        task = self._threads.submit(work)
        task.add_done_callback(lambda _: self._places.release())  # also when nobody waits any more
        return await asyncio.wrap_future(task)


def _condensed(password: str) -> bytes:
    """Return 44 bytes that stand for ``password``, exactly as it was typed."""
    digest = hmac.digest(_DOMAIN, password.encode(), "sha256")
    return base64.b64encode(digest)
