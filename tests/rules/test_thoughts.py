"""The frames of thought: what each kind of expert notices (engine design, section 12)."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal, get_args

import pytest
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from symposion.engine.lexicon import lexicon
from symposion.engine.text import content_words, ngrams, normal

FOLDER = Path(str(files("symposion.engine"))) / "offline" / "packs" / "en" / "thoughts"
FILES = sorted(FOLDER.glob("*.json"))
SECTORS = {
    *("community", "culture", "engineering", "environment", "finance"),
    *("general", "health", "operations", "policy", "science"),
}
SLOT = "{term}"

Type = Literal[
    "cause",
    "cost",
    "risk",
    "condition",
    "comparison",
    "precedent",
    "measure",
    "owner",
    "deadline",
    "exception",
    "stakeholder",
    "tradeoff",
    "assumption",
    "alternative",
    "evidence",
    "incentive",
    "capacity",
    "reversibility",
]
Side = Literal["pro", "con", "neutral"]
Text = Annotated[str, StringConstraints(pattern=r"^\S+( \S+)*$")]


def words(text: str) -> list[str]:
    """The words of ``text`` in order; a slot and a hyphenated compound count as one."""
    return re.findall(r"\{term\}|[^\W_]+(?:['-][^\W_]+)*", normal(text))


DETERMINERS = frozenset(
    words(
        "a an the this these those my our your their his her its each every any some no many few "
        "several both another such which whose"
    )
)
MODALS = frozenset(words("can could should would will may might must cannot did"))
INFLECTED = frozenset(
    words("is are was were has have does do isn't aren't wasn't weren't hasn't haven't doesn't")
)
CONJUNCTIONS = frozenset(
    words(
        "that if when whenever because while whether unless where although though so but who what "
        "why once whatever"
    )
)
PREPOSITIONS = frozenset(
    words(
        "about above across after against ahead along among around at before behind beneath beside "
        "besides between beyond by despite during for from in inside into like near of off on onto "
        "outside over past per through to toward towards under until upon with within without"
    )
)
TEMPORAL = frozenset(words("after as before since than till until"))
FAKED_STANCE = re.compile(
    r"\b(agree|absolutely|exactly|doubts?|worry|risks?|disagree|not sure|push back|"
    r"at the end of the day|low-hanging fruit)\b"
)
AMERICAN = re.compile(
    r"\w*(?:iz(?:e[ds]?|ing|ation|er)|yz(?:e[ds]?|ing))\b"
    r"|\b(?:color|labor|favor|neighbor|behavior|honor|center|fiber|liter|pediatric|program)s?\b"
)
BRITISH_Z = re.compile(r".*(?:siz|priz|seiz)(?:e[ds]?|ing|er)$")


class Thought(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Type
    side: Side
    gist: Text
    clause: Text
    question: Text


class Frames(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    sector: str
    lens: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z]+$")], ...] = Field(
        min_length=30, max_length=60
    )
    thoughts: tuple[Thought, ...] = Field(min_length=108)


@cache
def frames(path: Path) -> Frames:
    return Frames.model_validate_json(path.read_text(encoding="utf-8"))


def content(text: str) -> frozenset[str]:
    plain = (w for w in words(text) if w != SLOT)
    return content_words(plain, "en")


def texts(path: Path) -> Iterator[str]:
    for thought in frames(path).thoughts:
        yield thought.gist
        yield thought.clause
        yield thought.question


def slot_fault(text: str) -> str | None:
    """What could go wrong when a term of unknown number and article fills the slot."""
    found = words(text)
    if SLOT not in found:
        return "a slot that is not {term}" if "{" in text else None
    if found.count(SLOT) > 1 or re.search(r"[\w'-]\{|\}[\w'-]", normal(text)):
        return "a slot twice, or glued to a word"
    padded = ["", *found, ""]
    at = padded.index(SLOT)
    before, after = padded[at - 1], padded[at + 1]
    if before in DETERMINERS | INFLECTED:
        return f"{before!r} fixes article or number"
    if after in INFLECTED and before not in PREPOSITIONS | MODALS:
        return f"{after!r} fixes the number"
    is_subject = (
        not before
        or before in CONJUNCTIONS
        or (before in TEMPORAL and re.search(r"[^s]s$", after) is not None)
    )
    if is_subject and after not in MODALS and not after.endswith("ed"):
        return f"a subject before {after!r}, which is no modal verb"
    return None


each_file = pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)


def test_there_are_frames_to_check() -> None:
    assert {p.stem for p in FILES} >= SECTORS


@each_file
def test_a_file_has_the_schema_and_its_own_name(path: Path) -> None:
    read = frames(path)
    assert read.sector == path.stem
    assert len(set(read.lens)) == len(read.lens)


@each_file
def test_every_type_has_six_thoughts_and_all_sides(path: Path) -> None:
    for kind in get_args(Type):
        sides = Counter(t.side for t in frames(path).thoughts if t.type == kind)
        total = sum(sides.values())
        assert total >= 6, f"{kind}: {total}"
        assert all(sides[s] * 4 >= total for s in get_args(Side)), f"{kind}: {dict(sides)}"


@each_file
def test_lengths_and_endings_fit_the_grammar(path: Path) -> None:
    wrong = [
        t
        for t in frames(path).thoughts
        if not (2 <= len(t.gist.split()) <= 5)
        or not (5 <= len(t.clause.split()) <= 14)
        or not (6 <= len(t.question.split()) <= 14)
        or t.clause[-1] in ".!?;:,"
        or not (t.clause[0].islower() or t.clause.startswith(SLOT))
        or not t.question.endswith("?")
        or not t.question[0].isupper()
        or SLOT in t.gist
    ]
    assert not wrong


@each_file
def test_no_text_holds_a_digit_a_faked_stance_or_american_spelling(path: Path) -> None:
    lists = lexicon("en")
    wrong: list[str] = []
    for text in texts(path):
        low = text.lower()
        american = [w for w in AMERICAN.findall(low) if not BRITISH_Z.match(w)]
        marked = [p for p in (lists.agree, lists.disagree, lists.negated) if p.search(low)]
        if american or marked or FAKED_STANCE.search(low) or any(c.isdigit() for c in low):
            wrong.append(text)
    assert not wrong


@each_file
def test_a_term_of_any_number_fits_every_slot(path: Path) -> None:
    faults = {text: slot_fault(text) for text in texts(path)}
    assert not {text: fault for text, fault in faults.items() if fault}


@each_file
def test_about_two_in_five_texts_take_a_term(path: Path) -> None:
    thoughts = frames(path).thoughts
    for field in ("clause", "question"):
        share = sum(SLOT in getattr(t, field) for t in thoughts) / len(thoughts)
        assert 0.3 <= share <= 0.55, f"{field}: {share:.2f}"


@each_file
def test_gist_clause_and_question_say_it_in_different_words(path: Path) -> None:
    wrong = [
        (a, b, sorted(content(a) & content(b)))
        for t in frames(path).thoughts
        for a, b in combinations((t.gist, t.clause, t.question), 2)
        if len(content(a) & content(b)) > 2
    ]
    assert not wrong


@each_file
def test_no_content_word_wears_out(path: Path) -> None:
    uses = Counter(
        word for t in frames(path).thoughts for word in content(f"{t.gist} {t.clause} {t.question}")
    )
    assert not {word: n for word, n in uses.items() if n > 6}


def test_no_text_stands_twice() -> None:
    uses = Counter(text.lower() for path in FILES for text in texts(path))
    assert not [text for text, n in uses.items() if n > 1]


def test_no_two_clauses_share_five_words_in_a_row() -> None:
    homes: dict[tuple[str, ...], set[str]] = {}
    for clause in (t.clause for path in FILES for t in frames(path).thoughts):
        for run in ngrams(words(clause), 5):
            homes.setdefault(run, set()).add(clause)
    assert not [sorted(clauses) for clauses in homes.values() if len(clauses) > 1]


@pytest.mark.parametrize(
    "text",
    [
        "the {term} can wait",
        "{term} is late",
        "crews stop when {term} stalls",
        "crews leave before {term} begins",
        "crews ask what {topic} means",
        "{term}'s bill grows",
        "{term} can follow {term}",
    ],
)
def test_a_slot_that_fixes_number_or_article_is_refused(text: str) -> None:
    assert slot_fault(text)


@pytest.mark.parametrize(
    "text", ["{term} can wait", "crews stop when {term} must stop", "crews wait for {term}"]
)
def test_a_slot_free_of_number_is_taken(text: str) -> None:
    assert slot_fault(text) is None
