"""The rules of the house that no type checker knows."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient

import symposion
from symposion import reference
from symposion.core.errors import DomainError
from symposion.core.version import VERSION
from symposion.policy import POLICIES

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "symposion"
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST_MODULE = 300

PUBLIC = {operation for operation, policy in POLICIES.items() if policy.public}
"""Every operation that needs no token, as the policy table says."""

BEYOND_THE_CONTRACT = {
    ("GET", "/agents/{agent_id}/style"),
    ("GET", "/admin/audit-log"),
    ("POST", "/agents/import"),
    ("GET", "/agents/export"),
    ("GET", "/api-keys"),
    ("POST", "/api-keys"),
    ("DELETE", "/api-keys/{key_id}"),
    ("DELETE", "/auth/account"),
    ("POST", "/auth/refresh"),
    ("POST", "/auth/refresh-token"),
    ("POST", "/auth/google/link"),
    ("DELETE", "/auth/google/link"),
    ("GET", "/auth/2fa"),
    ("GET", "/auth/2fa/setup"),
    ("POST", "/auth/2fa/setup"),
    ("POST", "/auth/2fa/confirm"),
    ("POST", "/auth/2fa/recovery-codes"),
    ("POST", "/auth/2fa/disable"),
    ("POST", "/auth/2fa/challenge"),
    ("GET", "/auth/sessions"),
    ("DELETE", "/auth/sessions/{session_id}"),
    ("GET", "/library/agents"),
    ("GET", "/library/agents/{library_id}"),
    ("POST", "/library/agents/{library_id}/add"),
    ("GET", "/library/sectors"),
    ("GET", "/library/search"),
    ("GET", "/library/panels"),
    ("GET", "/library/panels/{panel_id}"),
    ("POST", "/library/panels/{panel_id}/add"),
    ("GET", "/portraits/{portrait_id}"),
    ("POST", "/organizations"),
    ("GET", "/organizations"),
    ("POST", "/organizations/join"),
    ("GET", "/organizations/{organization_id}"),
    ("PUT", "/organizations/{organization_id}"),
    ("DELETE", "/organizations/{organization_id}"),
    ("GET", "/organizations/{organization_id}/members"),
    ("PUT", "/organizations/{organization_id}/members/{user_id}"),
    ("DELETE", "/organizations/{organization_id}/members/{user_id}"),
    ("POST", "/organizations/{organization_id}/leave"),
    ("POST", "/organizations/{organization_id}/transfer"),
    ("POST", "/organizations/{organization_id}/invitations"),
    ("GET", "/organizations/{organization_id}/invitations"),
    ("DELETE", "/organizations/{organization_id}/invitations/{invitation_id}"),
    ("POST", "/organizations/{organization_id}/agents"),
    ("GET", "/organizations/{organization_id}/agents"),
    ("GET", "/organizations/{organization_id}/agents/{agent_id}"),
    ("DELETE", "/organizations/{organization_id}/agents/{agent_id}"),
    ("POST", "/organizations/{organization_id}/agents/{agent_id}/copy"),
    ("POST", "/organizations/{organization_id}/simulations"),
    ("GET", "/organizations/{organization_id}/simulations"),
    ("GET", "/organizations/{organization_id}/simulations/{simulation_id}"),
    ("DELETE", "/organizations/{organization_id}/simulations/{simulation_id}"),
    ("GET", "/organizations/{organization_id}/simulations/{simulation_id}/conversations"),
}
"""Every route that exists under ``/api/v1`` only (HTTP contract 2.1)."""

SEES_EVERYONE = {
    "context.py",
    "features/accounts/admin.py",
    "features/accounts/identity.py",
    "features/accounts/refreshing.py",
    "features/accounts/service.py",
    "features/accounts/tickets.py",
    "features/audit/service.py",
    "features/organizations/door.py",
    "features/organizations/leaving.py",
    "features/organizations/people.py",
    "features/organizations/sharing.py",
    "features/exchange/keeping.py",
    "features/google/service.py",
    "features/personal_data/service.py",
    "features/portraits/budget.py",
    "features/portraits/service.py",
}
"""Every module that may reach documents without asking whose they are."""


def name(module: Path) -> str:
    return module.relative_to(SOURCE).as_posix()


def test_every_error_has_a_code_and_a_title_of_its_own():
    kinds = [kind for kind in reference.errors() if kind is not DomainError]

    codes = [kind.code for kind in kinds]
    assert {code for code in codes if codes.count(code) > 1} == set()
    assert [kind for kind in kinds if not {"title", "code"} <= vars(kind).keys()] == []
    assert [code for code in codes if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)] == []


def test_only_the_named_modules_look_at_everyones_documents():
    doors = re.compile(r"\.everyones\(|\.collection\(|\.seen_by\(")
    users = {name(m) for m in MODULES if doors.search(m.read_text())}

    assert {user for user in users if not user.startswith("adapters/")} == SEES_EVERYONE


def test_every_way_in_leads_past_the_second_factor():
    """Sessions are opened where accounts are made, and in ``enter``; nowhere else."""
    door = re.compile(r"identity\.admit\(")
    openers = {name(m): len(door.findall(m.read_text())) for m in MODULES}

    assert {m: n for m, n in openers.items() if n} == {"features/accounts/service.py": 3}


def test_no_module_grows_too_long():
    lengths = {name(m): len(m.read_text().splitlines()) for m in MODULES}

    assert {m: n for m, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_no_module_has_a_name_that_says_nothing():
    empty = {"utils", "helpers", "common", "constants", "misc"}

    assert [name(m) for m in MODULES if m.stem in empty or m.parent.name in empty] == []


def test_every_package_says_what_it_is_for():
    for package in SOURCE.rglob("__init__.py"):
        said = ast.get_docstring(ast.parse(package.read_text()))
        assert said, package
    folders = {m.parent for m in MODULES}
    assert [name(f) for f in folders if not (f / "__init__.py").exists()] == []


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    texts = [*MODULES, *(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "Makefile"]

    assert [str(t.relative_to(ROOT)) for t in texts if marks.search(t.read_text())] == []


def test_an_exemption_from_a_check_gives_its_reason():
    """The first of its code in a module does; those after it may leave it out."""
    marks = re.compile(
        r"#\s*(?:noqa: ([A-Z]+\d+)(?:, [A-Z]+\d+)*|(?:type|pyright): ignore\[([\w-]+)\])( - .+)?"
    )
    unexplained: list[str] = []
    for module in MODULES:
        explained: set[str] = set()
        for number, line in enumerate(module.read_text().splitlines(), 1):
            for code, rule, reason in marks.findall(line):
                explained |= {code or rule} if reason else set()
                if (code or rule) not in explained:
                    unexplained.append(f"{name(module)}:{number}")
    assert unexplained == []


def test_the_pages_made_from_code_are_up_to_date():
    stale = [
        path
        for path, text in reference.pages().items()
        if not (ROOT / path).exists() or (ROOT / path).read_text() != text
    ]
    assert stale == [], "run `make docs`"


def test_the_version_is_one_and_the_changelog_tells_of_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["version"] == VERSION == symposion.__version__
    assert f"## [{VERSION}]" in (ROOT / "CHANGELOG.md").read_text()


def routes(app: FastAPI) -> set[tuple[str, str]]:
    paths = app.openapi()["paths"]
    return {(method.upper(), path) for path, methods in paths.items() for method in methods}


async def test_every_route_that_is_not_public_asks_who_you_are(built: FastAPI, nobody: AsyncClient):
    found = routes(built)
    public = {(m, p) for m, p in found if (m, bare(p)) in PUBLIC}
    assert {(m, bare(p)) for m, p in public} == PUBLIC

    for method, path in sorted(found - public):
        answer = await nobody.request(method, f"http://house{path}", json={})
        assert answer.status_code == 403, (method, path)
        assert answer.json()["detail"] == "Not authenticated"
    for method, path in sorted(public):
        answer = await nobody.request(method, f"http://house{path}", json={})
        assert answer.status_code not in {401, 403, 500}, (method, path)


def bare(path: str) -> str:
    """Return ``path`` as its feature writes it."""
    return re.sub(r"^/api(/v1)?(?=/)", "", path)


def test_every_route_has_a_twin_under_the_other_prefix(built: FastAPI):
    found = {route for route in routes(built) if route[1].startswith("/api/")}
    versioned = {route for route in found if route[1].startswith("/api/v1/")}
    twins = {(m, p.replace("/api/v1/", "/api/")) for m, p in versioned}

    assert found - versioned == twins - {(m, f"/api{p}") for m, p in BEYOND_THE_CONTRACT}


@pytest.mark.parametrize("page", ["/docs", "/openapi.json"])
async def test_the_interactive_documentation_is_there(nobody: AsyncClient, page: str):
    assert (await nobody.get(f"http://house{page}")).status_code == 200


async def test_health_tells_the_version_and_the_time(nobody: AsyncClient):
    told = (await nobody.get("http://house/health")).json()

    assert set(told) == {"status", "timestamp", "version"}
    assert (told["status"], told["version"]) == ("healthy", "1.3.0")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", told["timestamp"])
