"""The least a conversation engine can do, in plain Python: the floor that ours is measured against.

Round robin, a prompt of the last 12 turns, a trigram check against the last 20, one JSON event a
turn, written to SQLite 20 at a time. No memory, stance, reading, moves, budget or crash safety.
"""

import json
import sqlite3
from collections import deque
from collections.abc import Callable

BATCH = 20
"""Events written at a time."""


class FloorEngine:
    """A minimal complete engine.

    Args:
        names: Who takes turns.
        write: The model: from a prompt to a reply.
    """

    def __init__(self, names: list[str], write: Callable[[str], str]) -> None:
        self._names = names
        self._write = write
        self._window: deque[tuple[str, str]] = deque(maxlen=12)
        self._marks: deque[frozenset[tuple[str, ...]]] = deque(maxlen=20)
        self._pending: list[tuple[int, str]] = []
        self._db = sqlite3.connect(":memory:")
        self._db.execute("create table event (seq integer primary key, body text)")
        self._turn = 0

    def turn(self) -> None:
        """Take one turn."""
        self._turn += 1
        name = self._names[self._turn % len(self._names)]
        said = "\n".join(f"{who}: {text}" for who, text in self._window)
        text = self._write(f"You are {name}.\n{said}\nYour turn.")
        words = text.lower().split()
        marks = frozenset(zip(words, words[1:], words[2:], strict=False))
        alike = max((len(marks & m) / len(marks | m) for m in self._marks), default=0.0)
        self._marks.append(marks)
        self._window.append((name, text))
        event = {"turn": self._turn, "speaker": name, "text": text, "alike": round(alike, 4)}
        self._pending.append((self._turn, json.dumps(event)))
        if len(self._pending) == BATCH:
            with self._db:
                self._db.executemany("insert into event values (?, ?)", self._pending)
            self._pending.clear()
