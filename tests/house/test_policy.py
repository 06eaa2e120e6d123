"""The policy table: complete, without leftovers, and true of the routes it speaks of."""

from collections import Counter

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from served import served
from visitors import client

from symposion.app import create_app
from symposion.context import Ports
from symposion.policy import POLICIES
from symposion.web.gate import Gate
from symposion.web.policy import Operation, Policies, Policy
from symposion.web.rates import READS
from symposion.web.routing import is_signed, room


def missing(app: FastAPI, policies: Policies) -> set[Operation]:
    return {operation for operation, _, _ in served(app)} - set(policies)


def twice(app: FastAPI) -> list[tuple[str, str]]:
    """Return what is served more than once, whatever the names of the parameters."""
    found = Counter((operation[0], shape(path)) for operation, path, _ in served(app))
    return [place for place, times in found.items() if times > 1]


def shape(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def shadowed(app: FastAPI) -> list[tuple[str, str]]:
    """Return every path without parameters that stands after one whose parameter swallows it."""
    earlier: list[tuple[str, list[str]]] = []
    found: list[tuple[str, str]] = []
    for (method, _), path, _ in served(app):
        parts = path.split("/")
        if any(method == before and swallows(taken, parts) for before, taken in earlier):
            found.append((method, path))
        earlier.append((method, parts))
    return found


def swallows(taken: list[str], parts: list[str]) -> bool:
    return taken != parts and len(taken) == len(parts) and all(
        one == other or (one.startswith("{") and not other.startswith("{"))
        for one, other in zip(taken, parts, strict=True)
    )  # fmt: skip


def test_every_route_has_a_row_and_every_row_a_route(built: FastAPI):
    found = {operation for operation, _, _ in served(built)}

    assert found == set(POLICIES)


def test_no_method_and_path_is_served_twice_or_hidden(built: FastAPI):
    assert twice(built) == []
    assert shadowed(built) == []


def test_routes_that_are_missing_doubled_or_hidden_are_found():
    app = FastAPI()
    rooms = room("/things", "things")
    for path in ("/{id}", "/all", "/{name}"):
        rooms.get(path)(answer)
    app.include_router(rooms)

    assert missing(app, {("GET", "/things/{id}"): Policy((READS,))}) == {
        ("GET", "/things/all"), ("GET", "/things/{name}")
    }  # fmt: skip
    assert twice(app) == [("GET", "/things/{}")]
    assert shadowed(app) == [("GET", "/things/all")]


async def answer() -> str:
    return "answered"


async def test_a_route_without_a_row_is_not_served(ports: Ports):
    app = create_app(ports)
    rooms = room("/forgotten", "forgotten")
    rooms.get("")(answer)
    app.include_router(rooms)
    async with client(app) as nobody:
        denied = await nobody.get("http://house/forgotten")
        app.state.gate = Gate({("GET", "/forgotten"): Policy((READS,))})
        served_now = await nobody.get("http://house/forgotten")

    assert denied.status_code == 500
    assert "answered" not in denied.text
    assert served_now.json() == "answered"


def test_the_table_says_which_routes_are_public(built: FastAPI):
    for operation, _, route in served(built):
        assert POLICIES[operation].public == (not is_signed(route.dependant)), operation


KEYLESS = {
    ("POST", "/auth/register"),  # the unique address decides; the answer holds a token
    ("POST", "/auth/login"),
    ("POST", "/auth/test-login"),
    ("POST", "/auth/logout"),  # twice is once
    ("POST", "/auth/refresh-token"),  # the answer holds a token; asked again, it gives another
    ("POST", "/auth/refresh"),  # the answer holds tokens; the time of grace is for answers lost
    ("POST", "/auth/enable-2fa"),  # the answer holds a secret; asked again, it gives another
    ("POST", "/auth/2fa/setup"),  # the answers hold recovery codes, or a token
    ("POST", "/auth/2fa/confirm"),
    ("POST", "/auth/2fa/recovery-codes"),
    ("POST", "/auth/2fa/challenge"),
    ("POST", "/auth/google"),
    ("POST", "/auth/google/callback"),
    ("POST", "/auth/2fa/disable"),  # no fast hash of a password is kept, and twice is once
    ("POST", "/auth/google/link"),
    ("POST", "/api-keys"),  # the answer holds the key, this once
    ("POST", "/organizations/join"),  # twice is once
    ("POST", "/organizations/{organization_id}/invitations"),  # the answer holds a token
}
"""What is posted and takes no idempotency key: the answer holds a secret, or twice is once."""


def test_what_is_posted_takes_an_idempotency_key():
    posts = {operation for operation in POLICIES if operation[0] == "POST"}

    assert {operation for operation in posts if not POLICIES[operation].key} == KEYLESS
    assert {operation for operation, row in POLICIES.items() if row.key} <= posts
    assert [operation for operation, row in POLICIES.items() if row.key and row.public] == []


def takes_ids(dependant: Dependant) -> bool:
    return bool(dependant.path_params)


def test_what_takes_an_id_answers_strangers_with_404(built: FastAPI):
    for operation, _, route in served(built):
        if takes_ids(route.dependant):
            assert POLICIES[operation].foreign == 404, operation


def test_what_is_paid_for_is_counted_apart():
    for operation, policy in POLICIES.items():
        purposes = {rate.purpose for rate in policy.rates}
        assert ("spending" in purposes) == (policy.spends not in {"", "bcrypt", "cpu"}), operation
        assert ("reads" in purposes) <= (operation[0] == "GET"), operation
        assert purposes or operation == ("GET", "/health")
