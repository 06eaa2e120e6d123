"""The questions a scenario puts on the table."""

from symposion.ports.brief import Issue


def issues_of(text: str, language: str, limit: int = 5) -> tuple[Issue, ...]:
    """Return 1 to ``limit`` questions that ``text`` puts on the table, most central first."""
    del language, limit
    return (Issue("i1", text[:100], ()),)
