"""The application for servers that are given a module: ``uvicorn server:app --port 8001``."""

from symposion.server import build_or_exit

app = build_or_exit()
