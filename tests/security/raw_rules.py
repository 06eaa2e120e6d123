"""Bodies that are made by rules, byte by byte: what no list of known troubles would hold."""

import gzip
import json
import zlib
from collections.abc import Iterator
from itertools import product

GOOD = (
    '{"name": "Zoë \\u00e9\\ud83d\\ude00", "n": [1, -2.5e3, true, null], "o": {"k": "v"}}'.encode()
)
"""A body with everything in it that JSON has."""

JSON = "application/json"

NUMBERS = [
    *(f"{sign}{digits}" for sign, digits in product(("", "-", "+"), ("0", "00", "01", "1", "1."))),
    *(f"1{e}{sign}{x}" for e, sign, x in product("eE", ("", "+", "-"), ("", "0", "308", "309"))),
    *(str(2**bits + more) for bits, more in product((31, 32, 53, 63, 64, 128), (-1, 1))),
    *(str(-(2**bits) - 1) for bits in (31, 53, 63, 64)),
    *("9" * digits for digits in (16, 17, 18, 19, 20, 21, 309, 310, 4300, 4301)),
    *("0." + "0" * zeros + "1" for zeros in (15, 16, 17, 307, 323, 324, 325, 1000)),
    *("1e99999", "-1e99999", "1e-99999", "0e99999", "0.0e-0", "-0.0", "1e0000000001"),
    *("0b1", "0o7", "0x7f", "1_000", "1,000", "1 000", "1f", "1n", "1d0", "1.5.5", "--1", "- 1"),
    *("\u0661", "\uff11", "\u00bd", "\u2212" + "1", "inf", "nan", "-nan", "Infinity1", "1e1e1"),
]

CHARACTERS = [
    *(plane * 0x10000 + last for plane, last in product(range(17), (0x41, 0xFFFD, 0xFFFE))),
    *(0x7F, 0x80, 0x85, 0xA0, 0xAD, 0x300, 0x34F, 0x61C, 0x180E, 0x2028, 0x2029, 0x2060, 0x3164),
    *(0xFB01, 0xFDFA, 0xFE0F, 0xFEFF, 0xFFF9, 0xFFFC, 0x1D173, 0xE0001, 0xE007F, 0x10FFFF),
]
"""Of every plane a letter's place, the last character and one that is none; and known oddities."""

BROKEN_UTF8 = {
    "continuation": b"\x80",
    "two continuations": b"\xbf\xbf",
    "overlong of two": b"\xc1\xbf",
    "overlong of three": b"\xe0\x80\xaf",
    "overlong of four": b"\xf0\x80\x80\xaf",
    "of five": b"\xf8\x88\x80\x80\x80",
    "of six": b"\xfc\x84\x80\x80\x80\x80",
    "overlong NUL": b"\xc0\x80",
    "first surrogate": b"\xed\xa0\x80",
    "last surrogate": b"\xed\xbf\xbf",
    "pair of surrogates": b"\xed\xa0\xbd\xed\xb8\x80",
    "cut after one of four": b"\xf0",
    "cut after three of four": b"\xf0\x9f\x98",
    "past the last": b"\xf5\x80\x80\x80",
    "no such byte": b"\xfe\xff",
}

CODECS = [
    *("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig"),
    *("cp037", "cp1252", "iso2022_jp", "gb18030", "hz", "koi8-r", "mac-roman", "shift_jis"),
]

TYPES = [
    *(
        "text/json",
        "text/plain",
        "application/x-json",
        "application/vnd.api+json",
        "APPLICATION/JSON",
    ),
    *("application/problem+json", "application/json;", "application/json;charset", "+json", "json"),
    *(
        "application/json; charset=",
        'application/json; charset="',
        "application/json; q=" + "x" * 4000,
    ),
    *(
        f"application/json; charset={c}"
        for c in (*CODECS, "none", "utf-8\u00e9", "../etc", "base64")
    ),
    *("application/json, text/html", "application/+json", "application/", "/", ";", "*/*", " "),
    *("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x"),
    *("multipart/form-data; boundary=" + "b" * 2000, "application/x-www-form-urlencoded"),
    *("multipart/mixed; boundary=x", "message/http", "application/graphql", "application/cbor"),
]

OTHER_FORMATS = {
    "JSON5": b"{name: 'a', /* b */ c: +1, d: .5,}",
    "JSONP": b'f({"name": "a"})',
    "JSON sequence": b'\x1e{"name": "a"}\n',
    "guarded JSON": b')]}\',\n{"name": "a"}',
    "YAML": b"name: &a [*a]\n",
    "a bomb of YAML": b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
    "TOML": b'name = "a"\n',
    "msgpack": b"\x81\xa4name\xa1a",
    "CBOR": b"\xa1dnameaa",
    "BSON": b"\x16\x00\x00\x00\x02name\x00\x02\x00\x00\x00a\x00\x00",
    "protobuf": b"\x0a\x01a",
    "plist": b"bplist00\xd1\x01\x02TnameQa",
    "a chunk": b'f\r\n{"name": "abcd"}\r\n0\r\n\r\n',
    "a request": b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n",
    "a billion laughs": b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
    "UBJSON": b"{U\x04nameSU\x01a}",
    "PNG": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff\xff",
    "zip": b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
}


