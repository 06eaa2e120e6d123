"""One agent in a room, with everything private to it."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from symposion.engine.memory import Memory
from symposion.engine.persona import Agent
from symposion.engine.relations import Mood
from symposion.engine.stance import Position
from symposion.engine.text import content_words, jaccard, sentences, tokens
from symposion.ports.brief import Source, SourceKind, Speaker, Style

GISTS = 8
GIST_WORDS = 24


@dataclass(slots=True)
class Owed:
    """A question to an agent that waits for an answer.

    Attributes:
        turn: The turn that asked; 0 for the observer.
        until: Last turn number at which it still counts.
    """

    turn: int
    by: str
    until: int


@dataclass(slots=True)
class Prepared:
    """Something an agent brought along to say."""

    source: Source
    keys: frozenset[str]
    voiced: bool = False


@dataclass(slots=True)
class Member:
    """An agent in a room.

    Attributes:
        joined: ``seq`` of the event by which it joined; it heard nothing before.
        profile: Content words of goal, expertise and background.
        relations: Feeling towards others by id, -10 to 10.
        last_turn: Number of the last own turn; 0 before the first.
        praised: True once it opened a turn with praise ("Great point ...").
        voiced: Issues it has spoken on.
        gists: What it said before, deduplicated, oldest first.
    """

    agent: Agent
    style: Style
    voice: int
    joined: int
    memory: Memory
    mood: Mood
    profile: frozenset[str]
    goal_keys: frozenset[str]
    prepared: list[Prepared]
    positions: dict[str, Position] = field(default_factory=dict[str, Position])
    relations: dict[str, float] = field(default_factory=dict[str, float])
    owed: list[Owed] = field(default_factory=list[Owed])
    voiced: set[str] = field(default_factory=set[str])
    moves: deque[str] = field(default_factory=lambda: deque[str](maxlen=3))
    gists: list[tuple[str, frozenset[str]]] = field(
        default_factory=list[tuple[str, frozenset[str]]]
    )
    last_turn: int = 0
    turns: int = 0
    mood_label: str = "neutral"
    praised: bool = False
    present: bool = True

    @property
    def id(self) -> str:
        """The agent's id."""
        return self.agent.id

    def unsaid(self) -> float:
        """Return the share of what the agent could say that it has not voiced yet.

        That is what it brought along, and its stance on every issue.
        """
        points = len(self.prepared) + len(self.positions)
        left = sum(not p.voiced for p in self.prepared) + len(self.positions.keys() - self.voiced)
        return left / points if points else 0.0

    def remember_saying(self, text: str, keys: frozenset[str]) -> None:
        """Keep the gist of an own turn, unless a kept one says the same; at most `GISTS`."""
        if any(jaccard(keys, old) >= 0.5 for _, old in self.gists):
            return
        first = " ".join(sentences(text)[0].split()[:GIST_WORDS]) if text.strip() else ""
        self.gists.append((first, keys))
        if len(self.gists) > GISTS:
            del self.gists[1]

    def speaker(self) -> Speaker:
        """Return the agent as a model is told about it."""
        agent = self.agent
        return Speaker(
            id=agent.id,
            name=agent.name,
            role=agent.face,
            archetype=agent.archetype.value,
            style=self.style,
            voice=self.voice,
            goal=agent.goal,
            expertise=agent.expertise,
            background=agent.background,
            memories=agent.memories,
            blind_spot=agent.blind_spot,
            contradiction=agent.contradiction,
            pushback=agent.pushback or "tests",
        )


def prepared_by(agent: Agent, language: str) -> list[Prepared]:
    """Return what ``agent`` brings along: goal, fields of expertise, background, memories.

    Ids are ``AGENT:KIND:INDEX`` and stable for the same persona.
    """
    given: list[tuple[SourceKind, Iterable[str]]] = [
        ("goal", [agent.goal]),
        ("expertise", _listed(agent.expertise)),
        ("background", sentences(agent.background)),
        ("memory", agent.memories),
    ]
    parts: list[tuple[SourceKind, str]] = []
    for kind, texts in given:
        parts.extend((kind, text) for text in texts if text)
    return [
        Prepared(
            Source(f"{agent.id}:{kind}:{index}", kind, text, agent.id),
            content_words(tokens(text), language),
        )
        for index, (kind, text) in enumerate(parts)
    ]


def _listed(text: str) -> list[str]:
    pieces = text.replace(";", ",").replace("\n", ",").split(",")
    return [piece.strip(" .") for piece in pieces if piece.strip(" .")]


def words_of(*texts: str, language: str) -> frozenset[str]:
    """Return the content words of ``texts`` together."""
    return content_words([word for text in texts for word in tokens(text)], language)
