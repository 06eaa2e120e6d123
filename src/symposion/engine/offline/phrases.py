"""Noun phrases taken from texts nobody controls: made safe, given an article, told from figures."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from symposion.engine.keyterms import key_terms
from symposion.engine.offline.pack import Pack, pack
from symposion.engine.tagging import common
from symposion.engine.text import content_words, is_unspaced, tokens

_QUOTED = 6
"""Words of a quotation at most."""
LONGEST_TERM = 40
"""Characters; a longer term would swallow the sentence around it."""

_UNSAFE = re.compile(r"[{}<>\[\]\\|*_`~#\"“”„«»()\x00-\x1f\u2028\u2029]")
_ODD = re.compile(r"[^\w\s'’.,%&/+-]")  # noqa: RUF001 - the curly apostrophe is one of them
_FIGURE = re.compile(
    r"(?<![\w.,/:-])([$€£¥]\s?)?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(%?)(?![\w:/.-]*\d)"
)
_TAIL = re.compile(
    r"\s(million|billion|thousand|percent)\b(?:\s(euros|dollars|pounds|francs|kronor)\b)?"
    r"|\s([^\W\d_]{3,14})\b(?:[^\S\n]([^\W\d_]{3,14})\b)?"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase that is safe inside a sentence; ``keys`` are its content words."""

    text: str
    plural: bool
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as a text gives it.

    Attributes:
        text: With currency and what it counts, verbatim, such as "$2.4 million" or "120 beds".
        value: In the unit the text writes it in: 2.4, 120.
        head, tail: What stands before and after the digits.
    """

    text: str
    value: Decimal
    head: str
    tail: str


@lru_cache(maxsize=1024)
def words_of(text: str, language: str) -> frozenset[str]:
    """Return the content words of ``text``."""
    return content_words(tokens(text), language)


@lru_cache(maxsize=2048)
def phrase(text: str, language: str, quoted: bool = False) -> Phrase:
    """Return ``text``, a noun phrase that is known to be safe, with its number and keys."""
    keys = content_words(tokens(text), language)
    return Phrase(f"“{text}”" if quoted else text, _is_plural(text, pack(language)), keys)


def _is_plural(text: str, known: Pack) -> bool:
    words = text.split(" ")
    ends = (i for i, w in enumerate(words) if i and w in known.lists["prepositions"])
    end = next(ends, len(words))
    head = words[end - 1].casefold()
    if head in known.lists["singular"]:
        return False
    if head in known.lists["plural"]:
        return True
    if "and" in words[:end]:
        return True
    return head.endswith(tuple(known.words["plural_endings"])) and not head.endswith(
        tuple(known.words["singular_endings"])
    )


def tame(text: str) -> str:
    """Return ``text`` on one line, without characters that mean markup or would open a slot."""
    return " ".join(_UNSAFE.sub(" ", text).split())


@lru_cache(maxsize=4096)
def from_text(term: str, context: str, language: str) -> Phrase | None:
    """Return ``term`` as ``context`` speaks of it, or None if no sentence could bear it.

    It is definite where the context gave it any determiner, bare where it never did, and quoted
    where its signs or script could be misread.
    """
    if not term.strip() or len(term) > LONGEST_TERM or _UNSAFE.search(term):
        return None
    term = " ".join(term.split()).rstrip(".,-/&+'")
    if not any(c.isalpha() for c in term) or any(c.isdigit() for c in term):
        return None
    if _ODD.search(term) or is_unspaced(term) or not term[0].isalnum():
        return phrase(term, language, quoted=True)
    first, *_ = term.split(" ")
    known = pack(language)
    if first.casefold() in known.lists["determiners"]:
        return phrase(term, language)
    term = _whole(_small(term, context, known), context, known)
    pattern = rf"(?<![\w'-])([\w'-]+)\s+(?:([\w'-]+)\s+)?(?i:{re.escape(term)})(?!\w)"
    made = known.lists["made_definite"]
    for match in re.finditer(pattern, context):
        near, between = (word.casefold() if word else "" for word in match.groups())
        if _leads_on(term, context[match.end() :], language):
            continue
        if (between or near) in made or (near in made and term[:1].islower()):
            return phrase(f"{known.words['definite']} {term}", language)
    return phrase(term, language)


def _leads_on(term: str, rest: str, language: str) -> bool:
    """Return whether a name only qualifies what follows: *the* Broad Street **pump**."""
    follows = re.match(r" ([a-z]\w+)", rest)
    return bool(follows and term.istitle() and content_words([follows[1]], language))


def _whole(term: str, context: str, known: Pack) -> str:
    """Return ``term`` with a word before it that its genitive needs: *next* year's budget."""
    first = term.split(" ", maxsplit=1)[0]
    before = re.search(rf"(\w+) {re.escape(term)}", context) if first.endswith("'s") else None
    return f"{before[1]} {term}" if before and before[1] in known.lists["extends"] else term


def is_place(found: Phrase, context: str, known: Pack) -> bool:
    """Return whether ``context`` speaks of ``found``, a name, as where something is."""
    name = found.text
    if not name[:1].isupper() or name[1:] != name[1:].lower():
        return False
    places = "|".join(known.words["places"])
    return re.search(rf"\b(?:{places}) {re.escape(name)}(?!\w)", context) is not None


