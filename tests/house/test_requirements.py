"""The requirements files: complete, hashed, and silent about where packages come from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [
    "requirements.txt",
    "requirements-production.txt",
    "requirements/build.txt",
    "requirements/dev.txt",
    "requirements/fuzz.txt",
]
LINE = re.compile(
    r"([a-z0-9._-]+(\[[a-z,]+\])?==[^ ;\\]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?)"
)


@pytest.mark.parametrize("name", FILES)
def test_every_line_is_a_pinned_package_or_a_hash(name: str):
    lines = (ROOT / name).read_text().splitlines()

    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert lines


@pytest.mark.parametrize("name", FILES)
def test_every_package_has_a_hash(name: str):
    text = (ROOT / name).read_text()

    packages = re.split(r"\n(?=\S)", text.strip())
    assert [package for package in packages if "--hash=sha256:" not in package] == []


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0].lower() for line in requirements}


def pinned(name: str) -> set[str]:
    return names([line for line in (ROOT / name).read_text().splitlines() if "==" in line])


def test_what_the_project_asks_for_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    core = names(project["project"]["dependencies"])
    extras = names([r for rs in project["project"]["optional-dependencies"].values() for r in rs])

    assert core <= pinned("requirements.txt")
    assert core | extras <= pinned("requirements-production.txt")
    assert extras.isdisjoint(pinned("requirements.txt"))
    assert core | names(project["dependency-groups"]["dev"]) <= pinned("requirements/dev.txt")
    assert names(project["build-system"]["requires"]) <= pinned("requirements/build.txt")


def test_nothing_stops_uv_from_installing_with_hashes():
    uv = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]

    # uv takes them for requirements of its own, and then asks for their hashes.
    assert "constraint-dependencies" not in uv
