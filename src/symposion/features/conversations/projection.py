"""Rounds as readers see them, read from the log of a run. Pure: the log in, rounds out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from symposion.engine.periods import MINUTES_PER_TURN
from symposion.engine.room import Room
from symposion.ports.log import Event

_MOODS = {
    "optimist": "enthusiastic",
    "skeptic": "cautious",
    "scientist": "analytical",
    "leader": "strategic",
    "artist": "creative",
}
"""Moods in rounds by archetype (HTTP contract 17.2); all others are "engaged"."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One turn of a round; ``at`` is RFC 3339 in UTC."""

    agent_id: str
    agent_name: str
    text: str
    mood: str
    at: str
    source: str
    model: str


@dataclass(frozen=True, slots=True)
class ClosedRound:
    """A round that is complete.

    Attributes:
        id: As the log names it.
        minutes: Simulated time it took.
        at: When it was closed, RFC 3339 in UTC.
    """

    id: str
    number: int
    label: str
    scenario: str
    scenario_name: str
    language: str
    spoken: tuple[Spoken, ...]
    minutes: int
    at: str


@dataclass(slots=True)
class Scene:
    """What must be known of a run to tell its next rounds."""

    faces: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    scenario: dict[str, Any] = field(default_factory=dict[str, Any])
    label: str = "Day 1 - morning"
    round_id: str = ""
    turns: dict[int, Spoken] = field(default_factory=dict[int, Spoken])

    @classmethod
    def of(cls, room: Room) -> Self:
        """Return the scene of ``room``, with none of its turns."""
        faces = {m.id: (m.agent.name, m.agent.archetype.value) for m in room.members.values()}
        opened = room.round.id if room.round else ""
        label = f"Day {room.day} - {room.period}"
        return cls(faces, room.scenario.model_dump(mode="json"), label, opened)

    def see(self, event: Event) -> ClosedRound | None:
        """Take in ``event``; return the round it closes, if it has turns and all were seen."""
        p = event.payload
        match event.type:
            case "scenario.set":
                self.scenario = p["scenario"]
            case "agent.joined" | "agent.changed":
                self.faces[p["agent"]["id"]] = (p["agent"]["name"], p["agent"]["archetype"])
            case "round.opened":
                self.round_id = p["id"]
            case "period.advanced":
                self.label = f"Day {p['day']} - {p['period']}"
            case "turn.committed":
                self.turns[p["number"]] = self._spoken(event)
            case "round.closed":
                return self._closed(event)
            case _:
                pass
        return None

    def _spoken(self, event: Event) -> Spoken:
        p = event.payload
        name, archetype = self.faces[p["speaker"]]
        made = p["produced_by"]
        return Spoken(
            agent_id=p["speaker"],
            agent_name=name,
            text=p["text"],
            mood=_MOODS.get(archetype, "engaged"),
            at=event.wall_time,
            source=made["kind"],
            model=made["model"],
        )

    def _closed(self, event: Event) -> ClosedRound | None:
        numbers: list[int] = event.payload["turns"]
        if not numbers or not all(number in self.turns for number in numbers):
            return None
        spoken = tuple(self.turns.pop(number) for number in numbers)
        return ClosedRound(
            id=self.round_id,
            number=event.payload["number"],
            label=self.label,
            scenario=self.scenario["text"],
            scenario_name=self.scenario["name"],
            language=self.scenario["language"],
            spoken=spoken,
            minutes=MINUTES_PER_TURN * len(spoken),
            at=event.wall_time,
        )


def closed_rounds(events: Iterable[Event], scene: Scene | None = None) -> list[ClosedRound]:
    """Return the rounds that ``events`` close, in order; ``scene`` is what went before."""
    known = scene or Scene()
    return [closed for closed in map(known.see, events) if closed is not None]