def values() -> Iterator[tuple[str, bytes]]:
    """Yield JSON values, or what looks like one."""
    for number in NUMBERS:
        yield f"number {number[:20]} of {len(number)}", number.encode()
    yield from _texts()
    for depth, (opening, closing) in product((31, 32, 33, 200, 20_000), SHAPES):
        yield f"{depth} of {opening}", opening.encode() * depth + b"1" + closing.encode() * depth
    for left, right in product((0, 1, 2), (3, 4, 5)):
        yield f"{left} opened, {right} closed", b"[" * left + b"{}" + b"]" * right


def _texts() -> Iterator[tuple[str, bytes]]:
    for code in CHARACTERS:
        yield f"U+{code:04X}", b'"' + chr(code).encode() + b'"'
    for code in (*range(1, 32), *CHARACTERS[::3]):
        units = chr(code).encode("utf-16-be")
        pairs = (units[at : at + 2].hex() for at in range(0, len(units), 2))
        yield f"U+{code:04X} escaped", b'"' + b"".join(b"\\u" + p.encode() for p in pairs) + b'"'
    for code in range(1, 32):
        yield f"U+{code:04X} bare", b'"' + bytes([code]) + b'"'
    for code in range(33, 127):
        yield f"escape of {chr(code)}", b'"\\' + bytes([code]) + b'"'
    for name, broken in BROKEN_UTF8.items():
        yield f"UTF-8: {name}", b'"a' + broken + b'b"'


SHAPES = [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]"), ('{"a":[', "]}"), ("[[],", "]"), ("[", "")]


def whole() -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """Yield whole bodies with the headers they come with."""
    plain = {"Content-Type": JSON}
    for name, body in {**dict(_cut()), **dict(_spoilt()), **dict(_separators())}.items():
        yield name, body, plain
    for name, body in {**dict(_keys()), **dict(_encoded()), **OTHER_FORMATS}.items():
        yield name, body, plain
    for media in TYPES:
        yield f"as {media[:60]}", GOOD, {"Content-Type": media}
    yield "as nothing", GOOD, {}
    for coding, (name, body) in product(CODINGS, _packed()):
        yield f"{name} as {coding[:60]}", body, plain | {"Content-Encoding": coding}


def _cut() -> Iterator[tuple[str, bytes]]:
    for end in range(1, len(GOOD)):
        yield f"cut after {end}", GOOD[:end]


def _spoilt() -> Iterator[tuple[str, bytes]]:
    odd = b'\x00\xff"\\{]:,\xe9\xed'
    for at in range(len(GOOD)):
        byte = odd[at % len(odd)]
        yield f"byte {at} is {byte}", GOOD[:at] + bytes([byte]) + GOOD[at + 1 :]


def _separators() -> Iterator[tuple[str, bytes]]:
    for colon, comma in product((":", "", "::", "=", "=>", " "), (",", "", ",,", ";", "\n")):
        if (colon, comma) != (":", ","):
            text = '{"name"' + colon + '"a"' + comma + '"b"' + colon + "1}"
            yield f"{colon!r} and {comma!r}", text.encode()
    for blank in "\u00a0\u0085\u2028\u3000\ufeff\v\f\x1c\u200b":
        yield f"U+{ord(blank):04X} before", blank.encode() + GOOD
        yield f"U+{ord(blank):04X} after", GOOD + blank.encode()


def _keys() -> Iterator[tuple[str, bytes]]:
    names = ("__proto__", "constructor", "__class__", "$ne", "$where", "id", "user_id", "is_admin")
    for name in (*names, "tenant_id", "role", "n\u0061me ", " name", "NAME", "name\u200b", "name."):
        yield f"key {name!r}", json.dumps({"name": "a", name: {"is_admin": True}}).encode()
    for second in (b'"b"', b"1", b"null", b"[]", b"{}", b"NaN", b'"\\ud800"'):
        yield f"name twice, then {second!r}", b'{"name": "a", "name": ' + second + b"}"
        yield f"name twice, first {second!r}", b'{"name": ' + second + b', "name": "a"}'
    yield "name twice, once escaped", b'{"name": "a", "n\\u0061me": "b"}'
    for odd in (b"1", b"null", b"true", b"[]", b"{}", b"'name'", b"name", b"NaN"):
        yield f"a key that is {odd!r}", b"{" + odd + b': "a"}'


def _encoded() -> Iterator[tuple[str, bytes]]:
    text = '{"name": "a"}'
    for codec in CODECS:
        yield f"in {codec}", text.encode(codec)
    for mark in ("feff", "fffe", "0000feff", "fffe0000", "efbbbfefbbbf", "2b2f7638", "84319533"):
        yield f"behind mark {mark}", bytes.fromhex(mark) + text.encode()


CODINGS = [
    "gzip",
    "x-gzip",
    "deflate",
    "br",
    "zstd",
    "compress",
    "identity",
    "gzip, gzip",
    "x" * 500,
]


def _packed() -> Iterator[tuple[str, bytes]]:
    yield "plain", GOOD
    yield "gzip", gzip.compress(GOOD, mtime=0)
    yield "zlib", zlib.compress(GOOD)
    yield "a bomb", gzip.compress(b"[" + b" " * 20_000_000, mtime=0)
