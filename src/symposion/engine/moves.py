"""Which dialogue act a turn performs, whom it answers and to whom it speaks (design, section 4)."""

from dataclasses import dataclass
from typing import Final

from symposion.engine.inventory import REACH, Point, backed
from symposion.engine.member import Member
from symposion.engine.room import Heard, Room
from symposion.ports.brief import Move

BACKERS = 2
"""Others who must have taken up a proposal before the room may decide on it (design 4)."""
SUMMARY_GAP = 10
"""Turns between summaries at least (design 4)."""
SIDE_STEP = 0.25
"""A turn shows roughly where its speaker stands, never the private stance to the digit."""
REUSED = 0.35
"""Weight of a move the agent used in its last three turns (design 4)."""

_LEANING: Final[dict[str, dict[str, float]]] = {
    "morning": {"propose": 1.3, "ask": 1.3},
    "afternoon": {"object": 1.3, "quantify": 1.3},
    "evening": {"summarise": 1.4, "decide": 1.4},
}
_REPLIES: Final = frozenset(
    ("answer", "clarify", "object", "concede", "combine", "example", "quantify", "ask")
)


_INSTEAD: Final[tuple[Move, ...]] = ("example", "reframe", "warn", "ask", "inform")


def after_repairs(move: Move, attempt: int) -> Move:
    """Return the move of repair ``attempt``: a refused draft is never asked for unchanged.

    An owed answer stays an answer.
    """
    if attempt == 0 or move in ("answer", "close"):
        return move
    others: list[Move] = [other for other in _INSTEAD if other != move]
    return others[(attempt - 1) % len(others)]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a turn is to do.

    Attributes:
        answering: The turn it replies to, if any.
        addressee: Id of who is spoken to; empty for all.
        side: The position it speaks for.
    """

    move: Move
    answering: Heard | None
    addressee: str
    owed: bool
    issue: str
    side: float


def choose(room: Room, member: Member) -> Choice:
    """Return what ``member`` does with the floor."""
    issue = _issue(room, member)
    others = [t for t, _ in zip(room.heard(member), range(6), strict=False)]
    others = [t for t in others if t.said.speaker_id != member.id]
    asked = _owed_turn(room, member)
    if asked is not None:
        return _choice(room, member, "answer", asked, asked.issue or issue, owed=True)
    if _is_closing(room):
        return Choice("close", None, "", False, issue, member.positions[issue].x)
    options: list[tuple[Move, float]] = [
        (move, w) for move, w in _weights(room, member, issue, others).items() if w > 0.0
    ]
    move = room.chance.weighted(options, "move", room.slot, member.id)
    return _choice(room, member, move, _target(room, member, move, issue, others), issue)


def _is_closing(room: Room) -> bool:
    return room.settings.turns > 0 and room.turns + 1 == room.settings.turns


def _issue(room: Room, member: Member) -> str:
    stay = room.issue and room.issue_turns < room.settings.turns_per_issue
    if stay and room.issue_turns >= 3:
        restless = room.chance.number("topic", room.slot, member.id)
        stay = restless >= 0.5 * member.style.new_topic_rate
    if stay:
        return room.issue
    ids = [i.id for i in room.issues]
    start = ids.index(room.issue) + 1 if room.issue in ids else 0
    order = ids[start:] + ids[:start]
    return next((i for i in order if i not in room.decided), order[0])


def _owed_turn(room: Room, member: Member) -> Heard | None:
    for owed in reversed(member.owed):
        turn = room.turn_in_view(owed.turn)
        if turn is not None and owed.until > room.turns:
            return turn
    return None


def _weights(room: Room, member: Member, issue: str, others: list[Heard]) -> dict[Move, float]:
    style, points = member.style, room.inventory.on(issue, member.id, member.joined)
    position = member.positions[issue]
    foreign = [p for p in points if p.owner != member.id]
    last = others[0] if others else None
    gap = abs(position.x - last.side) / 2 if last and last.issue == issue else 0.0
    decided = issue in room.decided
    figures = any(c.isdigit() for c in room.scenario.text)
    k = (style.we_share - 0.15) / 0.55
    weights: dict[Move, float] = {
        "propose": 1.1 if not decided else 0.2,
        "inform": 1.0,
        "ask": 3.4 * style.question_rate if last else 0.8 * style.question_rate,
        "clarify": 0.35 if last else 0.0,
        "example": 0.6,
        "object": style.object_weight * (2.0 + 6.0 * gap) if last else 0.0,
        "concede": 0.9 * k * gap if last else 0.0,
        "combine": 0.8 * k if len({p.owner for p in foreign}) >= 2 else 0.0,
        "quantify": 0.5 if figures else 0.0,
        "recall": 0.45,
        "reframe": 0.35 if points else 0.0,
        "summarise": 0.5 * k if _may_summarise(room) else 0.0,
        "decide": 14.0 * style.close_rate if _may_decide(room, member, issue, points) else 0.0,
        "assign": 6.0 * style.close_rate if decided else 0.0,
        "warn": 0.35 + max(0.0, -position.x),
        "invite": 0.6 * k if _quietest(room, member) else 0.0,
        "joke": 0.9 * style.exclaim_rate if room.turns > 4 else 0.0,
    }
    lean = _LEANING[room.period]
    return {
        move: w
        * lean.get(move, 1.0)
        * (REUSED if move in member.moves else 1.0)
        * _late(room, move)
        for move, w in weights.items()
    }


def _late(room: Room, move: Move) -> float:
    limit = room.settings.turns
    if not limit or move not in ("decide", "assign", "close"):
        return 1.0
    left = (limit - room.turns) / limit
    return 3.0 if left <= 0.10 else 2.0 if left <= 0.25 else 1.0


def _may_summarise(room: Room) -> bool:
    return room.turns >= SUMMARY_GAP and room.turns - room.summarised >= SUMMARY_GAP


def _may_decide(room: Room, member: Member, issue: str, points: list[Point]) -> bool:
    if issue in room.decided:
        return False
    proposal = backed(points, BACKERS)
    return proposal is not None and abs(proposal.side - member.positions[issue].x) <= REACH


def _quietest(room: Room, member: Member) -> str:
    """Return who has been silent for two rounds' worth of turns; empty if nobody has."""
    present = room.present()
    waiting = [m for m in present if m.id != member.id]
    if not waiting:
        return ""
    quiet = min(waiting, key=lambda m: m.last_turn)
    return quiet.id if room.turns - quiet.last_turn >= 2 * len(present) else ""


