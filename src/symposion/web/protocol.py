"""The hard shell at the socket: uvicorn's HTTP protocol, with an end to its patience.

uvicorn waits for ever for the head of a request and for a client that does not read; it keeps all
of a head that does not end, and every request that is written ahead. ``symposion serve`` runs this
class instead; the application passes its `Crowds` in the state of its lifespan.
"""

import asyncio
from http import HTTPStatus
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from symposion.core.errors import DomainError
from symposion.web.crowds import STATE, Crowds
from symposion.web.errors import HeadersTooLarge, HeadTooSlow, NotHttp, RateLimited
from symposion.web.middleware import SAFE_HEADERS
from symposion.web.problems import problem

HEAD_SECONDS = 10.0
"""A head must be complete so long after the connection, or after the next bytes on an idle one."""

HEAD_LIMIT = 32 * 1024
"""Most bytes of a head that does not end; one that does may have less (`HEADERS_LIMIT`)."""

CHUNK_COST = 8
"""Most bytes around each byte of a chunked body, beyond `HEAD_LIMIT`; chunks of one byte need 5."""

AHEAD_LIMIT = 16
"""Most requests that wait on one connection for the answer to an earlier one."""

READ_SECONDS = 10.0
"""Who takes nothing of an answer for so long is not waited for."""

MANNERS = 0.05
"""Seconds before those too many must go: the head of an honest client comes with its connection."""

FAREWELL = 1.0
"""Seconds to read on after a refusal: closing at once could cost the client the answer."""


class HardProtocol(HttpToolsProtocol):
    """One connection; the limits are those of this module and of the `Crowds`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **kwargs)
        kept = self.app_state.get(STATE)
        self._crowds = cast("Crowds[HardProtocol]", kept if kept is not None else Crowds())
        self._key = ""
        self._patience: asyncio.TimerHandle | None = None
        self._reader: asyncio.TimerHandle | None = None
        self._in_head = False
        self._deaf = False  # refused, or another protocol has the socket
        self._ended = False  # whether a head or a body ended in the data at hand
        self._arrived = 0  # bytes of body in the data at hand
        self._framing = 0  # bytes that are no body, since something ended

    def connection_made(  # pyright: ignore[reportIncompatibleMethodOverride] - as uvicorn has it
        self, transport: asyncio.Transport
    ) -> None:
        """Take the connection; those too many of its address have to go in a moment."""
        super().connection_made(transport)
        self._key = self._crowds.key(self.client[0]) if self.client else ""
        self._arm()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read ``data``; see that heads, and what surrounds a body, stay small and come in time."""
        if self._deaf:
            return
        self._ended, self._arrived = False, 0
        super().data_received(data)
        if self._deaf or self.transport.is_closing():
            return
        body = (1 + CHUNK_COST) * self._arrived
        self._framing = 0 if self._ended else max(0, self._framing + len(data) - body)
        if self._framing > HEAD_LIMIT:
            self._refuse(HeadersTooLarge(f"They may have at most {HEAD_LIMIT} bytes."))
        elif not self._is_served() and self._patience is None:
            self._arm()

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._in_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; those that follow a chunked body are not for us."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Let the application answer, if there is room."""
        self._in_head, self._ended = False, True
        if self._deaf or self.transport.is_closing():
            return
        self._disarm()
        if len(self.pipeline) >= AHEAD_LIMIT:
            self.transport.close()
        elif self._crowds.has_room(self._key):
            super().on_headers_complete()
        else:
            told = "Too many connections are open from this address."
            self._refuse(RateLimited(told, retry_after=1))

    def on_body(self, body: bytes) -> None:
        """Hand on a piece of a body."""
        self._arrived += len(body)
        if not self._deaf and not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._ended = True
        if not self._deaf and not self.transport.is_closing():
            super().on_message_complete()
            if self._is_served():
                self._crowds.serve(self._key, self)

    def on_response_complete(self) -> None:
        """Answer what was written ahead, or wait for more."""
        super().on_response_complete()
        if not self._is_served() and not self.transport.is_closing():
            self._wait()
        self._watch()

    def handle_websocket_upgrade(self) -> None:
        """Hand the socket on: sockets that stay open have limits for each user instead."""
        self._deaf = True
        self._forget()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - it tells nothing
        """Refuse what is no HTTP."""
        self._refuse(NotHttp())

    def pause_writing(self) -> None:
        """See whether the client reads, for it is slower than we are."""
        super().pause_writing()
        self._watch()

    def _is_served(self) -> bool:
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        if self._crowds.wait(self._key, self):
            self.loop.call_later(MANNERS, self._thin_out)

    def _thin_out(self) -> None:
        for connection in self._crowds.surplus(self._key):
            connection.dismiss()

    def dismiss(self) -> None:
        """Close this connection, which waits for the rest of a request."""
        self._forget()
        self.transport.close()

    def _forget(self) -> None:
        self._crowds.leave(self._key, self)
        self._disarm()
        if self._reader is not None:
            self._reader.cancel()

    def _arm(self) -> None:
        self._patience = self.loop.call_later(HEAD_SECONDS, self._late)

    def _disarm(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _late(self) -> None:
        if self._in_head:
            self._refuse(HeadTooSlow(f"It may take {HEAD_SECONDS:.0f} seconds."))
        else:
            self.transport.close()

    def _refuse(self, error: DomainError) -> None:
        """Say why, unless another answer is on its way, and close."""
        if self._is_served():
            if self.pipeline or self.cycle.response_started or self.transport.is_closing():
                self.transport.close()
                return
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._deaf = True
        self._disarm()
        self._unset_keepalive_if_required()
        self.transport.write(_answer(error))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._patience = self.loop.call_later(FAREWELL, self.transport.abort)

    def _watch(self, left: int | None = None) -> None:
        """Look now and again whether anything of ``left`` bytes was read since."""
        size = self.transport.get_write_buffer_size()
        if left is None and self._reader is not None:
            return
        if size and size == left:
            self.transport.abort()
        elif size:
            self._reader = self.loop.call_later(READ_SECONDS, self._watch, size)
        else:
            self._reader = None


def _answer(error: DomainError) -> bytes:
    """Return the whole answer that tells ``error``, for a request the application never sees."""
    told = problem(error)
    headers = SAFE_HEADERS | dict(told.headers) | {"Connection": "close"}
    lines = [f"HTTP/1.1 {told.status_code} {HTTPStatus(told.status_code).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + bytes(told.body)
