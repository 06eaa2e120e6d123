"""How a speaker strings sentences together: joined or apart, with fond turns of phrase.

Joining meets the speaker's words per sentence; what joins, leads and trails is the voice's own, so
that two speakers of equal traits can be told apart by how they talk and not only by what about.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from symposion.engine.offline.dealing import Deal
from symposion.engine.offline.pack import Pack, Voice, pack
from symposion.engine.offline.sentences import tidy

FOND: Final = 0.75
"""Share of the first chances in a turn to lead, and to trail, with a turn of phrase."""
_JOINED_AT_MOST: Final = 1.7
_SPLIT: Final = re.compile(r"(?<=[.?!])\s+(?=\S)")
_FEWEST: Final = 4
"""Words a sentence must have to bear a turn of phrase."""


class Manner:
    """The manner of one speaker in one turn; ``lower`` makes a sentence fit to follow a word."""

    def __init__(
        self, voice: Voice, deal: Deal, known: Pack, tag: str, lower: Callable[[str], str]
    ) -> None:
        self._voice, self._deal, self._tag, self._lower = voice, deal, tag, lower
        self._led = self._trailed = False
        self._linking = _linking(known.language)

    def strung(self, lines: Sequence[str], firm: Sequence[str], words: float) -> list[str]:
        """Return the sentences of ``lines``, joined towards ``words`` words each, in this manner.

        Lines in ``firm``, which promise something, stay as they are.
        """
        whole: list[str] = []
        apart: list[str] = []
        for line in (*lines, ""):
            if line and line not in firm:
                apart.extend(_SPLIT.split(line))
                continue
            dressed = self._joined(apart, words)
            whole.extend(self._dressed(s, len(whole) + i) for i, s in enumerate(dressed))
            whole.extend([line] if line else [])
            apart = []
        return whole

    def _joined(self, apart: Sequence[str], words: float) -> list[str]:
        whole: list[str] = []
        for sentence in apart:
            last = whole[-1] if whole else ""
            long = _size(last) + _size(sentence)
            if last and _size(last) < words and long <= words * _JOINED_AT_MOST:
                link = self._link(last, sentence)
                if link:
                    whole[-1] = f"{last[:-1]}{link}{self._lower(sentence)}"
                    continue
            whole.append(sentence)
        return whole

    def _link(self, left: str, right: str) -> str:
        """Return what joins the two sentences; "" where they must stay apart."""
        if not left.endswith(".") or right[0] in '“"' or right.endswith("!") or "?" in right:
            return ""
        if _size(left) < _FEWEST or _size(right) < _FEWEST:
            return ""
        if left.count(":") and right.count(":"):
            return ""
        if right.split(" ", maxsplit=1)[0].strip(",:").casefold() in self._linking:
            return "; "
        return "; " if right.endswith("?") else self._variant("join")

    def _dressed(self, sentence: str, place: int) -> str:
        if _size(sentence) < _FEWEST or sentence[0] in '“"':
            return sentence
        first = sentence.split(" ", maxsplit=1)[0].strip(",:").casefold()
        if not self._led and place and first not in self._linking and self._is_fond("lead", place):
            self._led = True
            return tidy(f"{self._variant('lead')} {self._lower(sentence)}")
        ends = sentence.endswith(".") and not sentence.endswith(("…", "”."))
        if ends and not self._trailed and self._is_fond("tag", place):
            self._trailed = True
            return f"{sentence[:-1]}, {self._variant('tag')}."
        return sentence

    def _is_fond(self, slot: str, place: int) -> bool:
        return self._deal.number("fond", slot, place) < FOND

    def _variant(self, slot: str) -> str:
        variants = self._voice.slots[slot]
        name = f"{self._tag}{slot}"
        self._deal.take(name)
        return variants[self._deal.count(name) % len(variants)]


def _size(text: str) -> int:
    return text.count(" ") + 1 if text else 0


@cache
def _linking(language: str) -> frozenset[str]:
    """Return the first words of all that voices use to link one sentence to the last."""
    return frozenset(
        variant.split(" ")[0].strip(",:")
        for voice in pack(language).voices
        for slot in ("But", "So", "And", "see", "mark", "lead", "hedge")
        for variant in voice.slots[slot]
    )
