"""The fillings of one draft: each slot gets content with a source, each source is spent once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from symposion.engine.offline.dealing import Deal
from symposion.engine.offline.frames import Frame
from symposion.engine.offline.pack import Action, Pack
from symposion.engine.offline.phrases import Phrase, echo, figures, is_weak, phrase
from symposion.engine.offline.ranking import Ranked, side_of
from symposion.engine.offline.sentences import lowered
from symposion.engine.offline.sums import sums
from symposion.engine.offline.thoughts import SLOT, Thought
from symposion.engine.offline.scene import Scene, Tie
from symposion.engine.offline.topic import terms_of
from symposion.engine.offline.voice import Speech
from symposion.engine.text import sentences
from symposion.ports.brief import Brief

_FRESH: Final = 3
"""Turns after which a term is named in full again."""
_GOLDEN: Final = 0.6180339887498949
_NOISE: Final = 0.7
_NEAR: Final = 40
"""Thoughts among which the one that goes on best from the last is looked for."""
_FROM_TABLE: Final = frozenset(("summarise", "combine"))
_TERMS_IN_HAND: Final = 3
"""Key terms that stand for the proposal; the others only name its surroundings."""


@dataclass
class Content:
    """What one draft has to say, handed out slot by slot.

    Attributes:
        hedge: A hedge that still waits for a claim to stand before; "" if none does.
        own: The sentence about the speaker's own source that ``{own}`` stands for; "" if none.
        teller: Who said what the own source quotes; "" if it quotes nobody.
        contrast: True while claims are to be taken from the other side.
        on_main: True while ``{term}`` must be the proposal as a whole.
    """

    scene: Scene
    deal: Deal
    speech: Speech
    point: Phrase
    hedge: str = ""
    own: str = ""
    teller: str = ""
    contrast: bool = False
    on_main: bool = False
    _frame: dict[str, "str | Phrase"] = field(default_factory=dict[str, "str | Phrase"])
    _thought: Thought | None = None
    _last: Thought | None = None
    _action: Action | None = None
    _used: set[str] = field(default_factory=set[str])
    _terms: set[str] = field(default_factory=set[str])
    _slots: frozenset[str] = frozenset()
    _tie: Tie | None = None

    def __post_init__(self) -> None:
        self.brief, self.known = self.scene.brief, self.scene.known
        self.topic, self.pool = self.scene.topic, self.scene.pool
        self._start = self.deal.number("noise")

    def start(self, frame: Frame) -> None:
        """Begin a frame: what its slots share is chosen anew."""
        self._frame, self._thought, self._action = {}, None, None
        self._slots = frame.slots

    def fill(self, slot: str) -> "str | Phrase":
        """Return the filling of ``slot``; the same one if the frame asks twice."""
        if slot not in self._frame:
            makers = {
                **{"claim": self._claim, "claim2": self._second, "gist": self._gist},
                **{"ask": self._ask, "act": self._act, "plan": self._plan, "term": self._term},
                **{"figure": self._figure, "sum": self._sum, "quote": self._quote},
                **{"who": self._who, "name": self._name, "due": self._due, "see": self._see},
                **{"point": lambda: self.point, "own": lambda: self.own},
                "echo": lambda: echo(self.topic.echoed, self.known.language) or self.point,
                "s": lambda: self.own,
                "teller": lambda: self.teller,
                "other": self._other,
            }
            maker = makers.get(slot)
            self._frame[slot] = maker() if maker else self._word(slot)
        return self._frame[slot]

    def can_fill(self, frame: Frame) -> bool:
        """Return whether there is content for every slot of ``frame``."""
        slots = frame.slots
        brief, language = self.brief, self.known.language
        if "name" in slots and not self._addressee():
            return False
        if "who" in slots and not self._hands(besides="name" in slots):
            return False
        if "own" in slots and not self.own:
            return False
        if "other" in slots and not self._tie:
            return False
        if "echo" in slots and (not brief.answering or not echo(self.topic.echoed, language)):
            return False
        if "figure" in slots and not figures(brief.scenario_text, language):
            return False
        if "quote" in slots and not self._quotes():
            return False
        return "sum" not in slots or bool(sums(brief.scenario_text, language))

    def _word(self, slot: str) -> str:
        word = self.speech.word(slot)
        if slot not in self.known.words["self"]:
            self.deal.take(self.speech.tag(slot))
        return word

    def _see(self) -> str:
        return self._hedged("") or self._word("see")

    def _hedged(self, clause: str) -> str:
        if not self.hedge:
            return clause
        words, self.hedge = self.hedge, ""
        return f"{words} {clause}"

    def _next(self, wanted: int) -> Thought:
        fit = list(islice(self._rivals(wanted), _NEAR)) or self.pool[:1]
        worth = [
            r.worth + self._closeness(r.thought) + _NOISE * ((self._start + i * _GOLDEN) % 1.0)
            for i, r in enumerate(fit)
        ]
        chosen = fit[worth.index(max(worth))].thought
        self._used.add(chosen.id)
        self._last = chosen
        return chosen

    def _rivals(self, wanted: int) -> Iterator[Ranked]:
        """Yield the thoughts that may come next, best first; the other side's as a last resort."""
        unsaid = "" if "claim" in self._slots else "q" if "ask" in self._slots else "g"
        taken = self.point.text if "gist" in self._slots else ""
        others: list[Ranked] = []
        for rival in self.pool:
            thought = rival.thought
            if thought.id in self._used or thought.gist == taken:
                continue
            if unsaid and self.deal.count(f"{unsaid}{thought.id[1:]}"):
                continue
            if wanted and thought.side == -wanted:
                others.append(rival)
                continue
            yield rival
        yield from others[:1]

    def _closeness(self, thought: Thought) -> float:
        """Return how well ``thought`` goes on from the last one of this turn; 0 for the first."""
        last = self._last
        if last is None:
            return 0.0
        follows = thought.type in self.known.words["follows"][last.type]
        shared = len(thought.keys & last.keys) + len(thought.fields & last.fields)
        tied = SLOT in thought.clause and bool(self._terms)
        return 0.6 * (thought.sector == last.sector) + 0.5 * follows + 0.6 * shared - 0.5 * tied

    def _current(self) -> Thought:
        if self._thought is None:
            side = side_of(self.brief)
            self._thought = self._next(-side if self.contrast else side)
        return self._thought

    def _claim(self) -> str:
        thought = self._current()
        self.deal.take(thought.id)
        clause = self._with_term(thought.clause)
        return clause if "if" in self._slots else self._hedged(clause)

    def _second(self) -> str:
        thought = self._next(self._current().side)
        self.deal.take(thought.id)
        return self._with_term(thought.clause)

    def _gist(self) -> Phrase:
        if self.brief.move in _FROM_TABLE and not self.contrast and "claim" not in self._slots:
            others = [t.point for t in self.scene.ties if not t.point.keys & self.point.keys]
            if others:
                return self.deal.pick(others, "other point")
        thought = self._current()
        if "claim" not in self._slots and "ask" not in self._slots:
            self.deal.take(f"g{thought.id[1:]}")
        return phrase(self._with_term(thought.gist), self.known.language)

    def _ask(self) -> str:
        thought = self._current()
        if "claim" not in self._slots:
            self.deal.take(f"q{thought.id[1:]}")
        return lowered(self._with_term(thought.question))

    def _with_term(self, text: str) -> str:
        return text.replace(SLOT, self._term().text) if SLOT in text else text

    def main_term(self) -> Phrase:
        """Return the term that stands for the proposal as a whole."""
        return terms_of(self.brief, self.known)[0]

    def _term(self) -> Phrase:
        if self.on_main:
            return self.main_term()
        hand = terms_of(self.brief, self.known)[:_TERMS_IN_HAND]
        options = [p for p in hand if p.text not in self._terms and p.text != self.point.text]
        if not options or len(self._terms) > 1:
            words = self.known.words["stand_ins"]
            return phrase(words[len(self._terms) % len(words)], self.known.language)
        chosen = self.deal.least(options, lambda p: f"k:{p.text}", "term")
        self._terms.add(chosen.text)
        return self._shortened(chosen)

    def _shortened(self, term: Phrase) -> Phrase:
        """Return ``term`` as people come back to what was just named: by its last word, or less."""
        if not any(term.text in said.text for said in self.brief.recent[-_FRESH:]):
            return term
        draw = self.deal.number("shorten", len(self._terms))
        words = self.known.words["stand_ins"]
        article, *rest = term.text.split(" ")
        if draw < 0.6 and len(rest) > 1 and article == self.known.words["definite"]:
            short = phrase(f"{article} {rest[-1]}", self.known.language)
            return term if is_weak(short, self.known.language, people=True) else short
        stand_in = words[int(draw * 100) % len(words)]
        return phrase(stand_in, self.known.language) if draw < 0.85 else term

    def _do(self) -> Action:
        if self._action is None:
            side = side_of(self.brief)
            fit = [a for a in self.known.actions if a.side == side or not (a.side and side)]
            self._action = self.deal.least(fit, lambda a: a.id, "action")
        return self._action

    def _act(self) -> str:
        return self._with_term(self._do().act)

    def _plan(self) -> Phrase:
        agreed = self.topic.actions and self.brief.move in ("decide", "assign", "combine", "close")
        return phrase((self.topic.actions[-1] if agreed else self._do()).plan, self.known.language)

    def _figure(self) -> str:
        found = figures(self.brief.scenario_text, self.known.language)
        return self.deal.least(found, lambda f: f"n:{f.text}", "figure").text

    def _sum(self) -> str:
        return self.deal.least(sums(self.brief.scenario_text, self.known.language), lambda s: s[0], "sum")[1]

    def _quotes(self) -> list[str]:
        whole = (echo(s, self.known.language) for s in sentences(self.brief.scenario_text))
        return [q for q in dict.fromkeys(whole) if q and not self.deal.count(f"e:{q}")]

    def _quote(self) -> str:
        chosen = self.deal.pick(self._quotes(), "quote")
        self.deal.take(f"e:{chosen}")
        return chosen

    def _addressee(self) -> str:
        brief = self.brief
        spoken_to = brief.addressee_id or (brief.answering.speaker_id if brief.answering else "")
        if not spoken_to and brief.table:
            spoken_to = brief.table[0].owner_id
        return next((o.name for o in brief.others if o.id == spoken_to), "")

    def _name(self) -> str:
        return short_name(self._addressee(), self.brief, self.known)

    def _hands(self, *, besides: bool) -> list[str]:
        addressed = self._addressee() if besides else ""
        return [o.name for o in self.brief.others if o.name != addressed]

    def move_on(self) -> None:
        """Take up the next point of what is answered, if it has another."""
        points = self.topic.points[:4]
        if self.point in points:
            self.point = points[(points.index(self.point) + 1) % len(points)]

    def tie(self, *, opposed: bool) -> bool:
        """Look for a point of somebody else that bears on this turn's last thought; keep it.

        With ``opposed`` it must speak for the other side, without it must not.
        """
        last = self._last
        self._tie = None
        for tie in self.scene.ties if last else ():
            against = tie.thought.side * last.side < 0
            near = tie.thought.sector == last.sector or tie.thought.keys & last.keys
            if near and against == opposed and not tie.point.keys & self.point.keys:
                self._tie = tie
                return True
        return False

    def _other(self) -> Phrase:
        assert self._tie is not None
        return self._tie.point

    def _who(self) -> str:
        if "other" in self._slots and self._tie:
            return short_name(self._tie.teller, self.brief, self.known)
        if self.brief.move == "assign" and "name" not in self._slots and self._addressee():
            return self._name()
        hands = self._hands(besides="name" in self._slots)
        name = self.deal.least(hands, lambda n: f"w:{n}", "owner")
        return short_name(name, self.brief, self.known)

    def _due(self) -> str:
        found = re.findall(self.known.words["date"], self.brief.scenario_text, re.IGNORECASE)
        dates = [d for d in dict.fromkeys(" ".join(f.split()) for f in found)]
        options = [*(lowered(d) for d in dates[:3]), *self.known.words["due"]]
        return self.deal.least(options, lambda d: f"d:{d}", "due")


def short_name(name: str, brief: Brief, known: Pack) -> str:
    """Return the first name, where it is a word of its own and nobody else in the room has it."""
    parts = [p for p in name.split() if p.casefold() not in known.lists["titles"]]
    if len(parts) < 2 or len(parts) < len(name.split()) or not parts[0].isalpha() or len(parts[0]) < 2:
        return name
    everyone = [brief.speaker.name, *(o.name for o in brief.others)]
    return parts[0] if sum(parts[0] in n.split() for n in everyone) == 1 else name
