"""How the process writes its log: structured lines on standard error, one per event.

The framework's and the server's own lines take the same way, so that every line of a process has
one form. A line never holds a token, a password or what people wrote; long values are cut, and
control characters cannot start a line of their own.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import orjson
import structlog
from structlog.typing import EventDict, Processor

VALUE_LIMIT = 1_000
"""Longest text value of a line, in characters (reliability design R5 "Logs")."""

TRACE_LIMIT = 8_000
"""Longest traceback of a line, in characters; its end is what is kept."""


def configure(style: Literal["json", "pretty"], *, debug: bool = False) -> None:
    """Write this process's log in ``style``, from DEBUG on or else from INFO on."""
    level = logging.DEBUG if debug else logging.INFO
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _bounded,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(style),
            ],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    _adopt_the_servers_loggers()


def _adopt_the_servers_loggers() -> None:
    """Send the server's lines through the root; its access log repeats ours and is dropped."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = name != "uvicorn.access"


def _renderer(style: Literal["json", "pretty"]) -> Processor:
    if style == "pretty":
        return structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    return _as_json


def _as_json(_: Any, __: str, event: EventDict) -> str:  # noqa: ANN401 - structlog's own signature
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()


def _bounded(_: Any, __: str, event: EventDict) -> MutableMapping[str, Any]:  # noqa: ANN401 - as above
    """Cut long values; spell out control characters, which a terminal would obey."""
    for key, value in event.items():
        if key == "exception":
            event[key] = str(value)[-TRACE_LIMIT:]
        elif isinstance(value, str):
            text = value[:VALUE_LIMIT].encode("utf-8", "backslashreplace").decode()
            event[key] = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return event
