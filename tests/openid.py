"""An OpenID provider of the tests' own: a real server on a socket, with keys of its own."""

import base64
import hmac
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

CLIENT_ID = "symposion.apps.example"
CLIENT_SECRET = "a secret between us and the provider"

BODIES = {"garbage": b"<html>", "list": b"[]"}
PADDING = {"huge": b" " * 300_000, "drip": b" " * 400}
"""What is answered instead, or after what is right."""


def new_key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass(slots=True)
class Promise:
    """What a code stands for."""

    redirect_uri: str
    challenge: str
    claims: dict[str, Any]


@dataclass
class Provider:
    """What the server knows, and how it misbehaves.

    Attributes:
        issuer: Its address.
        keys: Signing keys by name; the last one signs.
        published: Names of the keys that are told.
        codes: Codes that were not redeemed yet.
        asked: Every path asked for, in order.
        faults: What goes wrong at a path: "500", "huge", "redirect", "garbage", "slow", "drip" (all
            of it, but byte by byte) or "list".
        metadata: Members that the discovery document has instead of the right ones.
        person: Claims of whoever gives their consent.
    """

    issuer: str = ""
    keys: dict[str, RSAPrivateKey] = field(default_factory=dict[str, RSAPrivateKey])
    published: set[str] = field(default_factory=set[str])
    codes: dict[str, Promise] = field(default_factory=dict[str, Promise])
    asked: list[str] = field(default_factory=list[str])
    faults: dict[str, str] = field(default_factory=dict[str, str])
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    person: dict[str, Any] = field(default_factory=dict[str, Any])
    awake: threading.Event = field(default_factory=threading.Event)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return good claims with ``changes``; None takes one away."""
        now = int(time())
        good = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "azp": CLIENT_ID,
            "sub": "1180042",
            "email": "Cleo@Example.com",
            "email_verified": True,
            "name": "Cleo Ondarza",
            "picture": "https://photos.example/cleo.png",
            "iat": now,
            "exp": now + 3600,
        } | self.person
        return {k: v for k, v in (good | changes).items() if v is not None}

    def token(self, *, kid: str = "", **changes: Any) -> str:
        """Return an ID token, signed with the last key, or with that called ``kid``."""
        name = kid or list(self.keys)[-1]
        claims = self.claims(**changes)
        return jwt.encode(claims, self.keys[name], algorithm="RS256", headers={"kid": name})

    def unsigned(self) -> str:
        """Return a token that says it needs no signature."""
        head = {"alg": "none", "typ": "JWT", "kid": list(self.keys)[-1]}
        return f"{b64(json.dumps(head).encode())}.{b64(json.dumps(self.claims()).encode())}."

    def confused(self, kid: str = "") -> str:
        """Return a token signed with the public key as if that were a shared secret."""
        name = list(self.keys)[-1]
        public = self.keys[name].public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        head = {"alg": "HS256", "typ": "JWT", "kid": kid or name}
        text = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(self.claims()).encode())}"
        return f"{text}.{b64(hmac.digest(pem, text.encode(), 'sha256'))}"

    def rotate(self, name: str, *, publish: bool = True) -> None:
        """Sign with a new key from now on."""
        self.keys[name] = new_key()
        if publish:
            self.published = {name}

    def consent(self, address: str, **claims: Any) -> dict[str, str]:
        """Agree on the page at ``address``; return what the browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == {"openid", "email", "profile"}
        said = {"nonce": asked["nonce"]} | claims
        return {
            "code": self.grant(asked["redirect_uri"], asked["code_challenge"], **said),
            "state": asked["state"],
        }

    def grant(self, redirect_uri: str, challenge: str = "", **claims: Any) -> str:
        """Return a code."""
        code = f"4/{len(self.codes)}-{len(self.asked)}"
        self.codes[code] = Promise(redirect_uri, challenge, claims)
        return code

    def redeemed(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer the token endpoint."""
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        promise = self.codes.pop(form.get("code", ""), None)
        proof = b64(sha256(form.get("code_verifier", "").encode()).digest())
        if (
            promise is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != promise.redirect_uri
            or (promise.challenge and proof != promise.challenge)
        ):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "unused", "id_token": self.token(**promise.claims)}

    def discovery(self) -> dict[str, str]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        } | self.metadata

    def jwks(self) -> dict[str, Any]:
        told = [
            RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            | {"kid": name, "use": "sig", "alg": "RS256"}
            for name, key in self.keys.items()
            if name in self.published
        ]
        odd: list[Any] = [{"kty": "EC", "kid": "odd"}, {"kty": "RSA", "kid": "broken"}, 7]
        return {"keys": odd + told}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/authorize":
            self._consent()
            return
        answers = {
            "/.well-known/openid-configuration": self.provider.discovery,
            "/keys": self.provider.jwks,
        }
        self._answer(path, 200, answers[path]() if path in answers else {})

    def _consent(self) -> None:
        """Agree for the person in front of the browser, and send it back."""
        brought = self.provider.consent(self.path)
        (back,) = parse_qs(urlsplit(self.path).query)["redirect_uri"]
        self.send_response(302)
        self.send_header("Location", f"{back}?{urlencode(brought)}")
        self.end_headers()

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["content-length"])).decode()
        form = {name: values[0] for name, values in parse_qs(text).items()}
        fault = self.provider.faults.get("/token")
        status, told = (200, {}) if fault else self.provider.redeemed(form)
        self._answer("/token", status, told)

    def _answer(self, path: str, status: int, told: object) -> None:
        self.provider.asked.append(path)
        fault = self.provider.faults.get(path, "")
        body = BODIES.get(fault, json.dumps(told).encode() + PADDING.get(fault, b""))
        if fault == "slow":
            self.provider.awake.wait(20)
        self.send_response({"500": 500, "redirect": 302}.get(fault, status))
        self.send_header("Content-Length", str(len(body)))
        if fault == "redirect":
            self.send_header("Location", f"{self.provider.issuer}/elsewhere")
        self.end_headers()
        pieces = [bytes([one]) for one in body] if fault == "drip" else [body]
        for piece in pieces:
            self.wfile.write(piece)
            self.provider.awake.wait(0.05 if fault == "drip" else 0)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers that left."""


@contextmanager
def serving(key: RSAPrivateKey) -> Generator[Provider]:
    """Serve a provider that signs with ``key``."""
    provider = Provider(keys={"first": key}, published={"first"})
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = _Server(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield provider
    finally:
        provider.awake.set()
        server.shutdown()
        server.server_close()
