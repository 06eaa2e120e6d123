"""Make the sessions of the regression corpus: ``python tests/corpus/make.py``.

``healthy.txt`` was written by hand. The collapsed sessions are made from it by rule, one way of
collapsing each; see README.md. What is written here are the *values of today*; a test compares
them, so look at the difference before it is committed.
"""

import json
from pathlib import Path
from typing import Any

from symposion.engine.metrics.bands import scorecard
from symposion.engine.metrics.session import Session, Utterance
from symposion.ports.brief import Issue

HERE = Path(__file__).parent
NAMES = {"ines": "Ines", "tomas": "Tomas", "ruth": "Ruth", "karim": "Karim", "lena": "Lena"}
ISSUES = (
    Issue("i1", "Which vessel or bridge crosses the sound?", ("ferry", "boat", "battery", "hull")),
    Issue("i2", "How many crews sail, and until when?", ("crew", "deckhands", "timetable")),
    Issue("i3", "Who reaches the hospital at night?", ("hospital", "patients", "doctor")),
    Issue("i4", "What may the crossing cost?", ("budget", "price", "million", "grant")),
    Issue("i5", "What is put before the hearing?", ("hearing", "survey", "radar", "review")),
)
OPENERS = ("Well, as I said, ", "Let me say it again: ", "Once more, ", "To repeat myself, ")
PRAISE = (
    "Absolutely, {0}, I completely agree.",
    "Great point, {0}. Building on that, it makes sense to me.",
    "Exactly, {0}, well said, I agree with every word.",
    "Love that, {0}. Great idea.",
)
WEEKEND = (
    "{0}, my cousin bakes {1} with {2}, and the kitchen smells of {3} until {4}.",
    "At the {1} market on {4} a man sold me {2}, wrapped in {3}, for next to nothing.",
    "Have you ever tasted {2}, {0}? My aunt serves it beside {1} every {4}, under the {3}.",
    "We spent {4} painting the {3}; the dog ate {1}, and somebody sang about {2}.",
)
TASTES = (
    "rye dumplings,plum cake,goat cheese,almond bread,barley soup,honey wafers,pickled beets,"
    "walnut pie,smoked carp,quince jelly,potato noodles,poppy rolls,fennel sausage,rose vinegar,"
    "chestnut cream,sour cherries,oat biscuits,lamb stew,mustard eggs,pear brandy,saffron rice,"
    "apricot tart,mint tea,celery salt"
)
THINGS = (
    "verandah,accordion,hammock,chandelier,greenhouse,trampoline,lighthouse print,bookshelf,"
    "garden gnome,piano,telescope,wardrobe,bicycle shed,rocking chair,birdhouse,umbrella stand,"
    "stove,carpet,fountain,swing,cellar stairs,mirror,curtain,attic"
)
DAYS = "Saturday,Whitsun,Epiphany,midsummer,carnival,Sunday evening,Shrove Tuesday,Michaelmas"


def healthy() -> list[dict[str, Any]]:
    """Return the turns of the session written by hand."""
    rows: list[dict[str, Any]] = []
    for line in (HERE / "healthy.txt").read_text("utf-8").splitlines():
        speaker, text, *asked = line.split("|")
        rows.append({"speaker": speaker, "text": text, "asked": asked})
    return rows


def repeating() -> list[dict[str, Any]]:
    """From turn 13 everybody says again, with another opening and a number, what it said first."""
    rows = healthy()
    for i in range(12, len(rows)):
        first = [row["text"] for row in rows[:12] if row["speaker"] == rows[i]["speaker"]]
        text = first[i % len(first)].replace("two", str(i))
        rows[i] = {**rows[i], "text": OPENERS[i % len(OPENERS)] + text, "asked": []}
    return rows


def agreeing() -> list[dict[str, Any]]:
    """From turn 7 everybody praises the last speaker before it says its own."""
    rows = healthy()
    for i in range(6, len(rows)):
        last = rows[i - 1]
        praise = PRAISE[i % len(PRAISE)].format(NAMES[last["speaker"]])
        rows[i] = {**rows[i], "text": f"{praise} {rows[i]['text']}", "asked": []}
    return rows


def drifting() -> list[dict[str, Any]]:
    """From turn 17 the talk is about food and furniture."""
    rows = healthy()
    tastes, things, days = (listed.split(",") for listed in (TASTES, THINGS, DAYS))
    for i in range(16, len(rows)):
        said = [
            WEEKEND[(i + k) % 4].format(
                NAMES[rows[i - 1]["speaker"]],
                tastes[(2 * i + k) % len(tastes)],
                tastes[(3 * i + 5 * k + 1) % len(tastes)],
                things[(i + 7 * k) % len(things)],
                days[(i + k) % len(days)],
            )
            for k in range(2)
        ]
        rows[i] = {**rows[i], "text": " ".join(said), "asked": []}
    return rows


def echoing() -> list[dict[str, Any]]:
    """From turn 11 every second turn is the turn before, said by somebody else."""
    rows = healthy()
    for i in range(11, len(rows), 2):
        rows[i] = {**rows[i], "text": f"So {rows[i - 1]['text']}", "asked": []}
    return rows


def session(rows: list[dict[str, Any]]) -> Session:
    """Return ``rows`` as a session of the five."""
    return Session(
        utterances=tuple(
            Utterance(i, r["speaker"], NAMES[r["speaker"]], r["text"], tuple(r["asked"]))
            for i, r in enumerate(rows, start=1)
        ),
        names=NAMES,
        issues=ISSUES,
    )


def expected(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return value (3 digits) and verdict of every row that is measured."""
    card = scorecard(session(rows))
    return {r.name: [round(r.value, 3), r.verdict] for r in card.rows if r.value is not None}


KINDS = {
    "healthy": healthy,
    "repeating": repeating,
    "agreeing": agreeing,
    "drifting": drifting,
    "echoing": echoing,
}


def write() -> None:
    """Write every session with today's values."""
    for kind, make in KINDS.items():
        rows = make()
        document = {"kind": kind, "expected": expected(rows), "turns": rows}
        text = json.dumps(document, ensure_ascii=False, indent=1)
        (HERE / f"{kind}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    write()
