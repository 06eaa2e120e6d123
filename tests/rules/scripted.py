"""A small scripted language model, and rooms to put it in: real parts, nothing patched.

`Scripted` implements the `LanguageModel` port by rules. Its words are drawn with the engine's own
counter-based randomness from the request's brief, so the same run gives the same text on every
Python version.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from symposion.engine import drive as driving
from symposion.engine.chance import Chance
from symposion.engine.log import Draft, timeless
from symposion.engine.memory_log import MemoryLog
from symposion.engine.persona import Agent, Archetype
from symposion.engine.room import Room
from symposion.engine.scenario import Scenario
from symposion.engine.settings import EngineSettings
from symposion.ports.language import LanguageModel, ModelCard, ModelFailed, Price, Reply, Request
from symposion.ports.log import Event

_SYLLABLES = tuple(c + v for v in "aeiou" for c in "bdglmnprstvz")
_FRAMES = {
    "ask": "{name}, what would {words} change for us?",
    "answer": "Because {words} holds, I would start there.",
    "object": "I disagree: {words} is a risk.",
    "propose": "We should try {words} first.",
    "decide": "So we agree: we decided on {words}.",
    "assign": "{name} will prepare {words} by Friday.",
}


def vocabulary(size: int = 4000) -> tuple[str, ...]:
    """Return ``size`` pronounceable made-up words of three syllables."""
    n = len(_SYLLABLES)
    return tuple(
        _SYLLABLES[i % n] + _SYLLABLES[i // n % n] + _SYLLABLES[(i * 7 + i // (n * n)) % n]
        for i in range(size)
    )


@dataclass(slots=True)
class Script:
    """How a `Scripted` model behaves.

    Attributes:
        words: Words of a reply; 0 for the brief's own target.
        repeats: Share of first drafts that repeat the speaker's last words.
        stubborn: True if repairs repeat as well.
        failures: What call number n (from 1) raises, if anything.
        texts: What call number n (from 1) says instead of words of its own.
    """

    words: int = 0
    repeats: float = 0.0
    stubborn: bool = False
    failures: Callable[[int], ModelFailed | None] = lambda _: None
    texts: dict[int, str] = field(default_factory=dict[int, str])


class Scripted:
    """A `LanguageModel` that speaks made-up words.

    Attributes:
        requests: Every request it was sent, in order.
    """

    def __init__(
        self,
        script: Script | None = None,
        *,
        price: Price | None = Price(0, 0),  # noqa: B008 - frozen
        before: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.script = script or Script()
        self.requests: list[Request] = []
        self._price = price
        self._before = before
        self._vocabulary = vocabulary()

    @property
    def card(self) -> ModelCard:
        return ModelCard("scripted", "made-up-words", self._price, simulated=True)

    @property
    def calls(self) -> int:
        return len(self.requests)

    async def reply(self, request: Request) -> Reply:
        self.requests.append(request)
        self._before(self.calls)
        failure = self.script.failures(self.calls)
        if failure is not None:
            raise failure
        text = self.script.texts.get(self.calls) or self._text(request)
        used = sum(len(line.text) for line in request.prompt) // 5
        return Reply(text, used, min(len(text.split()), request.max_tokens), "stop", "made-up")

    def _text(self, request: Request) -> str:
        brief = request.brief
        chance = Chance(brief.seed)
        own = [s.text for s in brief.recent if s.speaker_id == brief.speaker.id]
        may_repeat = brief.attempt == 0 or self.script.stubborn
        if own and may_repeat and chance.number("repeat", brief.turn) < self.script.repeats:
            return own[-1]
        size = self.script.words or max(4, brief.target_words)
        words = [
            chance.pick(self._vocabulary, brief.turn, brief.attempt, index) for index in range(size)
        ]
        names = {o.id: o.name for o in brief.others}
        name = names.get(brief.addressee_id) or brief.others[0].name
        frame = _FRAMES.get(brief.move, "{words}.")
        return _capital(frame.format(name=name, words=" ".join(words)))

    async def check(self) -> None:
        return

    async def close(self) -> None:
        return


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class Clock:
    """A clock that goes on by a second whenever it is read."""

    def __init__(self, start: int = 0) -> None:
        self._now = datetime(2030, 1, 1, tzinfo=UTC) + timedelta(seconds=start)

    def now(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


@dataclass(slots=True)
class Sleep:
    """A sleep that takes no time and keeps what it was asked for."""

    slept: list[float] = field(default_factory=list[float])

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


_NAMES = ("Amina", "Bruno", "Chiara", "Dmitri", "Esther", "Farid", "Greta", "Hugo", "Ines", "Jonas")
_TEMPERS = tuple(Archetype)
_FIELDS = ("bus routes", "public money", "road safety", "shop keeping", "nursing", "joinery")


def people(count: int = 5) -> list[Agent]:
    """Return a cast of ``count``; every agent has a goal, a field and two memories."""
    found: list[Agent] = []
    for i in range(count):
        name = _NAMES[i] if i < len(_NAMES) else f"{_NAMES[i % 10]}{chr(97 + i // 10)}"
        known = _FIELDS[i % len(_FIELDS)]
        found.append(
            Agent(
                name=name,
                archetype=_TEMPERS[i % len(_TEMPERS)],
                goal=f"make the square safe without losing {known}",
                expertise=f"{known}, planning",
                background=f"Worked ten years with {known}. Lives beside the square.",
                memories=(
                    f"The winter market lost {7 + i} stalls when the {known} changed.",
                    f"Once counted {30 + i} lorries before breakfast, thinking about {known}.",
                ),
            )
        )
    return found


def square(**changes: object) -> Scenario:
    """Return a scenario with three issues."""
    fields: dict[str, object] = {
        "name": "The market square",
        "text": "The town may close its market square to cars from 1 May. It costs 40000 euros. "
        "Should the square be closed? Who pays for the bollards? When do deliveries come?",
        "issues": (
            "Should the square be closed to cars?",
            "Who pays for the bollards?",
            "When do deliveries come?",
        ),
    }
    return Scenario.model_validate(fields | changes)


def outside(
    model: LanguageModel | None = None, log: MemoryLog | None = None, start: int = 0
) -> driving.Outside:
    """Return everything a run needs, in memory."""
    return driving.Outside(
        log if log is not None else MemoryLog(), model or Scripted(), Clock(start), Sleep()
    )


async def founded(
    world: driving.Outside,
    *,
    cast: Sequence[Agent] = (),
    scenario: Scenario | None = None,
    seed: str = "seed",
    **settings: object,
) -> Room:
    """Return a founded room in ``world``, five people in the square unless told otherwise."""
    return await driving.found(
        world,
        "run",
        cast or people(),
        scenario or square(),
        seed=seed,
        settings=EngineSettings.model_validate(settings),
    )


async def driven(world: driving.Outside, room: Room) -> list[Event]:
    """Drive ``room`` until it rests; return what happened."""
    return [event async for event in driving.drive(world, room)]


async def played(model: Scripted | None = None, **told: object) -> tuple[list[Event], Room]:
    """Play a whole run; return its log and the room at the end."""
    world = outside(model)
    room = await founded(world, **told)  # pyright: ignore[reportArgumentType] - settings by name
    await driven(world, room)
    return await world.log.read(), room


def transcript(events: Sequence[Event]) -> list[tuple[int, str, str]]:
    """Return (number, speaker, text) of every committed turn."""
    return [
        (e.payload["number"], e.payload["speaker"], e.payload["text"])
        for e in events
        if e.type == "turn.committed"
    ]


def fingerprint(events: Sequence[Event]) -> str:
    """Return the sha256 of a log without its wall times: the same on every Python version."""
    whole = sha256()
    for event in events:
        whole.update(orjson.dumps(timeless(event), option=orjson.OPT_SORT_KEYS))
    return whole.hexdigest()


def of_type(events: Sequence[Event], kind: str) -> list[Event]:
    """Return the events of one type."""
    return [event for event in events if event.type == kind]


async def say(world: driving.Outside, room: Room, speaker: str, text: str, **how: Any) -> Event:
    """Put a turn into ``room`` as if it had been played; ``how`` are fields of its payload.

    ``visible_to`` makes it a whisper.
    """
    payload: dict[str, Any] = {
        "number": room.turns + 1,
        "speaker": speaker,
        "text": text,
        "move": "inform",
        "addressee": "",
        "issue": room.issues[0].id,
        "answering": 0,
        "side": 0.5,
    }
    audience = how.pop("visible_to", "all")
    draft = Draft("turn.committed", payload | how, actor_id=speaker, visible_to=audience)
    event = (await driving.note(world, room, [draft]))[0]
    await driving.note(world, room, list(room.due))
    return event


class Killed(BaseException):
    """The process died here; nothing below may catch it."""


class KillingLog(MemoryLog):
    """A log whose process dies right after the appends whose numbers (from 1) are in ``at``."""

    def __init__(self, at: Callable[[int], bool]) -> None:
        super().__init__()
        self._at = at
        self.appends = 0

    async def append(self, events: Sequence[Event]) -> None:
        await super().append(events)
        self.appends += 1
        if self._at(self.appends):
            raise Killed


async def survived(world: driving.Outside, **told: object) -> tuple[list[Event], int]:
    """Play a run to its rest, starting again from the log whenever it is killed.

    Returns:
        The log, and how often it was killed.
    """
    kills = 0
    while True:
        try:
            room = await driving.resume(world)
            if room is None:
                room = await founded(world, **told)  # pyright: ignore[reportArgumentType]
            await driven(world, room)
            return await world.log.read(), kills
        except Killed:
            kills += 1
