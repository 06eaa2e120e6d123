"""What follows from a turn and must itself be in the log: moved stances, feelings, moods."""

from collections.abc import Sequence

from symposion.engine import stance
from symposion.engine.log import Draft, may_see
from symposion.engine.member import Member
from symposion.engine.relations import moved, prior, trust
from symposion.engine.room import Heard, Room
from symposion.engine.text import content_words, tokens

_CAUSES = 8
_CARED = 2
"""Words of a turn that touch what a listener cares about, from which it weighs in full."""
_KEYS = 24
_DEFENCE = frozenset(("object", "answer", "propose", "inform", "quantify"))
_CONVICTION = (0.15, 0.90)


def after_turn(
    room: Room,
    heard: Heard,
    listeners: Sequence[Member],
    novelty: float,
    ignored: Sequence[tuple[str, str, int]],
) -> None:
    """Put on ``room.due`` what follows from ``heard``.

    Args:
        room: The room, with the turn folded in.
        heard: The turn.
        listeners: Who heard it, the speaker left out.
        novelty: Of its claim: 1 first time, .25 second, 0 after.
        ignored: Questions that ran out: (who ignored, who asked, turn of the question).
    """
    for who, asked_by, turn in ignored:
        room.due.append(Draft("floor.ignored", {"by": who, "from": asked_by, "turn": turn}))
    _defend(room, heard)
    for listener in listeners:
        _sway(room, listener, heard, novelty)
    _relate(room, heard, listeners, novelty, ignored)
    _feel(room, heard, listeners)
    _note_commitments(room, heard)


def _defend(room: Room, heard: Heard) -> None:
    position = room.members[heard.said.speaker_id].positions[heard.issue]
    if heard.move in _DEFENCE and position.x * heard.side > 0:
        position.conviction = min(_CONVICTION[1], position.conviction + 0.05)


def _sway(room: Room, listener: Member, heard: Heard, novelty: float) -> None:
    position = listener.positions.get(heard.issue)
    if position is None:
        return
    cares = len((listener.goal_keys | listener.profile) & heard.words.content)
    dx = stance.pull(
        position,
        heard.side,
        trust=trust(listener.relations.get(heard.said.speaker_id, 0.0)),
        novelty=novelty,
        strength=0.5 + 0.5 * min(1.0, cares / _CARED),
        bias=room.settings.confirmation_bias,
    )
    if not dx:
        return
    position.pressure += dx
    position.causes = [*position.causes, heard.seq][-_CAUSES:]
    if abs(position.pressure) >= room.settings.stance_step:
        to = round(max(-1.0, min(1.0, position.x + position.pressure)), 4)
        room.due.append(
            Draft(
                "stance.moved",
                {
                    "agent_id": listener.id,
                    "issue": heard.issue,
                    "from": position.x,
                    "to": to,
                    "causes": list(position.causes),
                    "flip": stance.is_flip(position.x, to),
                },
                actor_id=listener.id,
                visible_to=(listener.id,),
                causation=heard.seq,
            )
        )


def _relate(
    room: Room,
    heard: Heard,
    listeners: Sequence[Member],
    novelty: float,
    ignored: Sequence[tuple[str, str, int]],
) -> None:
    steps: list[tuple[str, str, str]] = []
    speaker, reading = heard.said.speaker_id, heard.reading
    present = {m.id for m in listeners}
    steps += [(i, speaker, "credit") for i in reading.credited if i in present]
    steps += [(i, speaker, "dismissal") for i in reading.dismissed if i in present]
    if heard.move == "answer" and heard.addressee in present:
        steps.append((heard.addressee, speaker, "answer"))
    if heard.addressee in present and heard.move == "object":
        steps.append((heard.addressee, speaker, "dissent"))
    if reading.agrees and not reading.dissents and heard.addressee in present and novelty == 1.0:
        steps.append((heard.addressee, speaker, "new-agreement"))
    steps += [(asked_by, who, "ignored") for who, asked_by, _ in ignored]
    rows: list[dict[str, object]] = []
    scores: dict[tuple[str, str], float] = {}
    for one, other, reason in steps:
        member = room.members.get(one)
        if member is not None and one != other and other in room.members:
            before = scores.get((one, other), member.relations.get(other, 0.0))
            score = scores[one, other] = moved(before, reason)
            rows.append({"from": one, "to": other, "score": score, "reason": reason})
    _changed(room, rows, heard.seq)


def _changed(room: Room, rows: list[dict[str, object]], cause: int) -> None:
    if rows:
        room.due.append(
            Draft("relation.changed", {"changes": rows}, visible_to=(), causation=cause)
        )


def _feel(room: Room, heard: Heard, listeners: Sequence[Member]) -> None:
    reading = heard.reading
    speaker = room.members[heard.said.speaker_id]
    speaker.mood.move(0.0, 0.05)
    for listener in listeners:
        credited, dismissed = listener.id in reading.credited, listener.id in reading.dismissed
        opposed = heard.move == "object" and heard.addressee == listener.id
        if credited or dismissed or opposed:
            listener.mood.move(0.15 * credited - 0.2 * dismissed - 0.1 * opposed, 0.05)
    for member in (speaker, *listeners):
        label = member.mood.label(member.agent.archetype)
        if label != member.mood_label:
            room.due.append(
                Draft(
                    "mood.changed",
                    {"agent_id": member.id, "from": member.mood_label, "to": label},
                    actor_id=member.id,
                    causation=heard.seq,
                )
            )


def _note_commitments(room: Room, heard: Heard) -> None:
    language = room.scenario.language
    for index, commitment in enumerate(heard.reading.commitments[:2]):
        owner = commitment.owner_id
        if owner in room.members and may_see(heard.visible_to, owner):
            keys = sorted(content_words(tokens(commitment.text), language))[:_KEYS]
            room.due.append(
                Draft(
                    "memory.written",
                    {
                        "owner": owner,
                        "id": f"c{heard.said.turn}-{index}",
                        "kind": "commitment",
                        "text": commitment.text,
                        "keys": keys,
                        "sources": [heard.seq],
                        "importance": 0.8,
                    },
                    actor_id=owner,
                    visible_to=(owner,),
                    causation=heard.seq,
                )
            )


def after_period(room: Room) -> None:
    """Put on ``room.due`` the slow drift of pairs that share the room (design 11)."""
    present = room.present()
    rows: list[dict[str, object]] = []
    for one in present:
        for other in present:
            if one is not other:
                score = one.relations.get(other.id, 0.0)
                drift = prior(one.agent.traits, other.agent.traits)
                rows.append(
                    {
                        "from": one.id,
                        "to": other.id,
                        "score": round(score + drift * (1 - abs(score) / 10), 4),
                        "reason": "time together",
                    }
                )
    _changed(room, rows, room.head.seq)
