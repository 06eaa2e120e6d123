"""The constants of a run: frozen, recorded in ``run.created``, never changed inside a run."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class EngineSettings(BaseModel):
    """Weights, thresholds and limits of one run.

    Sources: "design N" is section N of the engine design; values there are starting values unless
    marked as measured. Words are words of text, tokens are estimated model tokens.

    Attributes:
        turns: Committed turns after which the run ends; 0 for no limit.
        turns_per_period: Committed turns after which morning becomes afternoon, and so on;
            0 leaves the clock to the caller.
        turns_per_issue: Turns on one issue before the room may move to the next.
        floor_temperature: T of the softmax over scores; .35 keeps floor respect above .95
            (design 3, simulated).
        addressed .. disagrees: Weights of the motive (design 3).
        silence_bonus, just_spoke, share_penalty: Weights of the score (design 3).
        owed_turns: Turns for which a question to somebody stays owed.
        share_window: Turns over which shares of the floor are counted.
        guard: Row of the guard's calibration table (design 5).
        repairs: Regenerations of one turn at most.
        confirmation_bias: 0 to 1; damps arguments against one's own sign (design 7).
        stance_step: Summed movement that must be reached before a stance moves.
        live_records: Memory records an agent keeps at most (design 6).
        prompt_tokens, reply_tokens: Budget of one call (design 4).
        cap_micro_usd: Spending cap of the run; None for no cap of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    turns: int = Field(default=40, ge=0, le=100_000)
    turns_per_period: int = Field(default=20, ge=0, le=10_000)
    turns_per_issue: int = Field(default=8, ge=1, le=1_000)
    floor_temperature: float = Field(default=0.35, gt=0, le=5)
    addressed: float = 1.2
    owes: float = 0.8
    talk: float = 0.5
    relevance: float = 0.5
    unsaid: float = 0.4
    disagrees: float = 0.3
    silence_bonus: float = 0.25
    just_spoke: float = 1.0
    share_penalty: float = 0.5
    owed_turns: int = Field(default=4, ge=1)
    share_window: int = Field(default=24, ge=4)
    guard: Literal["strict", "balanced", "light"] = "strict"
    repairs: int = Field(default=2, ge=0, le=5)
    confirmation_bias: float = Field(default=0.5, ge=0, le=1)
    stance_step: float = Field(default=0.2, gt=0, le=1)
    live_records: int = Field(default=400, ge=20)
    prompt_tokens: int = Field(default=3480, ge=1000)
    reply_tokens: int = Field(default=240, ge=40, le=8192)
    cap_micro_usd: int | None = Field(default=None, ge=0)


def silence_threshold(present: int) -> float:
    """Return theta(n): the motive below which nobody speaks (design 3)."""
    if present <= 2:
        return 0.25
    return 0.60 if present > 8 else 0.28 + 0.04 * present
