"""Who comes, changes and leaves: folding the events of a cast into a room."""

from collections.abc import Mapping
from typing import Any

from symposion.engine.member import Member, prepared_by, words_of
from symposion.engine.memory import Memory, Record
from symposion.engine.persona import Agent
from symposion.engine.relations import Mood
from symposion.engine.room import Room
from symposion.ports.brief import Style
from symposion.ports.log import Event


def agent_joined(room: Room, event: Event, p: Mapping[str, Any]) -> None:
    """Fold an agent's coming; one that was here before brings back what it remembers."""
    member = _member(room, event, p)
    old = room.members.get(member.id)
    if old is not None:
        _carry_over(old, member)
        member.positions, member.owed = {}, []
    _bring_facts(room, member, event.seq)
    _take_in(room, member)


def agent_changed(room: Room, event: Event, p: Mapping[str, Any]) -> None:
    """Fold another persona of the same agent; what it heard, said and thinks stays."""
    member = _member(room, event, p)
    old = room.members[member.id]
    _carry_over(old, member)
    member.joined, member.last_turn = old.joined, old.last_turn
    _bring_facts(room, member, event.seq)
    _take_in(room, member)


def agent_left(room: Room, _: Event, p: Mapping[str, Any]) -> None:
    """Fold an agent's leaving; it is kept in mind, and hears nothing more."""
    room.members[p["agent_id"]].present = False


def _member(room: Room, event: Event, p: Mapping[str, Any]) -> Member:
    agent = Agent.model_validate(p["agent"])
    language = room.scenario.language
    return Member(
        agent=agent,
        style=Style(**p["style"]),
        voice=p["voice"],
        joined=event.seq,
        memory=Memory(room.settings.live_records),
        mood=Mood.of(agent.traits),
        profile=words_of(agent.goal, agent.expertise, agent.background, language=language),
        goal_keys=words_of(agent.goal, language=language),
        prepared=prepared_by(agent, language),
        last_turn=room.turns,
    )


def _carry_over(old: Member, new: Member) -> None:
    new.memory, new.relations, new.gists = old.memory, old.relations, old.gists
    new.positions, new.owed, new.moves = old.positions, old.owed, old.moves
    new.turns, new.praised, new.mood_label = old.turns, old.praised, old.mood_label
    new.mood.valence, new.mood.arousal = old.mood.valence, old.mood.arousal
    said = {p.source.text for p in old.prepared if p.voiced}
    for prepared in new.prepared:
        prepared.voiced = prepared.source.text in said
    for prepared in old.prepared:
        new.memory.forget(prepared.source.id)


def _bring_facts(room: Room, member: Member, seq: int) -> None:
    for prepared in member.prepared:
        if prepared.source.kind == "memory":
            member.memory.write(
                Record(
                    id=prepared.source.id,
                    kind="fact",
                    text=prepared.source.text,
                    keys=prepared.keys,
                    sources=(seq,),
                    importance=0.5,
                    created=room.sim_time,
                    private=True,
                    voiced=int(prepared.voiced),
                    voiced_at=room.sim_time if prepared.voiced else 0,
                )
            )


def _take_in(room: Room, member: Member) -> None:
    room.members[member.id] = member
    room.rename()
