"""Words for what the engine calls by short names."""

MOVES: dict[str, str] = {
    "propose": "proposes",
    "inform": "informs",
    "ask": "asks",
    "answer": "answers",
    "clarify": "clarifies",
    "example": "gives an example",
    "object": "objects",
    "concede": "concedes",
    "combine": "combines",
    "quantify": "counts",
    "recall": "recalls",
    "reframe": "reframes",
    "summarise": "sums up",
    "decide": "decides",
    "assign": "assigns",
    "warn": "warns",
    "invite": "invites",
    "joke": "jokes",
    "close": "closes",
}
"""What somebody does who makes a move."""

ENDINGS: dict[str, str] = {
    "turns": "all turns were taken",
    "silence": "nobody had more to say",
}
"""Why a run ended."""


def moved(move: str, addressee: str = "") -> str:
    """Return the move as a verb, with whom it is made to: "objects, to Ada"."""
    verb = MOVES.get(move, move)
    return f"{verb}, to {addressee}" if addressee else verb


def money(micro_usd: int | None) -> str:
    """Return an amount in US dollars; "not known" for None."""
    if micro_usd is None:
        return "not known"
    return f"${micro_usd / 1_000_000:.6f}".rstrip("0").rstrip(".") if micro_usd else "$0"


def written_by(model: dict[str, str] | None, *, simulated: bool) -> str:
    """Return one sentence about who wrote the words of a run."""
    named = " ".join(
        part for part in ((model or {}).get(k, "") for k in ("provider", "model")) if part
    )
    if simulated:
        return (
            f"Simulated text: written by rules ({named or 'offline'}), not by a language model, "
            "and no evidence of what people would say."
        )
    return f"Written by the language model {named}; no evidence of what people would say."


def signed(x: float) -> str:
    """Return a position from -1 to 1 with its sign, as print writes it."""
    return f"{x:+.2f}".replace("-", "−")  # noqa: RUF001 - the minus sign of print
