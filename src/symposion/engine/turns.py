"""A turn as everybody outside the engine sees it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Turn:
    """One committed public turn of an agent.

    Attributes:
        number: Counted from 1 within the run.
        seq: Its event in the log.
        move: The dialogue act that was assigned.
        addressee_id: Whom it speaks to; empty for all.
        mood: Label of the speaker's mood.
        sim_time: Simulated minutes since midnight of day 0.
        produced_by: Who wrote the text: ``{"kind": "simulated" | "provider", ...}``.
        tokens_in, tokens_out: Of all calls made for this turn.
        cost: Micro-USD of all calls made for this turn; None if the model has no known price.
        attempts: Calls made for this turn.
    """

    number: int
    seq: int
    speaker_id: str
    speaker_name: str
    text: str
    move: str
    addressee_id: str
    mood: str
    day: int
    period: str
    sim_time: int
    produced_by: dict[str, str] = field(default_factory=dict[str, str])
    tokens_in: int = 0
    tokens_out: int = 0
    cost: int | None = None
    attempts: int = 1
