"""The sweep that goes on while the server runs."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import structlog

from symposion.context import Ports
from symposion.features.personal_data.service import sweep

_log = structlog.get_logger("symposion.personal_data")

INTERVAL = 60.0
"""Seconds between two sweeps."""


@asynccontextmanager
async def sweeping(ports: Ports, interval: float = INTERVAL) -> AsyncGenerator[None]:
    """Sweep now and then, from now until the end of the block.

    A sweep that fails is logged and tried again at its next time: the server serves on.
    """
    task = asyncio.create_task(_go_on(ports, interval))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _go_on(ports: Ports, interval: float) -> None:
    while True:
        try:
            await sweep(ports)
        except Exception:  # noqa: BLE001 - whatever failed, the server serves on
            _log.exception("sweep failed")
        await asyncio.sleep(interval)
