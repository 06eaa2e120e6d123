"""Nouns, verbs and the rest, told apart by a list of common words and their neighbours.

No parser: each word looks at the list ``languages/common-CODE.json``, at its ending and at the
words on both sides. Good enough to cut noun phrases; wrong tags cost a worse term, no more.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from symposion.engine.lexicon import lexicon

Tag: TypeAlias = Literal["noun", "adjective", "verb", "number", "stop"]

_TOKEN = re.compile(
    r"""
    \d+(?:-[^\W\d_]+)+                                       # 14-year-old
    | (?:[€$£¥][ ]?)?\d+(?:[.,:/]\d+)*(?:[^\W\d_]+)?(?:[ ]?%)?  # $4.2m, 15 %
    | (?:St|Dr|Mt|Mr|Mrs|Ms|Prof)\.(?=[ ])
    | [^\W\d_][^\W_]*(?:['\u2019.&-][^\W_]+)*
    """,
    re.VERBOSE,
)
_ADJECTIVE = re.compile(r".{3,}(?:ous|ful|less|able|ible)$")


class _Lists(BaseModel):
    """A list of common words as it lies on disk; every list is by falling frequency."""

    model_config = ConfigDict(extra="forbid")

    version: str
    verbs: list[str]
    verbs_or_nouns: list[str]
    verb_forms: list[str]
    adjectives: list[str]
    weak_adjectives: list[str]
    adverbs: list[str]
    nouns: list[str]
    weak: list[str]
    gerund_nouns: list[str]
    determiners: list[str]
    modals: list[str]
    prepositions: list[str]
    joiners: list[str]
    number_words: list[str]
    units: list[str]
    calendar: list[str]
    magnitudes: list[str]
    percent: list[str]
    currencies: list[str]
    years: list[str]


@dataclass(frozen=True)
class Common:
    """The common words of a language.

    Attributes:
        stop: Words without content.
        kinds: What each listed form can be: "verb", "either" (verb or noun), "ed", "ing",
            "adjective", "adverb" or "noun".
        rarity: .25 (most common) to .6 for listed words; all others count as 1.
        weak: Nouns that tell nothing alone.
        weak_adjectives: Adjectives no term starts with.
        joiners: Small words inside names ("Bank of England").
        calendar: Days and months, no terms of their own.
        years: Prepositions kept with a year ("by 2030").
    """

    stop: frozenset[str]
    kinds: dict[str, str]
    rarity: dict[str, float]
    weak: frozenset[str]
    weak_adjectives: frozenset[str]
    determiners: frozenset[str]
    modals: frozenset[str]
    prepositions: frozenset[str]
    joiners: frozenset[str]
    number_words: frozenset[str]
    units: frozenset[str]
    calendar: frozenset[str]
    magnitudes: frozenset[str]
    percent: frozenset[str]
    currencies: frozenset[str]
    years: frozenset[str]


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text.

    Attributes:
        start, end: Its place in the text.
        word: Lower case.
        glued: True if only one space stands between it and the token before.
        first: True if it starts a sentence, a line or a cell.
        capital: True if it starts with a capital letter.
    """

    start: int
    end: int
    word: str
    glued: bool
    first: bool
    capital: bool
    tag: Tag = "noun"


@cache
def common(language: str) -> Common | None:
    """Return the common words of ``language``; None if we have no list."""
    code = language.split("-", maxsplit=1)[0]
    path = files("symposion.engine") / "languages" / f"common-{code}.json"
    if not path.is_file():
        return None
    lists = _Lists.model_validate_json(path.read_bytes())
    rarity: dict[str, float] = {}
    for words in (lists.nouns, lists.verbs_or_nouns, lists.adjectives, lists.verbs):
        for rank, word in enumerate(words):
            rarity.setdefault(word, 0.25 + 0.35 * rank / len(words))
    sets = {
        name: frozenset(getattr(lists, name))
        for name in Common.__dataclass_fields__
        if name not in {"stop", "kinds", "rarity"}
    }
    return Common(stop=lexicon(language).stop, kinds=_kinds(lists), rarity=rarity, **sets)


def _kinds(lists: _Lists) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for words, name in ((lists.verbs, "verb"), (lists.verbs_or_nouns, "either")):
        for word in words:
            stem = word.removesuffix("e")
            doubled = stem + stem[-1]
            kinds |= {f"{end}ing": "ing" for end in (stem, doubled)}
            kinds |= {f"{end}ed": "ed" for end in (stem, doubled)}
            kinds |= {f"{word}s": name, f"{word}es": name, word: name}
            if word.endswith("y"):
                kinds |= {f"{word[:-1]}ies": name, f"{word[:-1]}ied": "ed"}
    kinds |= dict.fromkeys(lists.verb_forms, "verb")
    for word in lists.nouns:
        kinds[word] = "either" if kinds.get(word) in {"verb", "either"} else "noun"
    kinds |= dict.fromkeys(lists.gerund_nouns, "noun")
    kinds |= dict.fromkeys(lists.adjectives, "adjective")
    kinds |= dict.fromkeys(lists.adverbs, "adverb")
    return kinds


def tokens_of(text: str) -> list[Token]:
    """Return the words of ``text`` in order, untagged. Control characters start anew."""
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        gap = text[end : match.start()]
        raw = match[0].lstrip()
        start = match.end() - len(raw)
        found.append(
            Token(
                start=start,
                end=match.end(),
                word=raw.lower().replace("’", "'"),  # noqa: RUF001 - straightened here
                glued=bool(found) and gap in {" ", "\u00a0", ""} and end > 0,
                first=not found or any(c in ".!?…:\n\x1f" for c in gap),
                capital=raw[0].isupper(),
            )
        )
        end = match.end()
    return found


def tagged(text: str, language: str) -> list[Token]:
    """Return the words of ``text`` with their tags; all plain words nouns without a list."""
    found = tokens_of(text)
    known = common(language)
    stop = lexicon(language).stop
    if known is None:
        return [replace(t, tag=_bare_tag(t, stop)) for t in found]
    done: list[Token] = []
    for index, token in enumerate(found):
        before = done[-1] if done and not token.first else None
        after = found[index + 1] if index + 1 < len(found) else None
        done.append(replace(token, tag=_tag(token, before, after, known)))
    return done


def _bare_tag(token: Token, stop: frozenset[str]) -> Tag:
    if not token.word[0].isalpha():
        return "number"
    return "stop" if token.word in stop or len(token.word) < 3 else "noun"


def _tag(token: Token, before: Token | None, after: Token | None, known: Common) -> Tag:
    """Return the tag of ``token`` between its neighbours of the same sentence."""
    word = token.word.removesuffix("'s")
    if not word[:1].isalpha():
        return "adjective" if "-" in word else "number"
    if word in known.number_words:
        return "number"
    if word in known.stop or len(word) < 2:
        return "stop"
    if token.capital and not token.first:
        return "noun"
    follows = after.word if after and not after.first else ""
    return _kind_tag(known.kinds.get(word) or _ending(word), token, before, follows, known)


def _kind_tag(kind: str, token: Token, before: Token | None, follows: str, known: Common) -> Tag:
    """Return the tag of a word that can be ``kind``, between its neighbours."""
    if kind in ("verb", "adjective"):
        return kind
    if kind == "adverb":
        return "stop"
    if kind in {"ed", "ing"}:
        return _participle(before, follows, known)
    is_verb = _is_verb_here if kind == "either" else _is_unlisted_verb
    return "verb" if kind != "noun" and is_verb(token, before, follows, known) else "noun"


def _ending(word: str) -> str:
    """Return what the ending of an unlisted word says."""
    if len(word) > 4 and word.endswith("ly"):
        return "adverb"
    if len(word) > 4 and word.endswith("ed"):
        return "ed"
    if len(word) > 5 and word.endswith("ing"):
        return "ing"
    return "adjective" if _ADJECTIVE.match(word) else "unlisted"


def _is_verb_here(token: Token, before: Token | None, follows: str, known: Common) -> bool:
    """Return whether a word that may be verb or noun is a verb between these neighbours."""
    if before is None:
        return follows in known.determiners
    if before.word in known.modals:
        return not token.word.endswith("s") or before.word in {"he", "she", "it", "who"}
    small = known.prepositions | known.determiners
    is_subject = before.tag == "noun" or (before.tag == "stop" and before.word not in small)
    is_plural = before.tag == "noun" and before.word.endswith("s")
    has_object = follows in known.determiners or follows == "that"
    return (is_subject and has_object) or (is_plural and follows == "to")


def _is_unlisted_verb(token: Token, before: Token | None, follows: str, known: Common) -> bool:
    """Return whether an unlisted word reads like a verb: "to waive the fee"."""
    if before is None or token.word.endswith("s"):
        return False
    is_led = before.word in known.modals
    is_joined = before.word in {"and", "or"} and follows in known.determiners
    return is_joined or (is_led and (follows in known.stop or follows in known.kinds))


def _participle(before: Token | None, follows: str, known: Common) -> Tag:
    """Return the tag of a word in -ed or -ing: a modifier only between article and noun."""
    is_open = before is None or before.word in known.determiners or before.tag == "adjective"
    kind = known.kinds.get(follows, "noun")
    leads = bool(follows) and follows not in known.stop and kind in {"noun", "either"}
    return "adjective" if is_open and leads and before is not None else "verb"
