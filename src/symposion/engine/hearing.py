"""What a text is to a room: its words, and what it does. Read once, for the guard and for the turn.

The guard looks at a draft that becomes a turn moments later; both ask here. Nothing but the cost
depends on what is remembered.
"""

from collections.abc import Mapping
from functools import lru_cache

from symposion.engine.reading import Reading, read
from symposion.engine.text import Words, analyse

_KEPT = 16


@lru_cache(maxsize=_KEPT)
def words_in(text: str, names: frozenset[str], language: str) -> Words:
    """Return ``text`` ready to be compared; see `analyse`."""
    return analyse(text, names, language)


def reading_of(text: str, speaker_id: str, people: Mapping[str, str], language: str) -> Reading:
    """Return what ``text`` does; see `read`."""
    return _read(text, speaker_id, tuple(people.items()), language)


@lru_cache(maxsize=_KEPT)
def _read(
    text: str, speaker_id: str, people: tuple[tuple[str, str], ...], language: str
) -> Reading:
    return read(text, speaker_id, dict(people), language)
