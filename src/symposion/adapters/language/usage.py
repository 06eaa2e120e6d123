"""How many tokens a call used, when the provider's word for it cannot be taken blindly."""

from collections.abc import Sequence
from dataclasses import dataclass

from symposion.ports.language import Line, Request

_PER_LINE = 16
_PER_CALL = 64


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call.

    Attributes:
        stamp: Empty when the provider's figures were taken as they are; otherwise says that they
            were absent ("estimated") or impossible ("clamped", with what was reported).
    """

    tokens_in: int
    tokens_out: int
    stamp: tuple[tuple[str, str], ...] = ()


def prompt_bound(prompt: Sequence[Line]) -> int:
    """Return an upper bound of the prompt's length in tokens, without a tokenizer.

    A token of a byte-level vocabulary covers at least one UTF-8 byte; roles and separators get 16
    tokens a line and 64 a call on top, more than any chat template we know of uses.
    """
    return _PER_CALL + sum(len(line.text.encode("utf-8", "replace")) + _PER_LINE for line in prompt)


def metered(request: Request, reported_in: object, reported_out: object) -> Usage:
    """Return the usage of ``request``, clamped to what it can have used.

    Both figures end in [0, bound]: the bound of the prompt, and `Request.max_tokens`. A figure
    that is absent, or no number, counts as the bound: whoever pays is never told too little.
    """
    bounds = (prompt_bound(request.prompt), request.max_tokens)
    reported = (_whole(reported_in), _whole(reported_out))
    tokens = [
        bound if figure is None else min(max(figure, 0), bound)
        for figure, bound in zip(reported, bounds, strict=True)
    ]
    return Usage(tokens[0], tokens[1], _stamp(reported, tokens))


def _whole(figure: object) -> int | None:
    if isinstance(figure, bool) or not isinstance(figure, int | float):
        return None
    try:
        return int(figure)
    except (ValueError, OverflowError):  # NaN and infinity are no counts
        return None


def _stamp(reported: tuple[int | None, ...], tokens: Sequence[int]) -> tuple[tuple[str, str], ...]:
    if None in reported:
        return (("usage", "estimated"),)
    if list(reported) != list(tokens):
        return (("usage", "clamped"), ("usage_reported", f"{reported[0]}/{reported[1]}"))
    return ()
