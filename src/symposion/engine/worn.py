"""Phrases that wore out: runs of five words said by two people, or three times."""

from array import array
from collections import deque
from collections.abc import Sequence
from zlib import crc32

SIZE = 5
KEPT_TURNS = 40
"""As many as the repetition guard compares with."""
SHOWN = 12


class WornPhrases:
    """Counts five-word runs over the last `KEPT_TURNS` turns; about 150 bytes a run."""

    __slots__ = ("_alone", "_speakers", "_turns", "_worn")

    def __init__(self) -> None:
        self._turns: deque[tuple[str, array[int]]] = deque()
        self._speakers: dict[int, tuple[str, ...]] = {}
        self._alone: dict[str, tuple[str, ...]] = {}
        self._worn: dict[str, int] = {}

    def add(self, words: Sequence[str], speaker_id: str, seq: int = 0) -> None:
        """Count the runs of one turn that everybody heard, said by event ``seq``."""
        marks = array("I")
        alone = self._alone.setdefault(speaker_id, (speaker_id,))
        for i in range(len(words) - SIZE + 1):
            phrase = " ".join(words[i : i + SIZE])
            mark = crc32(phrase.encode())
            marks.append(mark)
            before = self._speakers.get(mark)
            speakers = self._speakers[mark] = (*before, speaker_id) if before else alone
            if len(speakers) > 2 or len(set(speakers)) > 1:
                self._wear(phrase, seq)
        self._turns.append((speaker_id, marks))
        if len(self._turns) > KEPT_TURNS:
            self._drop(*self._turns.popleft())

    def _wear(self, phrase: str, seq: int) -> None:
        self._worn[phrase] = seq
        if len(self._worn) > SHOWN:
            del self._worn[next(iter(self._worn))]

    def _drop(self, speaker_id: str, marks: "array[int]") -> None:
        for mark in marks:
            left = list(self._speakers.pop(mark))
            left.remove(speaker_id)
            if left:
                self._speakers[mark] = tuple(left)

    def phrases(self, since: int = 0) -> tuple[str, ...]:
        """Return phrases that were worn, or said again, after event ``since``; at most `SHOWN`."""
        return tuple(phrase for phrase, seq in self._worn.items() if seq > since)
