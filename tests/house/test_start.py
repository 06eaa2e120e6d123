"""What a process loads before it is ready: a newcomer here costs everybody's time and memory."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

SERVER = {
    *(
        "annotated_doc",
        "annotated_types",
        "anyio",
        "click",
        "dotenv",
        "fastapi",
        "h11",
        "httptools",
    ),
    *("idna", "opentelemetry", "orjson", "pydantic", "pydantic_core", "pydantic_settings"),
    *("starlette", "structlog", "typing_extensions", "typing_inspection", "uuid_utils", "uvicorn"),
    *("pygments", "rich", "sniffio"),
    "email_validator",  # the framework loads it where it is installed
}
"""Packages of others that the server may load before its first request."""

COMMAND = {
    *("annotated_doc", "annotated_types", "click", "markdown_it", "mdurl", "orjson", "pydantic"),
    *("pydantic_core", "pygments", "rich", "shellingham", "typer", "typing_extensions"),
    *("typing_inspection", "uuid_utils"),
}
"""Packages of others that ``symposion --help`` may load."""

REPORT = r"""
import json, pathlib, re, resource, sys
used = resource.getrusage(resource.RUSAGE_SELF)
status = pathlib.Path('/proc/self/status')
peak = re.search(r'VmHWM:\s+(\d+) kB', status.read_text()) if status.exists() else None
homes = {name.split('.')[0]: module for name, module in list(sys.modules.items())}
print('\n' + json.dumps({
    'mb': int(peak[1]) / 1024 if peak else used.ru_maxrss / 2**20,
    'packages': sorted(
        name for name, module in homes.items()
        if 'site-packages' in (getattr(module, '__file__', None) or '') and name[0] != '_'
    ),
}))
"""
"""Prints peak megabytes (not those of the process that forked) and packages."""

STARTS = {
    "the server": (
        "import asyncio, uvicorn, server\n"
        "from uvicorn.protocols.http import httptools_impl\n"
        "from uvicorn.loops import asyncio as _\n"
        "async def open_and_close():\n"
        "    async with server.app.router.lifespan_context(server.app): pass\n"
        "asyncio.run(open_and_close())\n",
        SERVER,
        120,
    ),
    "symposion --help": (
        "import sys\nsys.argv = ['symposion', '--help']\n"
        "from symposion.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n",
        COMMAND,
        60,
    ),
}
BUILT = [name for name in STARTS if name == "the server" or find_spec("symposion.cli")]


@pytest.mark.parametrize("start", BUILT)
def test_a_start_is_small_and_loads_nothing_new(start: str, tmp_path: Path):
    code, allowed, megabytes = STARTS[start]

    report = report_of(code, tmp_path)

    newcomers = set(report["packages"]) - allowed - {"symposion"}
    assert newcomers == set(), f"{start} loads {newcomers}"
    assert report["mb"] <= megabytes


def report_of(code: str, folder: Path) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-c", code + REPORT],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "MODEL": "offline"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(ran.stdout.splitlines()[-1])
