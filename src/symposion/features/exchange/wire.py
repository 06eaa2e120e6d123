"""Imports as they are told."""

from typing import Self

from pydantic import BaseModel

from symposion.features.exchange.models import Findings


class Remark(BaseModel):
    """Something about one field of one row.

    Attributes:
        line: Line of a table where the row begins, from 1; place in a list, from 0.
        field: Empty for the row as a whole.
    """

    line: int
    field: str
    detail: str


class Report(BaseModel):
    """What a file holds, and what became of it: each row is good or bad.

    Attributes:
        duplicates: Good rows that are agents which are there, or stand in the file, already.
        imported: Agents that were written; none in a dry run.
        new: Agents that are, or would be, written.
        room: Agents that could be kept before the import.
        errors, warnings: The first 100 of each.
    """

    dry_run: bool
    rows: int
    good: int
    bad: int
    duplicates: int
    new: int
    imported: int
    room: int
    errors: list[Remark]
    warnings: list[Remark]

    @classmethod
    def of(cls, found: Findings, *, dry_run: bool) -> Self:
        """Return what is told of ``found``."""
        return cls(
            dry_run=dry_run,
            rows=found.rows,
            good=found.rows - found.bad,
            bad=found.bad,
            duplicates=found.duplicates,
            new=len(found.drafts),
            imported=found.imported,
            room=found.room,
            errors=[Remark.model_validate(e, from_attributes=True) for e in found.errors],
            warnings=[Remark.model_validate(w, from_attributes=True) for w in found.warnings],
        )
