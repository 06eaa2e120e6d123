"""For gunicorn: ``gunicorn -k symposion.web.worker.Worker server:app`` has the same hard shell."""

from typing import Any, ClassVar

from uvicorn_worker import UvicornWorker  # pyright: ignore[reportMissingTypeStubs] - it has none


class Worker(UvicornWorker):
    """uvicorn's worker with our protocol, believing no forwarded address but by our setting."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {  # pyright: ignore[reportIncompatibleVariableOverride] - as it is used
        "loop": "auto",
        "http": "symposion.web.protocol:HardProtocol",
        "proxy_headers": False,
        "log_config": None,
    }
