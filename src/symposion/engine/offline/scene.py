"""What all drafts of one reply share: read once, never changed."""

from dataclasses import dataclass

from symposion.engine.offline.pack import Action, Pack
from symposion.engine.offline.phrases import Phrase
from symposion.engine.offline.ranking import Ranked, ranked
from symposion.engine.offline.thoughts import Thought
from symposion.engine.offline.topic import Topic, heard_in, topic_of
from symposion.engine.text import tokens
from symposion.ports.brief import Brief

_BACK = 8
"""Turns in which a tie to somebody else's point is looked for."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A point of somebody else, not of the turn that is answered.

    Attributes:
        teller: Their name.
        thought: The frame of thought their point was made of.
    """

    teller: str
    point: Phrase
    thought: Thought


@dataclass(frozen=True, slots=True)
class Scene:
    """One brief, read.

    Attributes:
        pool: Thoughts not voiced yet, best first.
        ties: Points of others that the turn may reach back to, latest first.
        actions: What was proposed in the turns in view, latest first.
    """

    brief: Brief
    known: Pack
    topic: Topic
    pool: list[Ranked]
    ties: tuple[Tie, ...]
    actions: tuple[Action, ...]


def scene_of(brief: Brief, known: Pack) -> Scene:
    """Return ``brief`` read with the words of ``known``."""
    topic = topic_of(brief, known)
    pool = ranked(brief, topic, known)
    said = [heard_in(s.text, known.language) for s in reversed(brief.recent)]
    actions = dict.fromkeys(action for heard in said for action in heard.actions)
    return Scene(brief, known, topic, pool, tuple(_ties(brief, known)), tuple(actions))


def _ties(brief: Brief, known: Pack) -> list[Tie]:
    names = {o.id: o.name for o in brief.others}
    masks = {w for o in (*brief.others, brief.speaker) for w in tokens(o.name)}
    answered = brief.answering.turn if brief.answering else -1
    found: list[Tie] = []
    for said in brief.recent[-_BACK:][::-1]:
        if said.speaker_id not in names or said.turn == answered:
            continue
        heard = heard_in(said.text, known.language)
        points = [p for p in heard.points if not p.keys & masks]
        if heard.thoughts and points:
            found.append(Tie(names[said.speaker_id], points[0], heard.thoughts[-1]))
    return found