def _target(
    room: Room, member: Member, move: Move, issue: str, others: list[Heard]
) -> Heard | None:
    if not others or move in ("summarise", "close", "invite"):
        return None
    if move == "decide":
        proposal = backed(room.inventory.on(issue, member.id, member.joined), BACKERS)
        return room.turn_in_view(proposal.turn) if proposal else None
    if move == "object":
        near = others[:3]
        return max(near, key=lambda t: (_apart(member, t), t.said.turn))
    fresh = move in ("propose", "warn", "reframe", "recall", "inform")
    if fresh and room.chance.number("fresh", room.slot) < member.style.new_topic_rate:
        return None
    return others[0]


def _apart(member: Member, turn: Heard) -> float:
    position = member.positions.get(turn.issue)
    return abs(position.x - turn.side) if position else 0.0


def _choice(
    room: Room, member: Member, move: Move, turn: Heard | None, issue: str, *, owed: bool = False
) -> Choice:
    if turn is not None and move in _REPLIES:
        issue = turn.issue or issue
    x = member.positions[issue].x
    side = x
    if move == "concede" and turn is not None:
        side = (x + turn.side) / 2
    elif move == "object" and turn is not None:
        side = x if abs(x - turn.side) >= 0.3 else max(-1.0, min(1.0, x - 0.5 * _sign(turn.side)))
    addressee = _addressee(room, member, move, turn)
    return Choice(move, turn, addressee, owed, issue, round(side / SIDE_STEP) * SIDE_STEP)


def _sign(x: float) -> float:
    return -1.0 if x < 0 else 1.0


def _addressee(room: Room, member: Member, move: Move, turn: Heard | None) -> str:
    if move == "invite":
        return _quietest(room, member)
    if move == "assign":
        able = [m for m in room.present() if m.id != member.id]
        return room.chance.pick(able, "assign", room.slot).id if able else ""
    if turn is None or move not in _REPLIES:
        return ""
    if move == "answer":
        return turn.said.speaker_id
    chance = 0.9 if move in ("object", "concede", "clarify") else 0.5
    return turn.said.speaker_id if room.chance.number("to", room.slot) < chance else ""
