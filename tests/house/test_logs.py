"""The log of a process: one form for every line, and no line that is two."""

import json
import subprocess
import sys

SCRIPT = """
import logging, sys, structlog
from symposion import logs
logs.configure(sys.argv[1], debug=sys.argv[2] == 'debug')
log = structlog.get_logger('symposion.test')
with structlog.contextvars.bound_contextvars(request_id='r-1'):
    log.info('request', path='/a\\nb\\x1b[31m\\u2028', long='x' * 5000, status=200)
logging.getLogger('uvicorn.error').warning('from the server %s', 7)
logging.getLogger('uvicorn.access').info('127.0.0.1 GET /')
log.debug('quiet')
try:
    raise ValueError('no good')
except ValueError:
    log.exception('failed')
"""


def lines_of(style: str, level: str = "info") -> list[str]:
    command = [sys.executable, "-c", SCRIPT, style, level]
    ran = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert ran.stdout == b""
    return ran.stderr.decode().split("\n")[:-1]


def test_every_line_is_one_json_object_whoever_wrote_it():
    request, server, failure = map(json.loads, lines_of("json"))

    assert request["path"] == "/a\\nb\\x1b[31m\\u2028"
    assert len(request["long"]) == 1000
    assert (request["event"], request["request_id"], request["status"]) == ("request", "r-1", 200)
    assert (server["event"], server["level"], server["logger"]) == (
        "from the server 7", "warning", "uvicorn.error"
    )  # fmt: skip
    assert "request_id" not in server
    assert failure["exception"].endswith("ValueError: no good")
    assert all(line["timestamp"].endswith("Z") for line in (request, server, failure))


def test_lines_for_people_hold_the_same_and_no_colours_in_a_file():
    lines = lines_of("pretty")

    assert "status=200" in lines[0]
    assert "request_id=r-1" in lines[0]
    assert "\x1b" not in "".join(lines)
    assert lines[-1] == "ValueError: no good"


def test_debug_shows_more():
    assert [json.loads(line)["event"] for line in lines_of("json", "debug")] == [
        "request", "from the server 7", "quiet", "failed"
    ]  # fmt: skip
