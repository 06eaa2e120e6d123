"""From what a model wrote to what somebody said.

Models wrap speech in many ways: labels, thoughts, quotes, JSON, whole dialogues. All of it is
taken off by rule and nothing is required of the model (engine design, section 4, last lines;
reliability design, F6). What is left is data: it is never read as an instruction.
"""

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

LONGEST = 8_000
"""Characters of the longest turn, mark included."""

CUT_MARK = " […]"

_LARGEST_RAW = 4 * LONGEST
_SPEECH_KEYS = ("message", "text", "reply", "response", "content", "say", "speech", "utterance")

_BREAKS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACES = re.compile(r"[^\S\n]+")
_THOUGHT = r"(?:think|thinking|thought|thoughts|reasoning|scratchpad)"
_THINKING = re.compile(rf"<{_THOUGHT}>.*?(?:</{_THOUGHT}>|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHT_END = re.compile(rf"</{_THOUGHT}>", re.IGNORECASE)
_CONTROL = re.compile(
    r"<\|[a-z_]{1,40}\|>(?:(?:assistant|model)\b)?|<(?:start|end)_of_turn>(?:model\b)?|</?s>|\[/?INST\]",
    re.IGNORECASE,
)
_FENCES = ("```", "~~~")
_OPENING = re.compile(r"\A(?:(?:```|~~~)(?:json\b|[\w+-]*(?:\n|\Z))?\s*)+")
_HALF_OBJECT = re.compile(
    rf'\A\{{\s*"(?:{"|".join(_SPEECH_KEYS)})"\s*:\s*"((?:[^"\\]|\\.)*)', re.DOTALL
)
_STAGE = re.compile(
    r"(?:\*(?![*\s])([^*\n]{1,200})\*(?![*\w])"
    r"|\[([^\[\]\n]{2,200})\](?![(:])"
    "|[(\uff08]([^()\uff08\uff09\\n]{2,80})[)\uff09])\\s*"
)
_QUOTES = {
    '"': '"',
    "\u201c": "\u201d",
    "\u201e": "\u201c",
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab",
    "\u300c": "\u300d",
    "\u300e": "\u300f",
}
_SINGLE_QUOTES = {"'": "'", "\u2018": "\u2019"}
_COLON = "[:\uff1a]"


def spoken(text: str, own_name: str, other_names: Iterable[str] = ()) -> str:
    """Return what ``own_name`` says in ``text``, empty if that is nothing.

    Takes off, wherever it wraps the speech: thoughts (``<think>``, closed or not), chat control
    tokens, code fences, a JSON object with one known key for the speech, the speaker's own label,
    stage directions at the start, quotes around the whole. Cuts where the text starts to speak for
    somebody in ``other_names``. Drops control characters, surrogates and text-direction marks;
    white space becomes single spaces and at most one empty line. Never raises; applying it twice
    is applying it once.

    Args:
        text: The model's reply, whatever it holds.
        own_name: Name of the speaker; a label may also be its first word, if nobody shares it.
        other_names: Names of everybody else whose words may not be made up here.

    Returns:
        At most `LONGEST` characters; longer speech ends in `CUT_MARK`.
    """
    own, others = _labels(own_name, tuple(other_names))
    text = _without_thoughts(_clean(text))[:_LARGEST_RAW]
    while True:
        after = _unwrapped(text, own, others)
        if after == text:
            return text
        text = after


def _unwrapped(text: str, own: re.Pattern[str] | None, others: re.Pattern[str] | None) -> str:
    """Take one layer off; every step shortens the text or leaves it alone, so this ends."""
    text = _without_tokens(_without_thoughts(_clean(text)))
    text = _without_object(_without_fence(text))
    text = _own_words(text, own, others)
    return _clipped(_without_quotes(_without_stage(text)).strip())


def _clean(text: str) -> str:
    text = _DROPPED.sub("", _BREAKS.sub("\n", text))
    lines = (line.strip() for line in _SPACES.sub(" ", text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_thoughts(text: str) -> str:
    text = _THINKING.sub("", text)
    # Some chat templates open the thought in the prompt, so only its end is in the reply.
    return _THOUGHT_END.split(text)[-1].strip()


def _without_tokens(text: str) -> str:
    """Cut at the first control token after some speech: what follows is not this turn."""
    for part in _CONTROL.split(text):
        if part.strip():
            return part.strip()
    return ""


def _without_fence(text: str) -> str:
    match = _OPENING.match(text)
    if not match:
        return text
    text = text[match.end() :].rstrip()
    while text.endswith(_FENCES):
        text = text[:-3].rstrip()
    return text


def _without_object(text: str) -> str:
    if not text.startswith("{"):
        return text
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return _half_object(text)
    said = (found[key] for key in _SPEECH_KEYS if isinstance(found.get(key), str))
    return next(said, text)


def _half_object(text: str) -> str:
    """Read the speech of an object that was cut off, or is followed by something else."""
    match = _HALF_OBJECT.match(text)
    if not match:
        return text
    try:
        return json.loads(f'"{match[1]}"', strict=False)
    except ValueError:
        return match[1]


def _own_words(text: str, own: re.Pattern[str] | None, others: re.Pattern[str] | None) -> str:
    """Return the first block of lines that is the speaker's own, without labels."""
    kept: list[str] = []
    mine = True
    for line in text.split("\n"):
        if others and others.match(line):
            if any(kept):
                break
            mine = False
            continue
        inner = _without_label(line, own)
        mine = mine or inner != line
        if mine:
            kept.append(inner)
    return "\n".join(kept).strip()


def _without_label(line: str, own: re.Pattern[str] | None) -> str:
    while own and (label := own.match(line)):
        line = line[label.end() :]
    return line


def _without_stage(text: str) -> str:
    while (match := _STAGE.match(text)) and _is_stage(match, text[match.end() :]):
        text = text[match.end() :]
    return text


def _is_stage(match: re.Match[str], rest: str) -> bool:
    """Tell "*nods* I agree" from "*Never* again", and "(smiles) Well" from "(as said) we"."""
    starred, bracketed, _ = match.groups()
    inside = next(group for group in match.groups() if group)
    if inside.isdigit():
        return False
    if not rest or not rest[0].islower():
        return True
    return bool(starred or bracketed) and inside[0].islower()


def _without_quotes(text: str) -> str:
    """Take off quotes around the whole, or an opening one that a cut reply never closed."""
    while text:
        closed = len(text) > 1 and text[-1] == (_QUOTES | _SINGLE_QUOTES).get(text[0])
        if not closed and text[0] not in _QUOTES:
            return text
        inner = text[1:-1] if closed else text[1:]
        if _has_quote(inner, text[0]):
            return text
        text = inner.strip()
    return text


def _has_quote(text: str, opening: str) -> bool:
    """Return whether ``text`` holds marks of this kind as quotes, not as apostrophes."""
    marks = opening + (_QUOTES | _SINGLE_QUOTES)[opening]
    return re.search(rf"(?<!\w)[{marks}]|[{marks}](?!\w)", text) is not None


def _clipped(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    room = text[: LONGEST - len(CUT_MARK)]
    head, space, rest = room.rpartition(" ")
    return (head if space and len(rest) < LONGEST // 40 else room).rstrip() + CUT_MARK


@lru_cache(maxsize=512)
def _labels(
    own_name: str, other_names: tuple[str, ...]
) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """Return the patterns of the speaker's own label and of all others' labels."""
    own, *others = (tuple(_clean(name).split()) for name in (own_name, *other_names))
    firsts = [words[0].casefold() for words in (own, *others) if words]
    own_forms = _forms(own, firsts)
    known = {form.casefold() for form in own_forms}
    other_forms = [form for words in others for form in _forms(words, firsts)]
    return _label(own_forms), _label([f for f in other_forms if f.casefold() not in known])


def _forms(words: Sequence[str], firsts: Sequence[str]) -> list[str]:
    """Return how a label may write a name: in full, or by a first word that is nobody else's."""
    if not words:
        return []
    forms = [" ".join(words)]
    if len(words) > 1 and firsts.count(words[0].casefold()) == 1:
        forms.append(words[0])
    return forms


def _label(forms: Sequence[str]) -> re.Pattern[str] | None:
    """Match "Ana:", "**Ana:**", "[Ana]", "Ana (softly):", "### Ana:", and "**Ana**" on a line."""
    if not forms:
        return None
    name = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    marks = r"[*_]{0,3}"
    return re.compile(
        rf"(?:#{{1,6}} ?|> ?)?{marks}(?:"
        rf"[\[(](?:{name})[\])]{marks} ?{_COLON}?"
        rf"|(?:{name}){marks}(?: ?[(\[][^()\[\]]{{1,60}}[)\]])?{marks} ?{_COLON}"
        rf"|(?<=[*_])(?:{name})[*_]{{1,3}}\Z"
        rf"){marks} ?",
        re.IGNORECASE,
    )
