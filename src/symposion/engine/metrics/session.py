"""What is measured: the turns of one run and what its log knows besides."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from symposion.engine.metrics.vectors import TfIdf, Vector
from symposion.engine.persona import Traits
from symposion.engine.reading import Reading
from symposion.engine.text import Words, analyse, content_words, is_unspaced, name_words, tokens
from symposion.ports.brief import Issue


@dataclass(frozen=True, slots=True)
class Utterance:
    """One committed public turn of an agent; the observer's words are none.

    Attributes:
        turn: Counted from 1.
        asked: Ids of those it asks directly; taken from `reading` when empty.
        reading: What `symposion.engine.reading.read` found; None if nobody read it.
    """

    turn: int
    speaker_id: str
    speaker_name: str
    text: str
    asked: tuple[str, ...] = ()
    reading: Reading | None = None

    @property
    def asks(self) -> tuple[str, ...]:
        """Ids of those it asks directly."""
        return self.asked or (self.reading.asked if self.reading else ())


@dataclass(frozen=True, slots=True)
class StanceMove:
    """One agent's change of position on one issue.

    Attributes:
        before, after: -1 to 1.
        causes: Ids or numbers of the turns that caused it.
    """

    turn: int
    agent_id: str
    issue_id: str
    before: float
    after: float
    causes: tuple[int | str, ...] = ()


@dataclass(frozen=True, slots=True)
class StanceLedger:
    """Positions by (agent, issue), -1 to 1, and how they moved.

    Attributes:
        unexplained: Flips seen in the text only, which the ledger did not follow.
    """

    initial: Mapping[tuple[str, str], float]
    final: Mapping[tuple[str, str], float]
    moves: tuple[StanceMove, ...] = ()
    unexplained: int = 0


@dataclass(frozen=True, slots=True)
class Secret:
    """A canary that only its holders may meet."""

    canary: str
    holders: frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """A text somebody got to see: a prompt, a memory, a digest, an export.

    Attributes:
        viewers: Ids of those who see it.
    """

    kind: str
    viewers: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words quoted from a turn."""

    text: str
    turn: int


@dataclass(frozen=True)
class Session:
    """Everything about one run that a measure may ask for; None or empty is "unknown".

    Attributes:
        names: Names of all participants by id, silent ones too.
        issues: The agenda.
        traits: Of the agents by id.
        quotes: What the documents of the run quote; None if it has no documents.
        places: Texts to be searched for secrets, with those who see them.
        generations: Calls made for all turns, repairs and discarded drafts included.
        cost: Micro-USD of all calls; None without a price.
    """

    utterances: tuple[Utterance, ...]
    names: Mapping[str, str]
    language: str = "en"
    issues: tuple[Issue, ...] = ()
    traits: Mapping[str, Traits] = field(default_factory=dict[str, Traits])
    stances: StanceLedger | None = None
    secrets: tuple[Secret, ...] = ()
    places: tuple[Place, ...] = ()
    quotes: tuple[Quote, ...] | None = None
    generations: int | None = None
    cost: int | None = None

    @cached_property
    def tokens(self) -> tuple[list[str], ...]:
        """The words of each turn, nothing masked."""
        return tuple(tokens(u.text) for u in self.utterances)

    @cached_property
    def unspaced(self) -> bool:
        """True if it is written without word spaces, so that counting words means nothing."""
        return is_unspaced(" ".join(u.text for u in self.utterances))

    @cached_property
    def stream(self) -> list[str]:
        """All words in order."""
        return [word for turn in self.tokens for word in turn]

    @cached_property
    def words(self) -> tuple[Words, ...]:
        """Each turn as the guard sees it, names and numbers masked."""
        masks = name_words(self.names.values())
        return tuple(analyse(u.text, masks, self.language) for u in self.utterances)

    @cached_property
    def content(self) -> tuple[frozenset[str], ...]:
        """The content words of each turn, nothing masked."""
        return tuple(content_words(turn, self.language) for turn in self.tokens)

    @cached_property
    def vectors(self) -> tuple[Vector, ...]:
        """TF-IDF vectors of the content words of each turn, idf over the whole session."""
        counts = [
            Counter(word for word in turn if word in content)
            for turn, content in zip(self.tokens, self.content, strict=True)
        ]
        weights = TfIdf()
        for count in counts:
            weights.add(count)
        return tuple(weights.vector(count) for count in counts)
