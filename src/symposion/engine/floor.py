"""Who speaks next, or nobody (engine design, section 3). No model is asked.

    motive = 1.2 addressed + .8 owes + .5 talk + .5 relevance + .4 unsaid + .3 disagrees
    score  = motive + .25 ln(1 + turns silent) - 1.0 just spoke
             - .5 clip((share - fair) / fair, -1, 2)

The speaker is drawn from a softmax over scores; silence is decided on motive alone, because
waiting and fairness must not talk an empty room into speech.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from symposion.engine.member import Member
from symposion.engine.room import Heard, Room
from symposion.engine.settings import silence_threshold

EXTRA_TURNS = 2
"""Turns a round with ``coverage=all`` may add for questions still open (design 3)."""


@dataclass(frozen=True, slots=True)
class Bid:
    """One member's claim to the floor."""

    member: Member
    addressed: float
    owes: bool
    motive: float
    score: float


def bids(room: Room) -> list[Bid]:
    """Return the bids of all present, in order of joining."""
    present = room.present()
    last = room.window[-1] if room.window else None
    topics: dict[tuple[int, ...], frozenset[str]] = {}
    found: list[Bid] = []
    for member in present:
        recent = list(islice(room.heard(member), 3))
        key = tuple(turn.seq for turn in recent)
        if key not in topics:
            topics[key] = frozenset[str]().union(*(turn.words.content for turn in recent))
        hears = last if recent and recent[0] is last else None
        found.append(_bid(room, member, hears, topics[key], len(present)))
    return found


def _bid(room: Room, member: Member, last: Heard | None, topic: frozenset[str], n: int) -> Bid:
    """Return the bid of ``member``; ``last`` is the last turn if it heard that one."""
    weights = room.settings
    addressed = _addressed(member, last) if last is not None else 0.0
    owes = any(o.until > room.turns for o in member.owed)
    just_spoke = last is not None and last.said.speaker_id == member.id
    motive = (
        weights.addressed * addressed
        + weights.owes * owes
        + weights.talk * member.style.talk
        + weights.relevance * _cosine(topic, member.profile)
        + weights.unsaid * member.unsaid()
        + weights.disagrees * (0.0 if just_spoke else _distance(member, last))
    )
    score = (
        motive
        + weights.silence_bonus * math.log1p(room.turns - member.last_turn)
        - weights.just_spoke * just_spoke
        - weights.share_penalty * _excess(room, member, n)
    )
    return Bid(member, addressed, owes, motive - just_spoke, score)


def _addressed(member: Member, last: Heard) -> float:
    if member.id == last.said.speaker_id:
        return 0.0
    if member.id in last.reading.asked or member.id in last.reading.named:
        return 1.0
    return 0.3 if last.reading.open_question else 0.0


def _cosine(left: frozenset[str], right: frozenset[str]) -> float:
    shared = len(left & right)
    return shared / math.sqrt(len(left) * len(right)) if shared else 0.0


def _distance(member: Member, last: Heard | None) -> float:
    position = member.positions.get(last.issue) if last else None
    return abs(position.x - last.side) / 2 if position and last else 0.0


def _excess(room: Room, member: Member, n: int) -> float:
    if len(room.spoke) < n:
        return 0.0
    window = list(room.spoke)[-room.settings.share_window :]
    fair = 1.0 / n
    return max(-1.0, min(2.0, (window.count(member.id) / len(window) - fair) / fair))


def choose(room: Room) -> Member | None:
    """Return who speaks next, or None for silence (or for a round that is complete)."""
    found = bids(room)
    if room.round and room.round.coverage == "all":
        return _pooled(room, found)
    if not found or room.passes >= 2 * len(found):
        return None
    roused = not room.turns or (room.beat is not None and room.beat.turn > room.turns)
    if not roused and max(b.motive for b in found) < silence_threshold(len(found)):
        return None
    return _draw(room, _with_floor(_without_last(room, found)))


def _without_last(room: Room, found: Sequence[Bid]) -> list[Bid]:
    last = room.spoke[-1] if room.spoke else ""
    return [b for b in found if b.member.id != last] or list(found)


def _with_floor(found: list[Bid]) -> list[Bid]:
    addressed = [b for b in found if b.addressed >= 1.0]
    if len(addressed) != 1:
        return found
    holder = addressed[0]
    return [b for b in found if b is holder or b.score >= holder.score - b.member.style.cut_in]


def _pooled(room: Room, found: list[Bid]) -> Member | None:
    assert room.round is not None
    waiting = [b for b in found if b.member.id not in room.round.spoken]
    if waiting:
        return _draw(room, _with_floor(_without_last(room, waiting)))
    asked = [b for b in _without_last(room, found) if b.owes]
    theta = silence_threshold(len(found))
    if room.round.extra >= EXTRA_TURNS or len(found) < 3:
        return None
    return _draw(room, asked) if asked and max(b.motive for b in asked) >= theta else None


def _draw(room: Room, found: Sequence[Bid]) -> Member:
    top = max(b.score for b in found)
    heat = room.settings.floor_temperature
    weights = [(b.member, math.exp((b.score - top) / heat)) for b in found]
    return room.chance.weighted(weights, "floor", room.slot)
