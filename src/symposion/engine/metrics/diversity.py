"""How much a session says in how many words: distinct-2, compression, self-BLEU, reuse."""

import math
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from symposion.engine.metrics.session import Session
from symposion.engine.text import ngrams

WINDOW = 1500
STEP = 500
BLEU_TURNS = 20
_SMALLEST = 1e-9


def windows(words: Sequence[str]) -> list[Sequence[str]]:
    """Return the windows of `WINDOW` tokens, `STEP` apart; none if there are fewer tokens."""
    return [words[i : i + WINDOW] for i in range(0, len(words) - WINDOW + 1, STEP)]


def distinct2(words: Sequence[str]) -> float | None:
    """Return unique over all bigrams."""
    bigrams = list(pairwise(words))
    return len(set(bigrams)) / len(bigrams) if bigrams else None


def compression(words: Sequence[str]) -> float | None:
    """Return raw over gzip bytes of the tokens joined by a space (level 9, no time stamp)."""
    raw = " ".join(words).encode()
    return len(raw) / len(zlib.compress(raw, 9, wbits=31)) if raw else None


def distinct2_worst(session: Session) -> float | None:
    """Return distinct-2 of the worst window."""
    found = [distinct2(window) for window in windows(session.stream)]
    return min((value for value in found if value is not None), default=None)


def distinct2_first(session: Session) -> float | None:
    """Return distinct-2 of the first window; blind to a late collapse."""
    first = windows(session.stream)[:1]
    return distinct2(first[0]) if first else None


def compression_worst(session: Session) -> float | None:
    """Return compression of the window that compresses best."""
    found = [compression(window) for window in windows(session.stream)]
    return max((value for value in found if value is not None), default=None)


def compression_whole(session: Session) -> float | None:
    """Return compression of the whole session; grows with its length."""
    return compression(session.stream)


def self_bleu4(session: Session) -> float | None:
    """Return the mean BLEU-4 of the first 20 turns, each against the 19 others."""
    turns = [turn for turn in session.tokens[:BLEU_TURNS] if turn]
    if len(turns) < BLEU_TURNS:
        return None
    counts = [[Counter(ngrams(turn, size)) for turn in turns] for size in range(1, 5)]
    tops = [_top_two(each) for each in counts]
    return sum(_bleu(i, turns, counts, tops) for i in range(len(turns))) / len(turns)


_Grams = Counter[tuple[str, ...]]
_Tops = dict[tuple[str, ...], tuple[int, int, int]]


def _top_two(counts: Sequence[_Grams]) -> _Tops:
    """Return for each n-gram its highest count, the turn that holds it, and the next highest."""
    tops: _Tops = {}
    for turn, grams in enumerate(counts):
        for gram, count in grams.items():
            best, holder, second = tops.get(gram, (0, -1, 0))
            if count > best:
                tops[gram] = (count, turn, best)
            elif count > second:
                tops[gram] = (best, holder, count)
    return tops


def _bleu(
    turn: int,
    turns: Sequence[Sequence[str]],
    counts: Sequence[Sequence[_Grams]],
    tops: Sequence[_Tops],
) -> float:
    total = 0.0
    for grams, top in zip(counts, tops, strict=True):
        matched = sum(min(n, _elsewhere(top[g], turn)) for g, n in grams[turn].items())
        share = matched / sum(grams[turn].values()) if grams[turn] else 0.0
        total += math.log(max(share, _SMALLEST))
    length = len(turns[turn])
    nearest = min(
        (len(other) for i, other in enumerate(turns) if i != turn),
        key=lambda other: (abs(other - length), other),
    )
    return min(1.0, math.exp(1 - nearest / length)) * math.exp(total / len(counts))


def _elsewhere(top: tuple[int, int, int], turn: int) -> int:
    best, holder, second = top
    return second if holder == turn else best


def reuse6(session: Session) -> float | None:
    """Return the mean share of a turn's 6-grams that were said before, turns of 6 words and up."""
    seen: set[tuple[str, ...]] = set()
    shares: list[float] = []
    for turn in session.tokens:
        grams = ngrams(turn, 6)
        if grams:
            shares.append(sum(gram in seen for gram in grams) / len(grams))
            seen.update(grams)
    return sum(shares) / len(shares) if shares else None
