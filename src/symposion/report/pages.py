"""The pages of a run: Markdown, JSON and HTML, made from its log alone."""

from collections.abc import Sequence

import orjson

from symposion.core.errors import Invalid
from symposion.engine.log import as_dict, first_break
from symposion.ports.log import Event
from symposion.report.facts import gather
from symposion.report.rendering import html, markdown

PAGES = ("transcript.md", "transcript.json", "report.html")
FORMAT = "symposion.run"
VERSION = 1


class BrokenLog(Invalid):
    """The hash chain of a log is broken."""

    code = "broken-log"
    title = "The log of this run was changed."


def pages(events: Sequence[Event]) -> dict[str, bytes]:
    """Return the content of every page by file name; the same log gives the same bytes.

    Raises:
        BrokenLog: The log is not the one that was written.
    """
    broken = first_break(events)
    if broken:
        raise BrokenLog(f"Event {broken} does not follow from those before it.")
    facts = gather(events)
    contents = (markdown(facts).encode(), document(events), html(facts).encode())
    return dict(zip(PAGES, contents, strict=True))


def document(events: Sequence[Event]) -> bytes:
    """Return the whole log as one JSON document: format, version, run_id, events."""
    told = {
        "format": FORMAT,
        "version": VERSION,
        "run_id": events[0].run_id,
        "events": [as_dict(event) for event in events],
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)
