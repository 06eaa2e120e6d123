"""Wrong tokens made of right ones: at random, and the same for the same seed."""

import json
import random
import string
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import jwt
from visitors import KEY

WORD = string.ascii_letters + string.digits + "-_"
NEAR = WORD + "=+/.~!:,;\"'%$"
"""What may stand in a header without ending it; most of it in no token."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What a mutant is made of: chance, a good token, and another one of its sort."""

    chance: random.Random
    token: str
    other: str

    def place(self) -> int:
        """Return somewhere in the token, often its end, where bits are left over."""
        last = len(self.token) - 1
        return last if self.chance.random() < 0.1 else self.chance.randint(0, last)


Mutation: TypeAlias = Callable[[Draw], str]


def mutants(tokens: Sequence[str], seed: int, *, signed: bool) -> Iterator[str]:
    """Yield texts that are none of ``tokens``, each once, without end.

    Args:
        tokens: Good ones of one sort.
        seed: Names the sequence.
        signed: Whether they are JSON Web Tokens, whose parts are worth a look of their own.
    """
    chance = random.Random(seed)  # noqa: S311 - to be repeated
    seen = {hash(token) for token in tokens}
    mutations = TEXTS + PARTS * 2 if signed else TEXTS
    while True:
        token, other = chance.choice(tokens), chance.choice(tokens)
        found = chance.choice(mutations)(Draw(chance, token, other))
        if chance.random() < 0.2:
            found = chance.choice(TEXTS)(Draw(chance, found or ".", other))
        if hash(found) not in seen:
            seen.add(hash(found))
            yield found


def replace(draw: Draw) -> str:
    at = draw.place()
    return (
        draw.token[:at]
        + draw.chance.choice(WORD if draw.chance.random() < 0.7 else NEAR)
        + draw.token[at + 1 :]
    )


def insert(draw: Draw) -> str:
    at = draw.place()
    return (
        draw.token[:at]
        + draw.chance.choice(NEAR) * draw.chance.choice((1, 1, 2, 4))
        + draw.token[at:]
    )


def leave_out(draw: Draw) -> str:
    at = draw.place()
    return draw.token[:at] + draw.token[at + draw.chance.choice((1, 1, 1, 8)) :]


def append(draw: Draw) -> str:
    return draw.token + draw.chance.choice(
        ("=", "==", ".", "A", "AA", "AAAA", ".e30", ",", draw.other)
    )


def cut(draw: Draw) -> str:
    return draw.token[: draw.place()]


def swap(draw: Draw) -> str:
    one, two = sorted((draw.place(), draw.place()))
    return draw.token[:one] + draw.token[two:] + draw.token[one:two]


def cross(draw: Draw) -> str:
    at = draw.place()
    return draw.token[:at] + draw.other[at:]


def change_case(draw: Draw) -> str:
    at = draw.place()
    return draw.token[:at] + draw.token[at:].swapcase()


TEXTS: tuple[Mutation, ...] = (
    replace, replace, insert, leave_out, append, cut, swap, cross, change_case,
)  # fmt: skip


def _read(part: str) -> dict[str, Any]:
    return json.loads(urlsafe_b64decode(part + "=="))


def _write(said: object, *, spaced: bool = False) -> str:
    text = json.dumps(said, separators=None if spaced else (",", ":"))
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


VALUES = (
    None, True, 0, 1, -1, 2**53, 1e308, "", "0", "x", "admin", "access", "refresh", [], ["x"], {},
    "00000000-0000-7000-8000-000000000000", "none", 9_999_999_999, "9999999999",
)  # fmt: skip
ALGORITHMS = ("none", "None", "NONE", "", None, "HS384", "HS512", "RS256", "ES256", "hs256", 256)
HEADERS: tuple[tuple[str, Any], ...] = (
    *(("alg", name) for name in ALGORITHMS),
    *(("kid", value) for value in VALUES),
    *(("typ", value) for value in ("", "jwt", "JWE", None)),
    *((name, "https://evil.example/keys") for name in ("jku", "x5u")),
    ("jwk", {"kty": "oct", "k": "eA"}),
    ("x5c", ["eA"]),
    ("crit", ["exp"]),
    ("b64", False),
    ("zip", "DEF"),
)
CLAIMS = ("exp", "iat", "nbf", "iss", "sub", "user_id", "jti", "sid", "typ", "aud", "roles")


def change_header(draw: Draw) -> str:
    header, payload, signature = draw.token.split(".")
    name, value = draw.chance.choice(HEADERS)
    said = _read(header) | {name: value}
    return f"{_write(said, spaced=draw.chance.random() < 0.3)}.{payload}.{signature}"


def change_payload(draw: Draw) -> str:
    header, payload, signature = draw.token.split(".")
    said = _read(payload) | {draw.chance.choice(CLAIMS): draw.chance.choice(VALUES)}
    return f"{header}.{_write(said, spaced=draw.chance.random() < 0.3)}.{signature}"


def change_signature(draw: Draw) -> str:
    header, payload, _ = draw.token.split(".")
    made = urlsafe_b64encode(
        draw.chance.randbytes(draw.chance.choice((0, 1, 16, 31, 32, 32, 33, 64)))
    )
    return f"{header}.{payload}.{made.decode().rstrip('=')}"


def take_signature(draw: Draw) -> str:
    one, two = draw.token.split("."), draw.other.split(".")
    at = draw.chance.randrange(3)
    return ".".join(two[n] if n == at else one[n] for n in range(3))


def fill_up(draw: Draw) -> str:
    """Write the last character of a part so that only the bits nobody reads differ."""
    parts = draw.token.split(".")
    at = draw.chance.randrange(3)
    value = WORDS.index(parts[at][-1]) ^ draw.chance.randrange(1, 4)
    parts[at] = parts[at][:-1] + WORDS[value]
    return ".".join(parts)


WORDS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
"""The alphabet of RFC 4648, 5, in its order."""


def other_key(draw: Draw) -> str:
    header, payload, _ = draw.token.split(".")
    keys = (KEY[::-1], KEY.upper(), KEY + "\0", f" {KEY}", _read(header)["kid"] * 2)
    kept = {"kid": _read(header)["kid"]}
    return jwt.encode(_read(payload), draw.chance.choice(keys), algorithm="HS256", headers=kept)


def move_dots(draw: Draw) -> str:
    text = draw.token.replace(".", "")
    one, two = sorted((draw.chance.randrange(len(text)), draw.chance.randrange(len(text))))
    return f"{text[:one]}.{text[one:two]}.{text[two:]}"


PARTS: tuple[Mutation, ...] = (
    change_header, change_payload, change_signature, take_signature, fill_up, other_key, move_dots,
)  # fmt: skip