def _small(term: str, context: str, known: Pack) -> str:
    """Return ``term`` with a small first letter if only the start of a sentence made it big."""
    rest = term[1:]
    small = term[:1].lower() + rest
    if rest != rest.lower() or term == small:
        return term
    lists = common(known.language)
    first = small.split(" ", 1)[0]
    is_word = lists is not None and (first in lists.kinds or first.removesuffix("s") in lists.kinds)
    return small if is_word or re.search(rf"(?<!\w){re.escape(small)}(?!\w)", context) else term


@lru_cache(maxsize=512)
def spoken_of(text: str, language: str) -> tuple[Phrase, ...]:
    """Return the noun phrases ``text`` turns on, most telling first, at most six."""
    known = pack(language)
    terms = (_without_verb(t, text, known) for t in key_terms(text, language, 10))
    found = (from_text(t, text, language) for t in terms if t and _stands_free(t, text, known))
    kept = [p for p in found if p and p.keys and not is_weak(p, language)]
    return tuple(sorted(kept, key=lambda p: len(p.keys) < 2))[:6]


def _without_verb(term: str, text: str, known: Pack) -> str:
    """Return ``term`` less a last word that must be a verb: its object follows at once."""
    after = re.search(rf"{re.escape(term)} (\w+)", text)
    if not after or after[1].casefold() not in known.lists["objects"]:
        return term
    return term.rpartition(" ")[0]


def _stands_free(term: str, text: str, known: Pack) -> bool:
    """Return whether ``term`` stands in ``text`` where a noun phrase begins and ends.

    Before it a determiner, a preposition, a conjunction or a stop; no plural inside it, which
    would be a verb ("releases clinicians").
    """
    words = term.casefold().split()
    if any(w.endswith("s") and not w.endswith(("ss", "'s", "us", "is")) for w in words[:-1]):
        return False
    opens = known.lists["determiners"] | known.lists["prepositions"] | known.lists["openers"]
    for match in re.finditer(rf"(?:^|(\w+)|([.,:;?!–…“]))\s*{re.escape(term)}(?!\w)", text):  # noqa: RUF001 - a dash opens
        if match[1] is None or match[1].casefold() in opens:
            return True
    return False


def is_weak(found: Phrase, language: str, *, people: bool = False) -> bool:
    """Return whether ``found`` ends in a word too weak to name anything.

    With ``people``, phrases for people and bodies count as weak, too.
    """
    words = found.text.rstrip("”").split(" ")
    known = pack(language)
    heads = {words[-1].casefold()}
    if people and heads & known.lists["people"]:
        return True
    lists = common(language)
    weak = bool(heads & known.lists["not_nouns"])
    weak = weak or bool(lists and lists.kinds.get(words[-1].casefold()) in ("adjective", "adverb"))
    return weak or words[-1].casefold().endswith(tuple(known.words["not_noun_endings"]))


@lru_cache(maxsize=512)
def echo(text: str, language: str) -> str:
    """Return a short clause or else a noun phrase of ``text`` to quote; empty if it has none.

    A quotation broken off in the middle would read like a mistake.
    """
    known = pack(language)
    best, weight = "", 0
    for clause in re.split(r"[.;:?!–—…()\n“”\"]+|(?<!\d),|,(?!\d)", tame(text)):  # noqa: RUF001 - dashes end clauses
        words = clause.split()
        if words and words[0].casefold() in known.lists["openers"]:
            words = words[1:]
        worth = len(content_words(tokens(clause), language))
        if 2 <= len(words) <= _QUOTED and worth > max(1, weight) and not re.search(r"\d", clause):
            best, weight = " ".join(words), worth
    best = best or next((p.text for p in spoken_of(text, language) if len(p.keys) > 1), "")
    return f"“{best.strip('“”')}”" if best and len(best) <= LONGEST_TERM else ""


@lru_cache(maxsize=128)
def figures(text: str, language: str) -> tuple[Figure, ...]:
    """Return the numbers ``text`` gives, in order; bare years, dates and times are left out."""
    known = pack(language)
    found: list[Figure] = []
    for match in _FIGURE.finditer(text):
        figure = _figure(match, text, known)
        if figure and all(figure.text != f.text for f in found):
            found.append(figure)
    return tuple(found)


def is_qualifier(word: str, known: Pack) -> bool:
    """Return whether ``word`` only tells more of the noun that follows it."""
    lists = common(known.language)
    kind = lists.kinds.get(word, "") if lists else ""
    return word.endswith(tuple(known.words["not_noun_endings"])) or kind in ("adjective", "ed")


def _figure(match: re.Match[str], text: str, known: Pack) -> Figure | None:
    head, whole, part, percent = (g or "" for g in match.groups())
    after = _TAIL.match(text, match.end())
    scale, money, unit, more = (g or "" for g in after.groups()) if after else ("", "", "", "")
    is_stop = not unit or not content_words([unit.casefold()], known.language)
    tail = percent or (f" {scale}" if scale else "") + (f" {money}" if money else "")
    if not tail and not head:
        if is_stop or unit.casefold() in known.lists["not_units"] or not unit.islower():
            return None
        tail = f" {unit} {more}" if is_qualifier(unit, known) and more.islower() else f" {unit}"
    try:
        value = Decimal(whole.replace(",", "") + part)
    except InvalidOperation:  # pragma: no cover - the pattern admits digits only
        return None
    return Figure(" ".join(f"{head}{whole}{part}{tail}".split()), value, head.strip(), tail)
