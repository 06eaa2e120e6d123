"""How somebody speaks, in the terms in which traits command it.

Each figure is counted as the commands of `Style` mean it, and comes with the number of things it
was counted over: turns, sentences or listed words. What needs word lists is counted only over turns
in languages that have them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final, Literal, TypeAlias

from symposion.engine.lexicon import has_stop_words, lexicon
from symposion.engine.text import normal, sentences, tokens
from symposion.ports.brief import Style

Of: TypeAlias = Literal["turns", "sentences", "words"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One way of speaking: commanded, and counted.

    Attributes:
        commanded: What the traits want.
        done: What was counted; None where there was nothing to count.
        n: How many turns, sentences or words it was counted over.
        of: Which of these.
    """

    commanded: float
    of: Of
    done: float | None = None
    n: int = 0


_COMMANDS: Final[dict[str, tuple[str, Of]]] = {
    "words_per_turn": ("median_words", "turns"),
    "words_per_sentence": ("sentence_words", "sentences"),
    "question_rate": ("question_rate", "turns"),
    "exclaim_rate": ("exclaim_rate", "turns"),
    "hedge_rate": ("hedge_rate", "turns"),
    "agreement_rate": ("agreement_ceiling", "turns"),
    "we_share": ("we_share", "words"),
    "polarity": ("polarity", "words"),
}
"""Name of each figure, with the command it belongs to and what it is counted over."""


def conduct(style: Style, said: Sequence[tuple[str, str]]) -> dict[str, Figure]:
    """Return what ``style`` commands, and how it was done.

    Args:
        style: The commands.
        said: All turns of one speaker, each as its language and its text.

    Returns:
        words_per_turn: Median over turns.
        words_per_sentence: Mean over sentences.
        question_rate, exclaim_rate, hedge_rate: Shares of turns.
        agreement_rate: Share of turns with a marker of agreement; the command is the most.
        we_share: "We" words in all words of self-reference.
        polarity: (bright - dark) / (bright + dark) words.
    """
    done = _plain([text for _, text in said]) | _listed(said)
    found: dict[str, Figure] = {}
    for name, (command, of) in _COMMANDS.items():
        value, n = done[name]
        figure = Figure(getattr(style, command), of)
        found[name] = replace(figure, done=value, n=n) if n else figure
    return found


Count: TypeAlias = tuple[float, int]
"""A value, and over how many it was counted."""


def _plain(texts: Sequence[str]) -> dict[str, Count]:
    """Count what needs no lists."""
    sizes = [len(tokens(text)) for text in texts]
    parts = sum(len(sentences(text)) for text in texts)
    return {
        "words_per_turn": (median(sizes) if sizes else 0.0, len(sizes)),
        "words_per_sentence": (sum(sizes) / parts if parts else 0.0, parts),
        "question_rate": _share("?" in text or "？" in text for text in texts),  # noqa: RUF001 - the marks of Chinese
        "exclaim_rate": _share("!" in text or "！" in text for text in texts),  # noqa: RUF001
    }


def _listed(said: Sequence[tuple[str, str]]) -> dict[str, Count]:
    """Count what needs the lists of its language."""
    known = [(lexicon(code), normal(text)) for code, text in said if has_stop_words(code)]
    words = [(lists, word) for lists, text in known for word in tokens(text)]
    bright = sum(word in lists.bright for lists, word in words)
    dark = sum(word in lists.dark for lists, word in words)
    we = sum(word in lists.plural for lists, word in words)
    me = sum(word in lists.singular for lists, word in words)
    return {
        "hedge_rate": _share(lists.hedge.search(text) is not None for lists, text in known),
        "agreement_rate": _share(lists.agrees(text) for lists, text in known),
        "we_share": (we / (we + me) if we + me else 0.0, we + me),
        "polarity": ((bright - dark) / (bright + dark) if bright + dark else 0.0, bright + dark),
    }


def _share(found: Iterable[bool]) -> Count:
    marks = list(found)
    return (sum(marks) / len(marks) if marks else 0.0, len(marks))
