"""From the room to one speaker's brief: only what the speaker may know (design, section 9)."""

from collections.abc import Iterable
from itertools import islice

from symposion.engine.log import may_see
from symposion.engine.member import Member
from symposion.engine.moves import after_repairs
from symposion.engine.room import Heard, Plan, Room
from symposion.engine.text import content_words, tokens
from symposion.ports.brief import Brief, Other, Source

RECENT = 12
TABLE = 10
RECALLED = 7
DIRECTIVES = 3
BEAT_IN_VIEW = 4
"""Turns for which a new fact is offered to every speaker."""


def brief(room: Room, plan: Plan, *, attempt: int = 0, flagged: str = "") -> Brief:
    """Return everything that shapes the turn ``plan`` stands for."""
    member = room.members[plan.speaker]
    recent = list(islice(room.heard(member), RECENT))
    issue = room.issue_named(plan.issue)
    position = member.positions[plan.issue]
    answering = room.turn_in_view(plan.answering) if plan.answering else None
    return Brief(
        seed=room.seed,
        turn=plan.slot,
        attempt=attempt,
        language=room.scenario.language,
        speaker=member.speaker(),
        others=tuple(_others(room, member)),
        move=after_repairs(plan.move, attempt),
        target_words=plan.words,
        scenario_name=room.scenario.name,
        scenario_text=room.scenario.text,
        issue=issue,
        stance=plan.side,
        conviction=position.conviction,
        answering=answering.said if answering else None,
        owed=plan.owed,
        addressee_id=plan.addressee,
        sources=tuple(_sources(room, member, plan, recent)),
        recent=tuple(t.said for t in reversed(recent)),
        own_gists=tuple(text for text, _ in member.gists),
        table=_table(room, member, plan.issue),
        digest=tuple(d.text for d in room.digests if _heard_digest(member, d.seq, d.visible_to)),
        worn=room.worn.phrases(member.joined),
        terms=room.terms,
        directives=_directives(room, member),
        issues=room.issues,
        day=room.day,
        period=room.period,
        mood=member.mood_label,
        decided=plan.issue in room.decided,
        spent=room.spent,
        flagged=flagged,
    )


def _heard_digest(member: Member, seq: int, audience: object) -> bool:
    return seq > member.joined and (
        audience == "all" or (isinstance(audience, tuple) and member.id in audience)
    )


def _others(room: Room, member: Member) -> Iterable[Other]:
    for other in room.present():
        if other.id != member.id:
            feeling = member.relations.get(other.id, 0.0)
            yield Other(other.id, other.agent.name, other.agent.face, feeling)


def _directives(room: Room, member: Member) -> tuple[str, ...]:
    seen = [d for d in room.directives if may_see(d.visible_to, member.id)]
    return tuple(d.text for d in seen[-DIRECTIVES:])


def _table(room: Room, member: Member, issue: str) -> tuple[Source, ...]:
    points = room.inventory.on(issue, member.id, member.joined)
    return tuple(Source(p.id, "point", p.text, p.owner) for p in reversed(points[-TABLE:]))


def _sources(room: Room, member: Member, plan: Plan, recent: list[Heard]) -> Iterable[Source]:
    if room.beat is not None and room.turns - room.beat.turn < BEAT_IN_VIEW:
        yield Source(f"b{room.beat.seq}", "scenario", room.beat.text)
    query = query_words(room, plan, recent)
    in_view = recent[-1].said.turn if recent else 0
    for scored in member.memory.recall(query, room.sim_time, limit=RECALLED, before_turn=in_view):
        record = scored.record
        yield Source(record.id, "memory", record.text, member.id)
    known = {p.source.id for p in member.prepared if p.source.kind == "memory"}
    unsaid = [p for p in member.prepared if not p.voiced and p.source.id not in known]
    ranked = sorted(unsaid, key=lambda p: (-len(p.keys & query), p.source.id))
    for prepared in ranked[:6]:
        yield prepared.source


def query_words(room: Room, plan: Plan, recent: list[Heard]) -> frozenset[str]:
    """Return the retrieval query: last three turns, move and issue; rebuilt for every turn."""
    issue = room.issue_named(plan.issue)
    words = [*tokens(issue.text), plan.move, *(w for t in issue.terms for w in tokens(t))]
    own = content_words(words, room.scenario.language)
    return own.union(*(turn.words.content for turn in recent[:3]))
