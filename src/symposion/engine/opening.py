"""How a run begins, and the events that follow when its cast or scenario changes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from symposion.core.errors import Invalid
from symposion.engine.agenda import issues_of
from symposion.engine.chance import Chance
from symposion.engine.keyterms import key_terms
from symposion.engine.log import Draft
from symposion.engine.persona import Agent, complete
from symposion.engine.room import Room
from symposion.engine.scenario import Scenario
from symposion.engine.settings import EngineSettings
from symposion.engine.stance import opening_positions
from symposion.engine.style import style_of
from symposion.ports.brief import Issue
from symposion.ports.language import ModelCard

ENGINE_VERSION = "1"
CAST_MIN, CAST_MAX = 2, 50
TERMS = 40


class BadCast(Invalid):
    """The cast cannot hold a conversation."""

    code = "bad-cast"
    title = "A conversation needs 2 to 50 agents, each with an id of its own."


def check_cast(cast: Sequence[Agent]) -> None:
    """Raise `BadCast` unless ``cast`` has 2 to 50 agents with different ids and names."""
    if not CAST_MIN <= len(cast) <= CAST_MAX:
        few = "at least 2" if len(cast) < CAST_MIN else "at most 50"
        raise BadCast(f"A conversation needs {few} agents; this cast has {len(cast)}.")
    for field in ("name", "id"):
        values = [getattr(agent, field).casefold() for agent in cast]
        twice = next((v for v in values if values.count(v) > 1), None)
        if twice is not None:
            raise BadCast(f"Two agents of the cast have the {field} {twice!r}.")


def founding(
    cast: Sequence[Agent],
    scenario: Scenario,
    seed: str,
    settings: EngineSettings,
    card: ModelCard,
) -> list[Draft]:
    """Return the events that begin a run: creation, scenario, cast, first private stances.

    Raises:
        BadCast: The cast cannot hold a conversation.
    """
    check_cast(cast)
    created = {
        "seed": seed,
        "settings": settings.model_dump(mode="json"),
        "engine": ENGINE_VERSION,
        "model": {"provider": card.provider, "model": card.model, "simulated": card.simulated},
    }
    told = scenario_told(scenario)
    issues = issues_in(told[0].payload)
    chance = Chance(seed)
    whole = [complete(agent, chance) for agent in cast]
    return [
        Draft("run.created", created),
        *told,
        *(joined(agent, chance) for agent in whole),
        *_stances(whole, issues, chance, scenario.language),
    ]


def scenario_told(scenario: Scenario) -> list[Draft]:
    """Return the events that put ``scenario`` before the room, with its issues and key terms.

    New facts it holds in store come second, in an event that no agent may see.
    """
    language = scenario.language
    if scenario.issues:
        terms = key_terms(scenario.text, language, TERMS)
        issues = tuple(
            Issue(f"i{n}", text, tuple(t for t in terms if t.casefold() in text.casefold())[:6])
            for n, text in enumerate(scenario.issues, 1)
        )
    else:
        issues = issues_of(scenario.text, language)
    payload: dict[str, Any] = {
        "scenario": scenario.model_dump(mode="json", exclude={"beats"}),
        "issues": [{"id": i.id, "text": i.text, "terms": list(i.terms)} for i in issues],
        "terms": list(key_terms(scenario.text, language, TERMS)),
    }
    told = [Draft("scenario.set", payload)]
    if scenario.beats:
        told.append(Draft("beats.set", {"texts": list(scenario.beats)}, visible_to=()))
    return told


def issues_in(payload: Mapping[str, Any]) -> tuple[Issue, ...]:
    """Return the issues that a ``scenario.set`` event puts on the table."""
    return tuple(Issue(i["id"], i["text"], tuple(i["terms"])) for i in payload["issues"])


def joined(agent: Agent, chance: Chance) -> Draft:
    """Return the event by which a completed ``agent`` enters, its style computed once.

    It holds the whole persona, goal and memories included, so nobody else may see it; others know
    the agent by `Agent.face`.
    """
    payload: dict[str, Any] = {
        "agent": agent.model_dump(mode="json"),
        "style": asdict(style_of(agent.traits)),
        "voice": chance.integer(2**31, "voice", agent.id),
    }
    return Draft("agent.joined", payload, actor_id=agent.id, visible_to=(agent.id,))


def _stances(
    cast: Sequence[Agent], issues: Sequence[Issue], chance: Chance, language: str
) -> list[Draft]:
    styled = [(agent, style_of(agent.traits)) for agent in cast]
    by_issue = {i.id: opening_positions(styled, i, chance, language) for i in issues}
    return [
        Draft(
            "stance.committed",
            {
                "agent_id": agent.id,
                "phase": "first",
                "positions": [
                    {"issue": issue, "x": rows[n][0], "conviction": rows[n][1]}
                    for issue, rows in by_issue.items()
                ],
            },
            actor_id=agent.id,
            visible_to=(agent.id,),
        )
        for n, agent in enumerate(cast)
    ]


def update(room: Room, cast: Sequence[Agent], scenario: Scenario) -> list[Draft]:
    """Return the events that bring ``room`` to this cast and scenario; none if it is there.

    Raises:
        BadCast: The cast cannot hold a conversation.
    """
    check_cast(cast)
    drafts: list[Draft] = []
    whole = [complete(agent, room.chance) for agent in cast]
    new_scenario = scenario != room.scenario
    if new_scenario:
        drafts += scenario_told(scenario)
    changed: list[Agent] = []
    for agent in whole:
        member = room.members.get(agent.id)
        if member is None or not member.present:
            drafts.append(joined(agent, room.chance))
            changed.append(agent)
        elif member.agent != agent:
            again = joined(agent, room.chance)
            drafts.append(replace(again, type="agent.changed"))
    wanted = {agent.id for agent in whole}
    drafts += [
        Draft("agent.left", {"agent_id": m.id}) for m in room.present() if m.id not in wanted
    ]
    if new_scenario or changed:
        issues = issues_in(drafts[0].payload) if new_scenario else room.issues
        newcomers = whole if new_scenario else changed
        drafts += _stances(newcomers, issues, room.chance, scenario.language)
    return drafts
