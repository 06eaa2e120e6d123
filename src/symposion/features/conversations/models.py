"""What is kept of a conversation: the log of its run, and the rounds read from it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from symposion.core.documents import Owned, Timestamp
from symposion.ports.store import Kind


class LogBatch(Owned):
    """Events of a run that were appended together; the log is the truth of the run.

    Attributes:
        seq: Position of the first event; unique in the run, so that inserting at the expected
            head is the compare-and-set.
        last: Position of the last event.
        closed_round: Number of the round with turns that one of the events closes; 0 for none.
        body: The events as a JSON array.
    """

    run_id: str
    seq: int
    last: int
    closed_round: int = 0
    body: str


LOG = Kind(
    "run_log",
    LogBatch,
    indexes=(("run_id", "last"), ("run_id", "closed_round")),
    unique=(("run_id", "seq"),),
)


class Message(BaseModel):
    """What one agent said in a round.

    Attributes:
        mood: As the HTTP contract names moods (17.2).
        source: "simulated" if a rule-based model wrote it, "provider" if a hosted one did.
        model: The model that wrote it, by its own name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    agent_id: str
    agent_name: str
    message: str
    mood: str
    timestamp: Timestamp
    source: Literal["simulated", "provider"]
    model: str


class Round(Owned):
    """One pass over the speakers, whole: a projection of the log that can be made again.

    Attributes:
        round_number: Counted from 1 in each run.
        time_period: Such as "Day 1 - morning".
        duration: Simulated time, for people.
    """

    run_id: str
    round_number: int
    time_period: str
    scenario: str
    scenario_name: str
    messages: tuple[Message, ...]
    title: str
    agents: tuple[str, ...]
    duration: str
    language: str = "en"
    original_language: str | None = None
    translated_at: Timestamp | None = None
    force_translated: bool = False


ROUNDS = Kind(
    "rounds",
    Round,
    indexes=(("user_id", "run_id", "round_number"),),
    unique=(("run_id", "round_number"),),
)

LIST_LIMIT = 1_000
"""Most rounds a list shows: the newest (HTTP contract 2.4)."""

SPEAKERS_LIMIT = 12
"""Most agents that speak in a round (reliability design R6.2)."""
