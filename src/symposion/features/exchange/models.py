"""What goes in and out in files, and the note that makes an import whole or nothing."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Literal

from symposion.core.documents import Owned, Timestamp
from symposion.engine.persona import TRAITS
from symposion.features.agents.models import AgentDraft
from symposion.ports.store import Kind

ROWS_LIMIT = 5_000
"""Most rows of one file."""

TOLD_LIMIT = 100
"""Most errors, and most warnings, that a report lists; all are counted."""

PATIENCE = timedelta(minutes=1)
"""How long an import may take before it counts as dead."""

FIELDS = tuple(AgentDraft.model_fields)
"""What a row may say of an agent."""

COLUMNS = (*(name for name in FIELDS if name != "personality"), *TRAITS)
"""The columns of a table that we write; tables that we read may have ``personality``, too."""


class Format(StrEnum):
    """What agents are written as."""

    JSON = "json"
    CSV = "csv"
    CARD = "card"


class Duplicates(StrEnum):
    """What becomes of agents that are there already."""

    SKIP = "skip"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one field of one row.

    Attributes:
        line: Line of a table where the row begins, from 1; place in a list, from 0.
        field: Empty for the row as a whole.
        detail: The end of a sentence; it repeats nothing of the file.
    """

    line: int
    field: str
    detail: str


@dataclass(frozen=True, slots=True)
class Row:
    """One agent as a file tells it, not checked yet.

    Attributes:
        faults: What is wrong with its shape; a row with faults is bad.
    """

    line: int
    fields: dict[str, Any]
    faults: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows of a file; ``warnings`` are about the file as a whole."""

    rows: list[Row]
    warnings: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file as it came: ``charset`` is what its sender says of a table, or empty."""

    raw: bytes
    media: Literal["json", "csv", "png"]
    charset: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a file is to be taken.

    Attributes:
        dry_run: Only tell what would happen.
        skip_bad: Leave bad rows out; without it, one of them refuses the file.
    """

    dry_run: bool = False
    skip_bad: bool = False
    duplicates: Duplicates = Duplicates.SKIP


@dataclass(slots=True)
class Findings:
    """What a file holds, and what became of it.

    Attributes:
        drafts: The good rows, by their place among all rows, each a valid agent.
        duplicates: How many of the good rows are agents that are there already.
        imported: How many agents were written.
        room: How many more agents the caller could keep before the import.
    """

    rows: int
    drafts: dict[int, AgentDraft] = field(default_factory=dict[int, AgentDraft])
    bad: int = 0
    duplicates: int = 0
    imported: int = 0
    room: int = 0
    errors: list[Remark] = field(default_factory=list[Remark])
    warnings: list[Remark] = field(default_factory=list[Remark])


class Import(Owned):
    """Says that an import is under way: what it names is whole only when its state is "kept".

    Attributes:
        agents: The ids of all agents it writes.
        state: "undone" if somebody took its agents away before it was through.
        due_at: When whoever finds it may take it for dead.
    """

    agents: list[str]
    state: Literal["open", "kept", "undone"] = "open"
    due_at: Timestamp


IMPORTS = Kind("imports", Import, indexes=(("due_at",), ("user_id",)))
