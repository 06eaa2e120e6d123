"""Bodies that have brought servers down, made here byte by byte."""

import json
from collections.abc import Iterator
from typing import Any

import raw_rules

VALUES = {
    "NaN": b"NaN",
    "Infinity": b"Infinity",
    "minus Infinity": b"-Infinity",
    "past every float": b"1e400",
    "minus past every float": b"-1e400",
    "smallest": b"5e-324",
    "minus nothing": b"-0",
    "2**53": b"9007199254740992",
    "past 2**53": b"9007199254740993",
    "2**63": b"9223372036854775808",
    "2**64": b"18446744073709551616",
    "400 digits": b"9" * 400,
    "5000 digits": b"9" * 5000,
    "5000 decimals": b"0." + b"9" * 5000,
    "leading zero": b"01",
    "plus": b"+1",
    "hexadecimal": b"0x1",
    "bare dot": b".5",
    "lone high surrogate": b'"\\ud800"',
    "lone low surrogate": b'"\\udfff"',
    "surrogates turned round": b'"\\udc00\\ud800"',
    "a surrogate pair": b'"\\ud83d\\ude00"',
    "surrogate in raw bytes": b'"\xed\xa0\x80"',
    "overlong": b'"\xc0\xaf"',
    "past unicode": b'"\xf4\x90\x80\x80"',
    "cut utf-8": b'"\xe6\xb0"',
    "latin-1": b'"\xe4"',
    "NUL": b'"a\\u0000b"',
    "raw NUL": b'"a\x00b"',
    "raw newline": b'"a\nb"',
    "escape of nothing": b'"\\x41"',
    "cut escape": b'"\\u00"',
    "ANSI": b'"\\u001b[31m"',
    "bidi": '"\u202e\u2066"'.encode(),
    "zero width": '"\u200b\u200d\ufeff"'.encode(),
    "combining": ('"' + "e\u0301" * 2000 + '"').encode(),
    "one grapheme of thousands": ('"e' + "\u0301" * 5000 + '"').encode(),
    "noncharacter": '"\uffff\U0010ffff"'.encode(),
    "empty text": b'""',
    "blanks": b'"  \\t "',
    "long text": b'"' + b"x" * 900_000 + b'"',
    "true": b"true",
    "false": b"false",
    "null": b"null",
    "an empty list": b"[]",
    "an empty object": b"{}",
    "a list of nulls": b"[" + b"null," * 100 + b"null]",
    "an operator": b'{"$ne": null}',
    "a where clause": b'{"$where": "sleep(9)"}',
    "a prototype": b'{"__proto__": {"is_admin": true}}',
    "a template": b'"{{7*7}} ${7*7} <%= 7*7 %>"',
    "a script": b'"<script>alert(1)</script>"',
    "a query": b'"\'; DROP TABLE agents; --"',
    "a path": b'"../../../../etc/passwd\\u0000.png"',
    "a formula": b'"=HYPERLINK(0)"',
    "slow for patterns": b'"' + b"a" * 50_000 + b'!"',
    "deep lists": b"[" * 33 + b"]" * 33,
    "deep objects": b'{"a":' * 40 + b"1" + b"}" * 40,
    "a list of thousands": b"[" + b"1," * 25_000 + b"1]",
    "an object of thousands": json.dumps({f"k{n}": n for n in range(1_500)}).encode(),
}
"""JSON values, or what looks like one, in place of any field."""

WHOLE = {
    "nothing": b"",
    "blanks": b" \r\n\t ",
    "a brace": b"{",
    "a bracket": b"[",
    "a quote": b'"',
    "a colon": b":",
    "a backslash": b"\\",
    "all bytes": bytes(range(256)),
    "all zeros": bytes(4096),
    "byte order mark": b"\xef\xbb\xbf{}",
    "utf-16": '{"name": "a"}'.encode("utf-16"),
    "utf-16 little": '{"name": "a"}'.encode("utf-16-le"),
    "utf-16 big": '{"name": "a"}'.encode("utf-16-be"),
    "utf-32": '{"name": "a"}'.encode("utf-32"),
    "utf-7": b'{"name": "+2AA-"}',
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00",
    "two values": b"{}{}",
    "a comma after": b'{"a": 1,}',
    "a comment": b'{"a": 1} // b',
    "single quotes": b"{'a': 1}",
    "names without quotes": b"{a: 1}",
    "lines of JSON": b'{"a": 1}\n{"b": 2}\n',
    "cut short": b'{"name": "a"',
    "garbage after": b"{}x",
    "a form": b"name=a&archetype=artist",
    "multipart": b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--',
    "xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "pickle": b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00\x8c\x01a\x94.",
    "very deep lists": b"[" * 100_000,
    "very deep objects": b'{"a":' * 100_000,
    "closing only": b"]" * 100_000,
    "depth behind a key": b'{"name": ' + b"[" * 50_000,
    "a million of zeros": b"[" + b"0," * 500_000 + b"0]",
    "past the limit": b'"' + b"x" * 1_048_576 + b'"',
    "keys that are empty": b'{"": {"": {"": 1}}}',
    "a key of many kilobytes": b'{"' + b"k" * 100_000 + b'": 1}',
    "a surrogate as a key": b'{"\\ud800": 1}',
    "NUL as a key": b'{"a\\u0000": 1}',
    "one key twice": b'{"name": "a", "name": 7}',
    "one key by thousands": b"{" + b'"name": 1,' * 50_000 + b'"name": 1}',
    "keys that look alike": '{"n\u0430me": 1, "\uff4eame": 2}'.encode(),
}
"""Whole bodies."""


def bodies(fields: dict[str, Any]) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """Yield every body of the corpus with its headers; each known value in each of ``fields``.

    What is made by rules stands in the first of the fields only. ``fields`` is a body that fits, or
    nothing.
    """
    yield from raw_rules.whole()
    seen: set[bytes] = set()
    for name, body in _json_bodies(fields):
        if body not in seen:
            seen.add(body)
            yield name, body, {"Content-Type": "application/json"}


def _json_bodies(fields: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    yield from WHOLE.items()
    for name, value in raw_rules.values():
        yield from _with(fields, next(iter(fields), "name"), name, value)
    for name, value in VALUES.items():
        yield name, value
        for field in fields or {"name": ""}:
            yield f"{field}: {name}", b'{"%s": %s}' % (field.encode(), value)
            yield from _with(fields, field, name, value)


def _with(
    fields: dict[str, Any], field: str, name: str, value: bytes
) -> Iterator[tuple[str, bytes]]:
    others = {k: v for k, v in fields.items() if k != field}
    start = json.dumps(others)[:-1].encode() + (b", " if others else b"")
    yield f"{field}: {name}, else fine", start + b'"%s": %s}' % (field.encode(), value)
