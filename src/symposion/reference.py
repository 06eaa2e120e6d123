"""The pages of the documentation that are made from code: ``python -m symposion.reference``.

``tests/house`` compares them with what lies in the repository.
"""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

import symposion
from symposion.core.errors import DomainError
from symposion.features.catalogue import balance
from symposion.features.catalogue.shelf import shelf
from symposion.policy import POLICIES
from symposion.settings import Settings
from symposion.web.problems import status_of
from symposion.web.rates import Rate

_MADE = "made by `make docs` from {}; do not edit"


def pages() -> dict[str, str]:
    """Return the text of every page that is made from code, by its path in the repository."""
    return {
        ".env.example": env_example(),
        "docs/settings.md": settings_page(),
        "docs/errors.md": errors_page(),
        "docs/library.md": library_page(),
    }


def env_example() -> str:
    """Return a file of settings to copy to ``.env``; secrets are empty in it."""
    lines = [
        "# Settings of Symposion: copy to .env and edit. An empty value means the default.",
        "",
    ]
    for name, field in Settings.model_fields.items():
        lines += [f"# {_plain(field)}", f"{name.upper()}={_default(field)}", ""]
    return "\n".join(lines)


def settings_page() -> str:
    """Return the table of settings."""
    rows = [
        f"| `{name.upper()}` | {_values(field)} | {_shown(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        (
            "# Settings",
            "",
            f"({_MADE.format('the settings class')})",
            "",
            "Each setting is one environment variable, or a line of a file `.env` in the working",
            "directory. An empty value means the default. A setting that makes no sense ends the",
            "start with exit code 2 and one sentence that names it; its value is never repeated.",
            "",
            "| Setting | Values | Default | Meaning |",
            "|---|---|---|---|",
            *rows,
            "",
            "## Rates",
            "",
            "So many requests are let in for each purpose, in any stretch of so many seconds; an",
            "answer 429 says in `Retry-After` when the next place is free. `RATES` changes them:",
            "one setting, so that a purpose that is new needs no name of its own.",
            "",
            "| Purpose | Requests / seconds | Of one |",
            "|---|---|---|",
            *(f"| `{r.purpose}` | `{r.amount}/{r.seconds}` | {_WHOSE[r.per]} |" for r in _rates()),
            "",
        )
    )


_WHOSE = {"caller": "user, else address", "address": "address", "email": "account"}


def _rates() -> list[Rate]:
    """Return all rates of the policy table by purpose."""
    found = {rate for policy in POLICIES.values() for rate in policy.all_rates}
    return sorted(found, key=lambda rate: rate.purpose)


def errors_page() -> str:
    """Return the table of all problems."""
    told = sorted((status_of(kind), kind.code, kind) for kind in errors())
    rows = [
        f"| {status} | `{code}` | {kind.title} | {_meaning(kind)} |" for status, code, kind in told
    ]
    return "\n".join(
        (
            "# Errors",
            "",
            f"({_MADE.format('the error classes')})",
            "",
            "Every error is `application/problem+json` (RFC 9457): `type` (`/problems/CODE`),",
            "`title`, `status`, `code`, `detail`, `error` (the same text as `detail`) and",
            "`request_id`. `detail` is always one sentence. A refused body adds up to 20",
            "`errors`, each `{pointer, detail}`. `Retry-After` says when to try again.",
            "",
            "| Status | Code | Title | When |",
            "|---|---|---|---|",
            *rows,
            "",
        )
    )


def library_page() -> str:
    """Return what the library holds, and how even it is."""
    books = shelf()
    agents, sectors = list(books.agents.values()), books.sectors.values()
    return "\n".join(
        (
            "# The library",
            "",
            f"({_MADE.format('the data of the library')})",
            "",
            f"{len(agents)} ready-made agents in {len(sectors)} sectors, and {len(books.panels)}",
            "panels of them for typical questions; all made up, the same for everybody, and never",
            "changed by anybody. `GET /api/v1/library/agents`, `/sectors` and `/panels` show them,",
            "`GET /api/v1/library/search?q=` looks in them and in your own agents at once, and",
            "`POST /api/v1/library/agents/ID/add` or `/panels/ID/add` makes them yours. The data",
            "lies in `src/symposion/features/catalogue/data`.",
            "",
            "## Panels",
            "",
            "| Id | Panel | Question | Who |",
            "|---|---|---|---|",
            *(
                f"| `{p.id}` | {p.name} | {p.question} | "
                f"{', '.join(books.agents[m.agent_id].name for m in p.members)} |"
                for p in books.panels.values()
            ),
            "",
            "## Balance",
            "",
            "Who somebody is must not tell what they do. The tests hold: no sentence occurs twice;",
            f"trait means of she and he differ by at most {balance.TRAIT_GAP}, the shares of",
            f"leaders by at most {balance.LEADERS_GAP:.2f}; and no association with pronouns or",
            f"region is one that chance alone makes with p < {balance.CHANCE} (sorts: Pearson's",
            "chi-squared; traits: equal means). A high p is what an even library has.",
            "",
            *balance.tables(agents, {sector.id: sector.name for sector in sectors}),
            "",
        )
    )


def errors() -> Iterator[type[DomainError]]:
    """Yield every error a caller may be told, families included."""
    for module in walk_packages(symposion.__path__, "symposion."):
        import_module(module.name)
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind.__module__.startswith("symposion."):
            yield kind


def _meaning(kind: type[DomainError]) -> str:
    return (kind.__doc__ or "").partition("\n")[0]


def _plain(field: FieldInfo) -> str:
    return (field.description or "").replace("`", "")


def _values(field: FieldInfo) -> str:
    kind = field.annotation
    if get_origin(kind) is Literal:
        return " or ".join(f"`{value}`" for value in get_args(kind))
    names: dict[object, str] = {
        str: "text",
        int: "integer",
        bool: "`true` or `false`",
        bool | None: "`true` or `false`",
        Path: "path",
        SecretStr: "secret",
    }
    return names.get(kind, "list")


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or isinstance(value, SecretStr):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, tuple) else str(value)


def _shown(field: FieldInfo) -> str:
    text = _default(field)
    return f"`{text}`" if text else "empty"


def main() -> None:
    """Write all pages into the working directory."""
    for path, text in pages().items():
        Path(path).write_text(text)


if __name__ == "__main__":
    main()
