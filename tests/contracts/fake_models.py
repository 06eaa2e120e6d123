"""Scripted model servers on real sockets, speaking Gemini's and OpenAI's protocols.

A server gives every call the same answer and keeps what it was asked. An answer is a function that
writes bytes, so that it can also hang, drip, or break the connection.
"""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Writer = asyncio.StreamWriter
Answer = Callable[[Writer, "Call"], Awaitable[None]]


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class FakeServer:
    answer: Answer
    port: int = 0
    calls: list[Call] = field(default_factory=list[Call])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def serving(answer: Answer) -> AsyncGenerator[FakeServer]:
    fake = FakeServer(answer)
    open_calls: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task
        open_calls.add(task)
        try:
            while call := await _read(reader):
                fake.calls.append(call)
                await fake.answer(writer, call)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            open_calls.discard(task)
            writer.close()
            with suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        server.close()
        for task in list(open_calls):
            task.cancel()
        await asyncio.gather(*open_calls, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Call | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines if line)}
    raw = await reader.readexactly(int(headers.get("content-length", 0)))
    return Call(method, path, headers, json.loads(raw) if raw else {})


def sends(
    body: object = b"", status: int = 200, kind: str = "application/json", **headers: str
) -> Answer:
    """Answer with ``body`` (bytes, or anything JSON can hold); header names use ``_`` for ``-``."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def answer(writer: Writer, call: Call) -> None:
        del call
        extra = "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in headers.items())
        writer.write(
            f"HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(raw)}\r\n{extra}\r\n".encode()
            + raw
        )
        await writer.drain()

    return answer


def by_path(answers: dict[str, Answer]) -> Answer:
    """Answer by the first key that the path ends with."""

    async def answer(writer: Writer, call: Call) -> None:
        path = call.path.partition("?")[0]
        chosen = next((a for end, a in answers.items() if path.endswith(end)), sends({}, 404))
        await chosen(writer, call)

    return answer


async def hangs(writer: Writer, call: Call) -> None:
    """Never answer."""
    del writer, call
    await asyncio.sleep(60)


async def drips(writer: Writer, call: Call) -> None:
    """Send a byte every 20 ms: no single wait is long, the whole never ends."""
    del call
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
    )
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def resets(writer: Writer, call: Call) -> None:
    """Break the connection with a TCP reset."""
    del call
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    raise ConnectionResetError


def breaks_off(body: object) -> Answer:
    """Promise the whole body, send half of it, and close."""

    async def answer(writer: Writer, call: Call) -> None:
        del call
        raw = json.dumps(body).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(raw)}"
        writer.write(head.encode() + b"\r\n\r\n" + raw[: len(raw) // 2])
        await writer.drain()
        raise ConnectionResetError

    return answer


def gemini_reply(
    text: str | None = "Good evening.",
    finish: str | None = "STOP",
    usage: dict[str, Any] | None = None,
    parts: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """A generateContent reply; ``usage`` takes the wire's field names."""
    spoken = parts if parts is not None else [{"text": text}]
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": spoken}, "index": 0}
    if text is None and parts is None:
        del candidate["content"]
    if finish:
        candidate["finishReason"] = finish
    reply: dict[str, Any] = {
        "candidates": [candidate],
        "modelVersion": "gemini-3.1-flash-lite-001",
        "responseId": "r-1",
    }
    if usage is not None:
        reply["usageMetadata"] = usage
    return reply


def openai_reply(
    content: object = "Good evening.",
    finish: str | None = "stop",
    usage: dict[str, Any] | None = None,
    **message: object,
) -> dict[str, Any]:
    """A chat completion; ``usage`` takes the wire's field names."""
    reply: dict[str, Any] = {
        "id": "r-1",
        "object": "chat.completion",
        "created": 1,
        "model": "served-model",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, **message},
                "finish_reason": finish,
            }
        ],
    }
    if usage is not None:
        reply["usage"] = usage
    return reply
