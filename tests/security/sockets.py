"""Clients that write bytes as they like, on real sockets."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class End:
    """How a connection ended: all that came, and after how many seconds it was closed.

    ``told`` is seconds until the first byte came, or the end.
    """

    said: bytes
    seconds: float
    told: float = 0.0

    @property
    def status(self) -> int:
        """Status of the first answer; 0 if there is none."""
        words = self.said.split(b" ", 2)
        return int(words[1]) if words[0].startswith(b"HTTP/") else 0


async def talk(
    port: int, first: bytes, drip: Iterable[bytes] = (), *, every: float = 1.0, wait: float = 20.0
) -> End:
    """Send ``first``, then the pieces of ``drip`` one by one; return how it ended.

    Raises:
        TimeoutError: Nobody closed the connection within ``wait`` seconds.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sending = asyncio.create_task(_send(writer, first, drip, every))
    said, told = bytearray(), 0.0
    try:
        async with asyncio.timeout(wait):
            while piece := await reader.read(65536):
                told = told or loop.time() - began
                said += piece
    except ConnectionError:
        pass
    finally:
        sending.cancel()
        writer.transport.abort()
    ended = loop.time() - began
    return End(bytes(said), ended, told or ended)


async def _send(
    writer: asyncio.StreamWriter, first: bytes, drip: Iterable[bytes], every: float
) -> None:
    try:
        writer.write(first)
        await writer.drain()
        for piece in drip:
            await asyncio.sleep(every)
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        return
