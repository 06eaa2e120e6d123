"""The pages of a run: counted from the log, quoted exactly, and obeying nothing that was said."""

import asyncio
import base64
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from scripted import Script, Scripted, outside, people, square

from symposion.engine import drive as driving
from symposion.engine.log import Draft, Head, seal
from symposion.engine.memory_log import MemoryLog
from symposion.engine.persona import Agent
from symposion.engine.settings import EngineSettings
from symposion.ports.language import Price
from symposion.ports.log import Event
from symposion.report.facts import Facts, gather
from symposion.report.pages import PAGES, BrokenLog, pages
from symposion.report.wording import MOVES, money

HOSTILE = '<script>alert("x")</script><img src=http://evil.example/x onerror=alert(1)> [a](b) *c*'


@cache
def run(turns: int = 30) -> tuple[Event, ...]:
    """Return the log of a run in which some drafts are refused."""
    said = "We decided to close the square. Bruno will paint the bollards by Friday. Who pays?"
    return played(Scripted(Script(repeats=0.3, texts={3: said})), people(), turns)


def played(model: Scripted, cast: Sequence[Agent], turns: int) -> tuple[Event, ...]:
    async def play() -> tuple[Event, ...]:
        log = MemoryLog()
        world = outside(model, log)
        settings = EngineSettings(turns=turns, turns_per_period=10)
        room = await driving.found(world, "r", cast, square(), seed="1", settings=settings)
        async for _ in driving.drive(world, room):
            pass
        return tuple(await log.read())

    return asyncio.run(play())


@cache
def facts() -> Facts:
    return gather(run())


def page(events: Sequence[Event], name: str) -> str:
    return pages(events)[name].decode()


def test_shares_are_those_of_the_transcript():
    told = facts()
    assert sum(share.turns for share in told.shares) == len(told.lines) == 30
    assert sum(share.words for share in told.shares) == sum(line.words for line in told.lines)
    for share in told.shares:
        own = [line for line in told.lines if line.turn.speaker_name == share.name]
        assert share.words == sum(len(re.findall(r"[\w']+", line.turn.text)) for line in own)


def test_tokens_are_those_of_every_call_even_of_refused_drafts():
    told = facts()
    recorded = [e.payload for e in run() if e.type == "call.recorded"]
    assert told.spending.refused > 0
    assert told.spending.calls == len(recorded) > len(told.lines)
    assert told.spending.tokens_in == sum(p["tokens_in"] for p in recorded)
    assert told.spending.micro_usd == 0


def test_a_cost_is_told_in_dollars_and_never_without_a_price():
    unknown = gather(played(Scripted(price=None), people(2), 3))
    known = gather(played(Scripted(price=Price(1_000_000, 2_000_000)), people(2), 3))
    assert unknown.spending.micro_usd is None
    spent = known.spending
    assert spent.micro_usd == spent.tokens_in + 2 * spent.tokens_out
    assert [money(n) for n in (None, 0, 1, 1_500_000)] == ["not known", "$0", "$0.000001", "$1.5"]


def test_every_note_is_an_exact_quotation_of_the_turn_it_names():
    told = facts()
    texts = {line.turn.number: line.turn.text for line in told.lines}
    notes = (*told.decisions, *told.commitments, *told.questions)
    assert told.decisions[0].text == "We decided to close the square."
    promise = told.commitments[0]
    assert (promise.text, promise.owner) == ("Bruno will paint the bollards by Friday.", "Bruno")
    assert "Friday" in promise.due
    assert told.questions
    for note in notes:
        assert note.text in texts[note.turn]
        assert note.due in note.text


def test_a_question_is_open_until_a_later_turn_answers_it():
    told = facts()
    answered = {line.answering for line in told.lines if line.turn.move == "answer"}
    asking = {line.turn.number for line in told.lines if line.reading.questions}
    assert answered & asking
    assert {note.turn for note in told.questions} == asking - answered


def test_stances_are_followed_from_first_to_last_with_their_causes():
    told = gather((*run(), *moved_stance(run())))
    issue = told.issues[0].id
    stance = told.stances[issue][0]
    assert stance.shifts[-1].causes == (1, 2)
    assert stance.last == stance.shifts[-1].after == 0.5
    html = page((*run(), *moved_stance(run())), "report.html")
    assert "changed sides" in html


def moved_stance(events: Sequence[Event]) -> list[Event]:
    """Return an event that moves the first agent's stance because of turns 1 and 2."""
    causes = [e.seq for e in events if e.type == "turn.committed"][:2]
    agent = next(e.payload["agent"]["id"] for e in events if e.type == "agent.joined")
    issue = gather(events).issues[0].id
    moved = {"agent_id": agent, "issue": issue, "from": -0.4, "to": 0.5, "causes": causes}
    head = Head("r", events[-1].seq, events[-1].hash)
    return seal(head, [Draft("stance.moved", moved | {"flip": True})], 0, events[-1].wall_time)


def test_the_same_log_gives_the_same_pages_and_a_changed_one_none():
    assert pages(run()) == pages(run())
    assert tuple(pages(run())) == PAGES
    third = run()[2]
    changed = replace(third, payload={**third.payload, "voice": 1})
    with pytest.raises(BrokenLog, match="Event 3"):
        pages((*run()[:2], changed, *run()[3:]))


def test_the_json_page_is_the_whole_log():
    told = json.loads(pages(run())["transcript.json"])
    assert {key: told[key] for key in ("format", "version", "run_id")} == {
        "format": "symposion.run",
        "version": 1,
        "run_id": "r",
    }
    assert [event["seq"] for event in told["events"]] == [event.seq for event in run()]


class Page(HTMLParser):
    """What a browser would make of the report."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]


def test_what_was_said_is_shown_and_never_obeyed():
    cast = [people()[0].model_copy(update={"name": '<b onclick="x">Eve</b>'}), people()[1]]
    script = Script(texts={n: f"{HOSTILE} number {n}" for n in range(1, 20)})
    events = played(Scripted(script), cast, 2)
    html = page(events, "report.html")
    read = Page(html)
    assert {"script", "img", "iframe", "link", "object"} & {tag for tag, _ in read.tags} == set()
    assert [name for _, attributes in read.tags for name in attributes if name[:2] == "on"] == []
    assert '<b onclick="x">Eve</b>' in read.text
    assert '<script>alert("x")</script>' in read.text
    text = page(events, "transcript.md")
    assert "<script" not in re.sub(r"\\.", "", text)
    assert "\\[a\\](b) \\*c\\*" in text


def test_the_report_loads_nothing_and_only_its_own_style_counts():
    html = page(run(), "report.html")
    read = Page(html)
    policy = next(a["content"] for _, a in read.tags if a.get("http-equiv"))
    style = html.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert read.all("src") == read.all("style") == []
    assert all(link.startswith("#") for link in read.all("href"))
    assert "url(" not in style
    assert "@import" not in style


def test_every_link_of_the_report_leads_to_a_turn_or_a_section_of_it():
    read = Page(page(run(), "report.html"))
    assert {link[1:] for link in read.all("href")} <= set(read.all("id"))
    assert {f"t{n}" for n in range(1, 31)} <= set(read.all("id"))


def test_a_short_run_is_not_measured_rather_than_praised():
    html = page(played(Scripted(), people(2), 1), "report.html")
    assert "not measured" in html
    assert "Simulated text" in html
    assert "No turn says that something was decided." in html


def test_every_move_of_the_engine_has_a_word():
    assert {line.turn.move for line in facts().lines} <= set(MOVES)
