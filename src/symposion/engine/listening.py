"""What a committed turn does to the room: everybody who heard it remembers, feels, reconsiders."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from symposion.engine import consequences
from symposion.engine.hearing import reading_of, words_in
from symposion.engine.inventory import REACH, Point
from symposion.engine.lexicon import lexicon
from symposion.engine.log import may_see
from symposion.engine.member import Member, Owed
from symposion.engine.memory import Record, digest, importance_of
from symposion.engine.memory import voices as voices_keys
from symposion.engine.periods import DAY, MINUTES_PER_TURN
from symposion.engine.room import Digest, Heard, Room
from symposion.engine.text import normal, sentences, tokens
from symposion.ports.brief import Said
from symposion.ports.log import Event

DIGEST_EVERY = 8
FRESH = 16
"""Turns for which a proposal can still win backers (starting value)."""
ONE_PERIOD = DAY // 3
_CLAIMS = frozenset(
    ("propose", "inform", "object", "example", "quantify", "warn", "reframe", "recall", "answer")
)


def turn_heard(room: Room, event: Event, p: Mapping[str, Any]) -> None:
    """Fold a committed turn: transcript, arguments, memories, and what is due from it."""
    whole = _heard(room, event, p)
    _index(room, whole)
    heard = replace(whole, words=replace(whole.words, tokens=(), trigrams=frozenset()))
    speaker = room.members[p["speaker"]]
    _advance(room, heard)
    novelty = _argue(room, heard)
    _speak(room, speaker, heard)
    listeners = [m for m in room.present() if m is not speaker and may_see(heard.visible_to, m.id)]
    _settle(speaker, heard, p["answering"])
    ignored = _owe(room, heard, speaker)
    text = f"{heard.said.speaker_name}: {heard.said.text}"
    for listener in listeners:
        _remember(room, listener, heard, text)
    consequences.after_turn(room, heard, listeners, novelty, ignored)


def _heard(room: Room, event: Event, p: Mapping[str, Any]) -> Heard:
    language = room.scenario.language
    text = p["text"]
    return Heard(
        said=Said(p["number"], p["speaker"], room.name_of(p["speaker"]), text),
        seq=event.seq,
        move=p["move"],
        addressee=p["addressee"],
        issue=p["issue"],
        side=p["side"],
        words=words_in(text, room.names, language),
        reading=reading_of(text, p["speaker"], room.people(), language),
        visible_to=event.visible_to,
    )


def _advance(room: Room, heard: Heard) -> None:
    room.turns = heard.said.turn
    room.period_turns += 1
    room.sim_time += MINUTES_PER_TURN
    room.silences = room.silences + 1 if heard.reading.pleasantry else 0
    room.issue_turns = room.issue_turns + 1 if heard.issue == room.issue else 1
    room.issue = heard.issue
    room.window.append(heard)
    room.spoke.append(heard.said.speaker_id)
    if heard.move == "summarise":
        room.summarised = room.turns
    if heard.reading.decisions and heard.move == "decide":
        room.decided.setdefault(heard.issue, heard.said.turn)
    if room.turns % DIGEST_EVERY == 0:
        _roll_digest(room)


def _index(room: Room, heard: Heard) -> None:
    audience = None if heard.visible_to == "all" else heard.visible_to
    room.index.add(heard.said.turn, heard.said.speaker_id, heard.words, audience)
    if audience is None:
        room.worn.add(tokens(heard.said.text), heard.said.speaker_id, heard.seq)


def _roll_digest(room: Room) -> None:
    """Keep the two most telling lines of the turns that just left the prompt's transcript."""
    leaving = list(islice(reversed(room.window), 12, 12 + DIGEST_EVERY))
    ranked = sorted(leaving, key=lambda t: (-_weight(t), t.said.turn))[:2]
    for turn in sorted(ranked, key=lambda t: t.said.turn):
        first = sentences(turn.said.text)[0] if turn.said.text else ""
        line = f"{turn.said.speaker_name} (turn {turn.said.turn}): {first}"
        room.digests.append(Digest(turn.said.turn, turn.seq, line, turn.visible_to))


def _weight(turn: Heard) -> float:
    reading = turn.reading
    return (
        2.0 * bool(reading.decisions)
        + 1.5 * bool(reading.commitments)
        + 1.0 * reading.dissents
        + 0.5 * (turn.move in ("propose", "quantify", "object"))
    )


