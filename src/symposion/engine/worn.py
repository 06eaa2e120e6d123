"""Phrases that wore out: runs of five words said by two people, or three times."""

from collections import deque
from collections.abc import Sequence
from zlib import crc32

SIZE = 5
KEPT_TURNS = 60
SHOWN = 12


class WornPhrases:
    """Counts five-word runs over the last `KEPT_TURNS` turns; bounded memory."""

    __slots__ = ("_counts", "_turns", "_worn")

    def __init__(self) -> None:
        self._turns: deque[list[tuple[int, str]]] = deque()
        self._counts: dict[int, list[str]] = {}
        self._worn: dict[str, int] = {}

    def add(self, words: Sequence[str], speaker_id: str, seq: int = 0) -> None:
        """Count the runs of one turn that everybody heard, said by event ``seq``."""
        marks: list[tuple[int, str]] = []
        for i in range(len(words) - SIZE + 1):
            phrase = " ".join(words[i : i + SIZE])
            mark = crc32(phrase.encode())
            marks.append((mark, speaker_id))
            speakers = self._counts.setdefault(mark, [])
            speakers.append(speaker_id)
            if len(speakers) > 2 or len(set(speakers)) > 1:
                self._wear(phrase, seq)
        self._turns.append(marks)
        if len(self._turns) > KEPT_TURNS:
            self._drop(self._turns.popleft())

    def _wear(self, phrase: str, seq: int) -> None:
        self._worn[phrase] = seq
        if len(self._worn) > SHOWN:
            del self._worn[next(iter(self._worn))]

    def _drop(self, marks: list[tuple[int, str]]) -> None:
        for mark, speaker in marks:
            speakers = self._counts[mark]
            speakers.remove(speaker)
            if not speakers:
                del self._counts[mark]

    def phrases(self, since: int = 0) -> tuple[str, ...]:
        """Return phrases that were worn, or said again, after event ``since``; at most `SHOWN`."""
        return tuple(phrase for phrase, seq in self._worn.items() if seq > since)
