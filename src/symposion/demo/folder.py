"""The folder a run is kept in: whose it is, and what is written there."""

import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from symposion.core.errors import DomainError
from symposion.demo.inputs import BadInput
from symposion.engine.log import Draft, canonical, first_break
from symposion.ports.log import Event

LOG = "log.jsonl"


class CannotWrite(DomainError):
    """A page cannot be written; the log is safe."""

    code = "cannot-write"
    title = "The pages of the run cannot be written."


def run_name(founding: Sequence[Draft]) -> str:
    """Return the id of the run that begins with these events: the same input, the same id."""
    told = canonical({"founding": [[draft.type, draft.payload] for draft in founding]})
    return f"demo-{sha256(told).hexdigest()[:20]}"


def check_place(folder: Path, pages: Sequence[str]) -> None:
    """Check that a run may be kept in ``folder``; nothing is made yet.

    Args:
        folder: Need not exist.
        pages: Names of the files that will be written when the run has ended.

    Raises:
        BadInput: It is a file, cannot be written, or holds pages that no log here explains.
    """
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder} is a file, not a folder to write to.")
    existing = next((p for p in (folder, *folder.absolute().parents) if p.exists()), folder)
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise BadInput(f"The folder {folder} cannot be written.")
    strange = next((name for name in pages if (folder / name).exists()), None)
    if strange is not None and not (folder / LOG).exists():
        raise BadInput(f"{folder} holds a {strange} but no {LOG}; please choose another folder.")


def make(folder: Path) -> None:
    """Make ``folder`` and those above it. Raises `BadInput` if the system refuses."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"The folder {folder} cannot be made: {_why(error)}.") from None


def check_same_run(folder: Path, events: Sequence[Event], founding: Sequence[Draft]) -> None:
    """Check that the log in ``folder`` is whole and belongs to this very run.

    Raises:
        BadInput: It was changed, or holds another run; the sentence says what differs.
    """
    broken = first_break(events)
    if broken:
        raise BadInput(f"{folder / LOG} was changed: event {broken} does not follow from the rest.")
    if not events or events[0].run_id == run_name(founding):
        return
    differs = _differences(events, founding) or ["another version of the engine"]
    raise BadInput(
        f"{folder} holds another run ({', '.join(differs)}); "
        "choose another folder or repeat its own command."
    )


def _differences(events: Sequence[Event], founding: Sequence[Draft]) -> list[str]:
    old, new = _input(events), _input(founding)
    return [f"another {what}" for what in new if old.get(what) != new[what]]


def _input(told: Sequence[Event] | Sequence[Draft]) -> dict[str, Any]:
    """Return what a run was asked to be, from its first events or the drafts of them."""
    created = told[0].payload
    scenario = next((e.payload["scenario"] for e in told if e.type == "scenario.set"), None)
    agents = {
        e.payload["agent"]["id"]: e.payload["agent"] for e in told if e.type == "agent.joined"
    }
    return {
        "scenario": scenario and (scenario["text"], scenario["name"]),
        "cast": canonical({"agents": list(agents.values())}),
        "seed": created["seed"],
        "number of turns": created["settings"]["turns"],
        "model": created["model"],
    }


def write_all(folder: Path, pages: Mapping[str, bytes]) -> list[Path]:
    """Write ``pages`` by name, each whole or not at all, and return their paths.

    Raises:
        CannotWrite: The system refuses.
    """
    return [_write(folder / name, content) for name, content in pages.items()]


def _write(place: Path, content: bytes) -> Path:
    draft = place.with_name(f".{place.name}.part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CannotWrite(f"{place} cannot be written: {_why(error)}.") from None
    return place


def _why(error: OSError) -> str:
    return (error.strerror or "the system refuses").lower()