def _argue(room: Room, heard: Heard) -> float:
    """Put the turn's claim on the table; return its novelty."""
    said = heard.said
    _back(room, heard)
    if heard.move not in _CLAIMS or not heard.words.content:
        return 0.0
    point = Point(
        id=f"p{said.turn}",
        issue=heard.issue,
        text=said.text,
        keys=heard.words.content,
        side=heard.side,
        owner=said.speaker_id,
        turn=said.turn,
        seq=heard.seq,
        visible_to=heard.visible_to,
        proposal=heard.move == "propose",
    )
    return room.inventory.add(point)[1]


def _back(room: Room, heard: Heard) -> None:
    """Count the speaker as a backer of the fresh proposals on its side, if it goes along."""
    if heard.reading.dissents or heard.move in ("object", "warn", "ask"):
        return
    speaker = room.members[heard.said.speaker_id]
    for point in room.inventory.on(heard.issue, speaker.id, speaker.joined):
        fresh = point.proposal and heard.said.turn - point.turn <= FRESH
        agrees = abs(point.side - heard.side) <= REACH
        if fresh and agrees and speaker.id != point.owner and speaker.id not in point.backers:
            point.backers.append(speaker.id)


def _speak(room: Room, speaker: Member, heard: Heard) -> None:
    keys = heard.words.content
    speaker.last_turn, speaker.turns = heard.said.turn, speaker.turns + 1
    praising = lexicon(room.scenario.language).opener.match(normal(heard.said.text))
    speaker.praised = speaker.praised or praising is not None
    speaker.moves.append(heard.move)
    speaker.voiced.add(heard.issue)
    speaker.remember_saying(heard.said.text, keys)
    speaker.memory.voice(keys, room.sim_time)
    for prepared in speaker.prepared:
        if not prepared.voiced and voices_keys(keys, prepared.keys):
            prepared.voiced = True


def _settle(speaker: Member, heard: Heard, answering: int) -> None:
    """Strike what ``speaker`` owed to whom it spoke to, and the question it answered."""
    speaker.owed = [o for o in speaker.owed if o.by != heard.addressee and o.turn != answering]


def _owe(room: Room, heard: Heard, speaker: Member) -> list[tuple[str, str, int]]:
    """Open questions; return those that ran out, as (who ignored, who asked, turn)."""
    reading, turn = heard.reading, heard.said.turn
    for member_id in reading.asked:
        asked = room.members.get(member_id)
        if asked is not None and asked is not speaker and may_see(heard.visible_to, member_id):
            asked.owed.append(Owed(turn, speaker.id, turn + room.settings.owed_turns))
    return [
        (member.id, owed.by, owed.turn)
        for member in room.present()
        for owed in member.owed
        if owed.until <= turn
    ]


def _remember(room: Room, listener: Member, heard: Heard, text: str) -> None:
    reading, said = heard.reading, heard.said
    to_me = listener.id in reading.named or heard.addressee == listener.id
    marks = [0.05] if reading.pleasantry else [0.3]
    marks += [0.8] if reading.commitments or reading.decisions else []
    marks += [0.6] if to_me and (reading.dissents or reading.questions) else []
    goal = listener.goal_keys
    overlap = len(goal & heard.words.content) / len(goal) if goal else 0.0
    listener.memory.write(
        Record(
            id=f"e{said.turn}",
            kind="episode",
            text=text,
            keys=heard.words.content,
            sources=(heard.seq,),
            importance=importance_of(marks=marks, goal_overlap=overlap),
            created=room.sim_time,
            turn=said.turn,
        )
    )


def period_passed(room: Room, seq: int) -> None:
    """Fold a change of period: moods rest, old episodes become one digest per member."""
    for member in room.present():
        member.mood.rest(1.0)
        old = member.memory.fold_before(room.sim_time - ONE_PERIOD)
        if old:
            text = digest(old)
            keys = frozenset[str]().union(*(r.keys for r in old if r.text in text))
            member.memory.write(
                Record(
                    id=f"d{seq}",
                    kind="digest",
                    text=text,
                    keys=keys,
                    sources=tuple(r.sources[0] for r in old)[-8:],
                    importance=max(r.importance for r in old),
                    created=room.sim_time,
                    turn=max(r.turn for r in old),
                )
            )
    consequences.after_period(room)
