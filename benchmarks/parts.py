"""CPU of the engine's parts: ``python benchmarks/parts.py``.

Medians of several rounds, each part beside a bare loop over the words of the same text measured in
the same round: the ratio is what can be compared between machines.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from symposion.engine.chance import Chance
from symposion.engine.keyterms import key_terms
from symposion.engine.metrics.bands import scorecard
from symposion.engine.metrics.health import HealthMeter
from symposion.engine.metrics.session import Session, Utterance
from symposion.engine.reading import read
from symposion.engine.text import analyse
from symposion.engine.turnindex import TurnIndex

ROUNDS = 7
ENOUGH = 0.05
"""CPU seconds that calls are repeated for: the clock is coarse."""
EXAMPLES = Path(__file__).parent.parent / "examples"
NAMES = {"ana": "Ana", "bo": "Bo", "cem": "Cem", "dora": "Dora", "eli": "Eli"}


def vocabulary() -> list[str]:
    """Return the words of the example scenarios, in order."""
    pages = sorted(EXAMPLES.glob("*/scenario.md"))
    return [w for page in pages for w in page.read_text("utf-8").split() if w.isalpha()]


def turns(count: int) -> list[str]:
    """Return ``count`` turns of 30 words."""
    chance, words = Chance("parts"), vocabulary()
    return [
        " ".join(chance.pick(words, turn, place) for place in range(30)) + "."
        for turn in range(count)
    ]


def index_of(texts: list[str]) -> TurnIndex:
    """Return an index that holds ``texts`` as turns of one speaker."""
    index = TurnIndex()
    for turn, text in enumerate(texts):
        index.add(turn, "ana", analyse(text, frozenset(), "en"))
    return index


def session_of(texts: list[str]) -> Session:
    """Return ``texts`` as a session of five speakers in turn."""
    ids = list(NAMES)
    spoken = ((n, ids[n % 5], text) for n, text in enumerate(texts))
    return Session(tuple(Utterance(n + 1, i, NAMES[i], t) for n, i, t in spoken), NAMES)


def follow(session: Session) -> None:
    """Run the health meter over ``session``."""
    meter = HealthMeter(session.names, "en", session.issues)
    for utterance in session.utterances:
        meter.add(utterance)


def parts() -> dict[str, tuple[Callable[[], object], int]]:
    """Return what is timed, with how many operations one call stands for."""
    texts = turns(2050)
    draft = analyse(texts[2049], frozenset(), "en")
    index = index_of(texts[:2000])
    longest = "\n".join(p.read_text("utf-8") for p in sorted(EXAMPLES.glob("*/scenario.md")))[:8000]
    return {
        "read a turn of 30 words": (lambda: read(texts[0], "ana", NAMES, "en"), 1),
        "analyse a turn for the guard": (lambda: analyse(texts[0], frozenset(), "en"), 1),
        "nearest of 2,000 own turns": (lambda: index.nearest("ana", draft), 1),
        "key terms of 8,000 characters": (lambda: key_terms(longest, "en"), 1),
        "scorecard of 60 turns": (lambda: scorecard(session_of(texts[:60])), 1),
        "health meter, a turn": (lambda: follow(session_of(texts[:300])), 300),
    }


def bare(text: str) -> int:
    """Return the letters of the words of ``text``: the loop everything is compared with."""
    return sum(len(word) for word in text.split())


def seconds(work: Callable[[], object]) -> float:
    """Return CPU seconds of one call, from `ENOUGH` seconds of calls."""
    calls, start = 0, time.process_time()
    while (spent := time.process_time() - start) < ENOUGH:
        work()
        calls += 1
    return spent / calls


def main() -> None:
    """Print one row a part."""
    text = turns(1)[0]
    measured = parts()
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in measured}
    for _ in range(ROUNDS):
        floor = seconds(lambda: bare(text))
        for name, (work, operations) in measured.items():
            taken = seconds(work) / operations
            rounds[name].append((taken, taken / floor))
    print("| part | CPU | of a bare loop over 30 words |\n|---|---|---|")
    for name, rows in rounds.items():
        taken = statistics.median(t for t, _ in rows) * 1e6
        ratio = statistics.median(r for _, r in rows)
        print(f"| {name} | {taken:,.0f} us | {ratio:,.0f}x |")


if __name__ == "__main__":
    main()
