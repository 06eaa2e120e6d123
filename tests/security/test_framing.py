"""Requests that no client library writes, byte by byte on a socket (reliability design T4).

None is a fault of ours or holds a connection, and none smuggles a second request into the first.
"""

import asyncio
from collections.abc import Generator
from itertools import product

import pytest
from serving import serving
from sockets import End, talk

HELD = 11.0
"""Most seconds that a connection may be held by what does not go on."""

POST = b"POST /api/auth/login HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
END = b"Connection: close\r\n\r\n"


def get(middle: bytes, line: bytes = b"GET /health HTTP/1.1") -> bytes:
    """Return a request with ``middle`` among its headers."""
    return line + b"\r\nHost: h\r\n" + middle + END


LENGTHS = [b"-1", b"+2", b"0x2", b"2 2", b"2, 2", b"2,3", b"", b" ", b"1e1", b"2\x00", b"9" * 30]
CODINGS = [
    *(b"chunked", b"Chunked", b"xchunked", b"chunked, chunked", b"chunked, identity", b"gzip"),
    *(b"gzip, chunked", b"identity", b"\x0bchunked", b"chunked\x00", b'"chunked"', b"chunked;q=1"),
]
CHUNKS = [
    *(
        b"2\r\n{}\r\n0\r\n\r\n",
        b"02\r\n{}\r\n00\r\n\r\n",
        b"2;a=b\r\n{}\r\n0\r\n\r\n",
        b"0\r\n\r\n",
    ),
    *(b"2\n{}\n0\n\n", b"2\r\n{}0\r\n\r\n", b"2\r\n{}\r\n0\r\n", b"-2\r\n{}\r\n0\r\n\r\n", b"\r\n"),
    *(b"0x2\r\n{}\r\n0\r\n\r\n", b"+2\r\n{}\r\n0\r\n\r\n", b" 2\r\n{}\r\n0\r\n\r\n", b"g\r\n"),
    *(
        b"2 \r\n{}\r\n0\r\n\r\n",
        b"fffffffffffffffff\r\n{}",
        b"ffffffffffffffff\r\n{}",
        b"2\r\r\n{}",
    ),
    *(b"7fffffff\r\n{}", b"2;" + b"a" * 40_000 + b"\r\n{}\r\n0\r\n\r\n", b"\x00", b"2\x00\r\n{}"),
    *(b"2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n", b"2\r\n{}\r\n0\r\nHost: evil\r\n\r\n"),
    *(b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", b"2\r\n{}\r\n0\r\nX\r\n\r\n", b"2\r\n{}x\r\n0\r\n\r\n"),
]
LINES = [
    *(b"get /health HTTP/1.1", b"GeT /health HTTP/1.1", b"GET  /health HTTP/1.1", b"GET /health"),
    *(b"GET /health HTTP/1.1 ", b" GET /health HTTP/1.1", b"GET\t/health\tHTTP/1.1", b"GET"),
    *(b"GET /health HTTP/0.9", b"GET /health HTTP/1.0", b"GET /health HTTP/1.2", b"", b"\r\n\r\n"),
    *(
        b"GET /health HTTP/2.0",
        b"GET /health HTTP/9.9",
        b"GET /health HTTP/11",
        b"GET /health http/1.1",
    ),
    *(
        b"GET /health HTTP/1.1\x00",
        b"GET /hea\x00lth HTTP/1.1",
        b"GET /hea\xfflth HTTP/1.1",
        b"\x16\x03",
    ),
    *(
        b"GET /health HTTP/-1.1",
        b"GET /health ICE/1.0",
        b"GET /health RTSP/1.0",
        b"QUERY / HTTP/1.1",
    ),
    *(b"GET http://h/health HTTP/1.1", b"GET http://evil:99999/health HTTP/1.1", b"GET * HTTP/1.1"),
    *(b"GET https://a@b:c@h/health HTTP/1.1", b"GET http:///health HTTP/1.1", b"GET :// HTTP/1.1"),
    *(b"GET //evil/health HTTP/1.1", b"GET health HTTP/1.1", b"GET ?q HTTP/1.1", b"GET # HTTP/1.1"),
    *(b"GET /../../etc/passwd HTTP/1.1", b"GET /%2e%2e/%00 HTTP/1.1", b"GET /%zz HTTP/1.1"),
    *(b"GET /%ff%fe HTTP/1.1", b"GET /%ed%a0%80 HTTP/1.1", b"GET /api/%2fagents HTTP/1.1", b"\xff"),
    *(b"GET /" + b"a" * 20_000 + b" HTTP/1.1", b"GET /?" + b"a" * 20_000 + b" HTTP/1.1"),
    *(b"GET /" + b"a/" * 10_000 + b" HTTP/1.1", b"GET /?" + b"a&" * 10_000 + b" HTTP/1.1"),
    *(
        b"CONNECT h:443 HTTP/1.1",
        b"CONNECT /health HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"TRACE / HTTP/1.1",
    ),
    *(b"HEAD /health HTTP/1.1", b"PRI * HTTP/2.0\r\n\r\nSM", b"M-SEARCH * HTTP/1.1", b"A" * 5000),
    *(
        b"SOURCE /health ICE/1.0",
        b"PROPFIND / HTTP/1.1",
        b"G\x00T / HTTP/1.1",
        b"GET /\x7f HTTP/1.1",
    ),
]
HEADERS = [
    *(b"A: b\r\n c\r\n", b"A: b\r\n\tc\r\n", b" A: b\r\n", b"A : b\r\n", b"A\t: b\r\n", b": b\r\n"),
    *(
        b"A\r\n",
        b"A:\r\n",
        b"A: b\n",
        b"A: b\rc\r\n",
        b"A: \x00\r\n",
        b"A\x00: b\r\n",
        b"A: \xff\r\n",
    ),
    *(
        b"A: \x7f\r\n",
        b"\xc3\xa4: b\r\n",
        b"A;: b\r\n",
        b'"A": b\r\n',
        b"A(: b\r\n",
        b"A: \x08\r\n",
    ),
    *(b"Host: i\r\n", b"Host: i, j\r\n", b"Host:\r\n", b"Host: h:99999999\r\n", b"Host: \xff\r\n"),
    *(
        b"Host: a/b@c\r\n",
        b"Host: [::1\r\n",
        b"X-Forwarded-Host: evil\r\n",
        b"X-Original-URL: /admin\r\n",
    ),
    *(
        b"Expect: 100-continue\r\n",
        b"Expect: nothing\r\n",
        b"Upgrade: h2c\r\nConnection: upgrade\r\n",
    ),
    *(b"Upgrade: websocket\r\nConnection: upgrade\r\n", b"Connection: keep-alive, close, x\r\n"),
    *(
        b"Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Key: x\r\n",
        b"TE: trailers\r\n",
    ),
    *(
        b"Authorization: " + x + b"\r\n"
        for x in (b"", b"Bearer", b"Bearer " + b"a" * 9000, b"\xff", b"Basic =")
    ),
    *(
        b"Cookie: " + b"a=b; " * 3000 + b"\r\n",
        b"Range: bytes=0-1,0-1\r\n",
        b"Range: bytes=-" + b"9" * 30 + b"\r\n",
    ),
    *(
        b"Accept-Encoding: " + b"gzip;q=0," * 1000 + b"\r\n",
        b"Accept: " + b"*/*;q=" * 900 + b"\r\n",
    ),
    *(
        b"X: y\r\n" * 200,
        b"X: y\r\n" * 3000,
        b"X" * 20_000 + b": y\r\n",
        b"X: " + b"y" * 20_000 + b"\r\n",
    ),
    *(
        b"Origin: null\r\n",
        b"Origin: \xff\r\n",
        b"Origin: " + b"a" * 9000 + b"\r\n",
        b"If-None-Match: *\r\n",
    ),
    *(b"X-Request-ID: " + x + b"\r\n" for x in (b"a\tb", b"\xff" * 9, b"{{7*7}}", b"a" * 9000)),
    *(
        b"X-Forwarded-For: " + x + b"\r\n"
        for x in (b"127.0.0.1", b"," * 5000, b"\xff", b"[::1]:80")
    ),
    *(
        b"Content-Type: " + x + b"\r\n"
        for x in (b"\xff", b"a/b;" * 2000, b"application/json; charset=\xff")
    ),
    *(
        b"Content-Length: 0\r\nContent-Length: 0\r\n",
        b"Content-Length: 5\r\n",
        b"Transfer-Encoding: chunked\r\n",
    ),
]

EVERYTHING: list[bytes] = [
    *(get(b"", line) for line in LINES),
    *(get(header) for header in HEADERS),
    *(POST + b"Content-Length: " + length + b"\r\n" + END + b"{}" for length in LENGTHS),
    *(
        POST + b"Content-Length: %d\r\nContent-Length: %d\r\n" % pair + END + b"{}" + SMUGGLED
        for pair in product((0, 2, 40), (0, 2, 40))
    ),
    *(POST + b"Transfer-Encoding: " + c + b"\r\n" + END + CHUNKS[0] for c in CODINGS),
    *(
        POST
        + b"Content-Length: %d\r\nTransfer-Encoding: %s\r\n" % both
        + END
        + CHUNKS[0]
        + SMUGGLED
        for both in product((0, 2, 14), CODINGS)
    ),
    *(
        POST
        + b"Transfer-Encoding%s chunked\r\nContent-Length: 2\r\n" % odd
        + END
        + CHUNKS[0]
        + SMUGGLED
        for odd in (b" :", b"\t:", b"\x00:", b"\r\n :", b":\r\n")
    ),
    *(
        POST
        + b"Transfer-Encoding: %s\r\nTransfer-Encoding: %s\r\n" % pair
        + END
        + CHUNKS[0]
        + SMUGGLED
        for pair in product((b"chunked", b"identity"), (b"chunked", b"gzip", b""))
    ),
    *(POST + b"Transfer-Encoding: chunked\r\n" + END + chunks + SMUGGLED for chunks in CHUNKS),
    *(
        POST.replace(b"\r\n", ending) + b"Content-Length: 2" + ending * 2 + b"{}"
        for ending in (b"\n", b"\r")
    ),
    b"",
    b"\x00" * 1000,
    bytes(range(256)) * 10,
    b"\r\n" * 5000 + get(b""),
    b"GET /health HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500,
    b"*1\r\n$4\r\nPING\r\n",
    get(b"") * 3,
    get(b"").replace(END, b"\r\n") + get(b"", b"get / HTTP/1.1"),
    b'{"jsonrpc": "2.0"}\n',
]
"""Each is sent, and then nothing more."""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Generator[int]:
    settings = {"CONNECTIONS_PER_ADDRESS": "0", "RATES": "login=100000/60, reads=100000/60"}
    with serving(tmp_path_factory.mktemp("framing"), settings) as found:
        yield found


async def test_no_bytes_are_a_fault_of_ours_or_hold_a_connection(port: int):
    ends = await asyncio.gather(*(talk(port, raw, wait=HELD + 2) for raw in EVERYTHING))
    after = await talk(port, get(b""))
    unanswered = [raw for raw, end in zip(EVERYTHING, ends, strict=True) if not end.status]

    statuses = {raw[:200]: end.status for raw, end in zip(EVERYTHING, ends, strict=True)}
    assert len(set(EVERYTHING)) >= 150
    assert {raw: status for raw, status in statuses.items() if status >= 500} == {}
    assert [
        raw[:200] for raw, end in zip(EVERYTHING, ends, strict=True) if b"HTTP/1.1 5" in end.said
    ] == []
    assert [
        raw[:200] for raw, end in zip(EVERYTHING, ends, strict=True) if end.seconds > HELD
    ] == []
    assert len(unanswered) <= 2, "a refusal is told, but for silence and what is written ahead"
    assert after.status == 200


def answers(end: End) -> int:
    return end.said.count(b"HTTP/1.1 ")


@pytest.mark.parametrize("length", [0, 2, 14])
async def test_a_body_that_is_told_twice_is_not_read(port: int, length: int):
    """Else a proxy that counts the other way hands one caller the answer to another's request."""
    head = POST + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % length
    end = await talk(port, head + CHUNKS[0] + SMUGGLED)

    assert (end.status, answers(end)) == (400, 1)
    assert b"smuggled" not in end.said


@pytest.mark.parametrize(
    "chunks", [b"2\n{}\n0\n\n", b"0x2\r\n{}\r\n0\r\n\r\n", b"2\r\n{}x\r\n0\r\n\r\n"]
)
async def test_chunks_that_others_might_count_differently_are_not_read(port: int, chunks: bytes):
    end = await talk(port, POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + SMUGGLED)

    assert (end.status, answers(end)) == (400, 1)


async def test_what_is_no_http_is_told_so_in_the_form_of_all_problems(port: int):
    end = await talk(port, b"\x00\x01\x02\r\n\r\n")

    head, _, body = end.said.partition(b"\r\n\r\n")
    assert end.status == 400
    assert b"application/problem+json" in head
    assert b'"code":"not-http"' in body


async def test_five_hundred_callers_who_leave_at_once_leave_nothing_behind(port: int):
    async def leave(first: bytes) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(first)
        await asyncio.sleep(0)
        writer.transport.abort()

    halves = [get(b""), get(b"")[:20], POST + b"Content-Length: 50\r\n\r\n{", b""]
    await asyncio.gather(*(leave(halves[n % 4]) for n in range(500)))

    assert (await talk(port, get(b""))).status == 200
