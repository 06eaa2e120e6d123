"""Who is asked what in a turn."""

from collections.abc import Sequence
from dataclasses import dataclass

from symposion.engine.grammar import NAME_BASE, Grammar
from symposion.engine.mention import has_name


@dataclass(frozen=True, slots=True)
class Asking:
    """What a turn asks.

    Attributes:
        asked: Numbers of the people asked, each once, in order.
        questions: Positions of the sentences that ask for words.
        is_open: True if one of them is put to nobody in particular.
    """

    asked: tuple[int, ...]
    questions: tuple[int, ...]
    is_open: bool


def is_question(masked: str) -> bool:
    """Return whether a masked sentence ends in a question mark."""
    return masked.rstrip("\"'*_)]”» ").endswith(("?", "？"))  # noqa: RUF001 - also the wide one


def asking(masked: Sequence[str], rules: Grammar) -> Asking:
    """Return what the masked sentences of a turn ask, and whom.

    Somebody addressed in one sentence is still the one asked in the next, and in later ones
    that say "you", until all are addressed.
    """
    asked: list[int] = []
    questions: list[int] = []
    unaddressed: list[int] = []
    partner: list[int] = []
    is_fresh = False
    for index, sentence in enumerate(masked):
        called = _called(sentence, rules)
        if called or rules.everyone.search(sentence):
            partner = called
        heard = _heard(sentence, partner if is_fresh or called else [], partner, rules)
        if heard and _is_bare(sentence) and unaddressed[-1:] == [index - 1]:
            unaddressed.pop()
        elif is_question(sentence) or (heard and rules.tell.search(sentence)):
            questions.append(index)
            unaddressed += [] if heard else [index]
        asked += heard
        is_fresh = bool(called)
    return Asking(tuple(dict.fromkeys(asked)), tuple(questions), bool(unaddressed))


def _heard(sentence: str, near: list[int], partner: list[int], rules: Grammar) -> list[int]:
    """Return whom a sentence asks for words or deeds; nobody if it asks for none.

    Args:
        sentence: A masked sentence.
        near: Whom this sentence or the one before calls by name.
        partner: Whom the turn called last.
        rules: The grammar of the language.
    """
    if is_question(sentence) or rules.tell.search(sentence):
        return near or (partner if rules.you.search(sentence) else [])
    if near and rules.act.search(sentence):
        return near
    return near if has_name(sentence) and any(rules.asked.matches(sentence)) else []


def _called(sentence: str, rules: Grammar) -> list[int]:
    """Return the people a sentence calls by name, or gives the floor."""
    if not has_name(sentence):
        return []
    match = rules.opening.search(sentence) or rules.closing.search(sentence)
    if match is None and (rules.you.search(sentence) or rules.tell.search(sentence)):
        match = rules.inside.search(sentence)
    match = match or rules.colon.search(sentence) or next(rules.asked.matches(sentence), None)
    return _numbers(match[0]) if match else []


def _numbers(masked: str) -> list[int]:
    return [ord(c) - NAME_BASE for c in masked if "\ue000" <= c <= "\uf8ff"]


def _is_bare(sentence: str) -> bool:
    """Return whether a sentence is nothing but a name: "Maria?"."""
    return len(sentence.strip("?!. *_\"'")) == 1
