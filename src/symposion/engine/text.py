"""Text as the guard and the meter see it: normalised, masked, cut into words and sentences."""

import re
import unicodedata
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from sys import intern

from symposion.engine.lexicon import has_stop_words, lexicon

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”]?|\n+")  # noqa: RUF001 - the marks of other scripts
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:mr|mrs|ms|dr|prof|st|vs|e\.g|i\.e|approx|sr|sra|mme|bzw|z\.\s?b|d\.\s?h|(?-i:[A-HJ-Z]))\.$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "«": '"', "»": '"'})  # noqa: RUF001 - these very characters are straightened
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")

NAME = "\u2021name"
NUMBER = "\u2021number"
LINK = "\u2021link"
MASKS = frozenset((NAME, NUMBER, LINK))


@dataclass(frozen=True, slots=True)
class Words:
    """One text, ready to be compared.

    Attributes:
        tokens: All words in order, names, numbers and links masked.
        content: Words that carry content; masks are left out. All words, where the language has
            no list of stop words.
        trigrams: All runs of three tokens, masks included.
        language: Whose stop words were left out of `content`.
        unspaced: The masked text without spaces and signs, if its script knows no word spaces
            (Chinese, Japanese, Thai...); empty for all others.
    """

    tokens: tuple[str, ...]
    content: frozenset[str]
    trigrams: frozenset[tuple[str, str, str]]
    language: str = "en"
    unspaced: str = ""


def normal(text: str) -> str:
    """Return ``text`` in NFKC, case-folded, with straight quotes."""
    if text.isascii():
        return text.lower()  # the same, ten times as fast
    return unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold()


def tokens(text: str) -> list[str]:
    """Return the words of ``text`` in order, normalised, nothing masked."""
    return _WORD.findall(normal(text))


def sentences(text: str) -> list[str]:
    """Return the sentences of ``text`` in order, exact substrings, none of them empty.

    A line break ends a sentence; the point of a title, an initial or "e.g." does not.
    """
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        part = text[start : end.end()].strip()
        if end.group().isspace() or not _ABBREVIATED.search(part):
            found.append(part)
            start = end.end()
    return [part for part in (*found, text[start:].strip()) if part]


def name_words(names: Iterable[str]) -> frozenset[str]:
    """Return the normalised words of participants' names, to be masked."""
    return frozenset(word for name in names for word in tokens(name))


def masked(text: str, names: Set[str]) -> list[str]:
    """Return the words of ``text`` with names, numbers and links replaced by masks.

    Loops that change only a number or a name are loops all the same (engine design, section 5).
    A full name, a date or a number in groups of digits becomes one mask.
    """
    found: list[str] = []
    for index, part in enumerate(_ADDRESS.split(normal(text))):
        if index:
            found.append(LINK)
        for word in _WORD.findall(part):
            mask = _mask(word, names)
            if mask not in MASKS or found[-1:] != [mask]:
                found.append(mask)
    return found


def _mask(word: str, names: Set[str]) -> str:
    if word in names or word.removesuffix("'s") in names:
        return NAME
    if word.isalpha() or not any(c.isdigit() for c in word):
        return word
    return NUMBER


def content_words(words: Iterable[str], language: str) -> frozenset[str]:
    """Return the words that carry content: no stop words, no masks, no single letters.

    A language without a list of its own has no stop words.
    """
    stop = lexicon(language).stop if has_stop_words(language) else frozenset[str]()
    return frozenset(intern(w) for w in words if w not in stop and w not in MASKS and len(w) > 1)


def analyse(text: str, names: Set[str], language: str) -> Words:
    """Return ``text`` ready to be compared; ``names`` as `name_words` gives them."""
    unspaced = run_together(text, names) if is_unspaced(text) else ""
    return words_of(masked(text, names), language, unspaced)


def words_of(found: Sequence[str], language: str, unspaced: str = "") -> Words:
    """Return masked words ready to be compared."""
    return Words(
        tokens=tuple(found),
        content=content_words(found, language),
        trigrams=frozenset(zip(found, found[1:], found[2:], strict=False)),
        language=language,
        unspaced=unspaced,
    )


def run_together(text: str, names: Set[str]) -> str:
    """Return ``text`` masked, without spaces and signs, for scripts without word spaces."""
    plain = normal(text)
    for name in sorted(names, key=lambda n: (-len(n), n)):
        plain = plain.replace(name, NAME[0])
    return "".join("0" if c.isdigit() else c for c in plain if c.isalnum() or c == NAME[0])


def ngrams(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """Return all runs of ``size`` words in order."""
    return [tuple(words[i : i + size]) for i in range(len(words) - size + 1)]


def jaccard(left: Set[object], right: Set[object]) -> float:
    """Return |A and B| / |A or B|; 0 when both are empty."""
    shared = len(left & right)
    return shared / (len(left) + len(right) - shared) if shared else 0.0


def is_unspaced(text: str) -> bool:
    """Return whether most letters of ``text`` belong to a script without word spaces."""
    if text.isascii():
        return False
    letters = sum(1 for c in text if c.isalpha())
    return letters > 0 and len(_UNSPACED.findall(text)) * 2 > letters
