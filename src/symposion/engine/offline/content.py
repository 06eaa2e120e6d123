"""The fillings of one draft: each slot gets content with a source, each source is spent once."""

import re
from collections.abc import Callable
from typing import Final

from symposion.engine.offline.dealing import Deal
from symposion.engine.offline.facts import FACTS
from symposion.engine.offline.frames import Frame
from symposion.engine.offline.own import facts_at_hand
from symposion.engine.offline.pack import Action
from symposion.engine.offline.people import addressee, chosen_hand, hands, short_name
from symposion.engine.offline.phrases import Phrase, echo, figures, phrase
from symposion.engine.offline.ranking import side_of
from symposion.engine.offline.scene import Scene
from symposion.engine.offline.sentences import lowered
from symposion.engine.offline.sums import sums
from symposion.engine.offline.thinking import Thinking
from symposion.engine.offline.thoughts import SLOT
from symposion.engine.offline.topic import terms_of
from symposion.engine.offline.voice import Speech
from symposion.engine.text import sentences

_FRESH: Final = 3
"""Turns after which a term is named in full again."""
_FROM_TABLE: Final = frozenset(("summarise", "combine", "close"))
_SPELT: Final = frozenset(("claim", "ask"))
"""Slots that spell out what ``{gist}`` only names; without them it must have been said before."""
_QUESTION_WORTH: Final = 0.9
"""Worth from which the question of a frame of thought bears on the room."""
_PROPOSING: Final = frozenset(("propose", "combine"))
_ACTING: Final = _PROPOSING | {"decide", "assign", "close"}
_OFFERED: Final = 2
"""Times one offer is spoken of before the room has had enough of it."""
_CLAUSE: Final = 3
"""Spaces in a quotation of the scenario at least: a bare noun phrase proves nothing."""
_TERSE: Final = 12
"""Words per sentence below which clauses are set apart instead of joined."""


class Content:
    """What one draft has to say, handed out slot by slot.

    Attributes:
        point: What is taken up of the turn answered.
        hedge: A hedge that still waits for a claim to stand before; "" if none does.
        own: The sentence about the speaker's own source that ``{own}`` stands for; "" if none.
        teller: Who said what the own source quotes; "" if it quotes nobody.
    """

    def __init__(self, scene: Scene, deal: Deal, speech: Speech, point: Phrase) -> None:
        self.scene, self.deal, self.speech, self.point = scene, deal, speech, point
        self.brief, self.known, self.topic = scene.brief, scene.known, scene.topic
        self.language = scene.known.language
        self.thinking = Thinking(scene, deal)
        self.hedge = self.own = self.teller = ""
        self._filled: dict[str, str | Phrase] = {}
        self._slots: frozenset[str] = frozenset()
        self._action: Action | None = None
        self._acted = False
        self._terms: set[str] = set()
        self._at_hand: dict[tuple[str, bool], bool] = {}
        self._makers: dict[str, Callable[[], str | Phrase]] = {
            "claim": self._claim,
            "claim2": self._second,
            "gist": self._gist,
            "ask": self._ask,
            "act": lambda: self._with_term(self._do().act),
            "plan": self._plan,
            "term": self._term,
            "figure": self._figure,
            "sum": self._sum,
            "quote": self._quote,
            "fact": self._fact,
            "who": self._who,
            "name": lambda: short_name(addressee(self.brief), self.brief, self.known),
            "due": self._due,
            "see": lambda: self._hedged("") or self._word("see"),
            "point": lambda: self.point,
            "own": lambda: self.own,
            "s": lambda: self.own,
            "teller": lambda: self.teller,
            "other": lambda: self.thinking.tied.point if self.thinking.tied else self.point,
            "echo": lambda: echo(self.topic.echoed, self.language) or self.point,
        }

    def start(self, frame: Frame, *, stay: bool = False) -> None:
        """Begin ``frame``: what its slots share is chosen anew, but for ``stay`` (see Thinking)."""
        self._filled, self._action, self._slots = {}, None, frame.slots
        self.thinking.start(frame.slots, self.point.text, stay=stay)

    def fill(self, slot: str) -> str | Phrase:
        """Return the filling of ``slot``; the same one if the frame asks twice."""
        if slot not in self._filled:
            maker = self._makers.get(slot)
            self._filled[slot] = maker() if maker else self._word(slot)
        return self._filled[slot]

    def can_fill(self, frame: Frame) -> bool:
        """Return whether there is content for every slot of ``frame``."""
        named = "gist" in frame.slots and not frame.slots & _SPELT
        if named and not self._heard_points():
            return False
        return all(self._has(slot, frame.slots) for slot in frame.slots & _UNSURE)

    def _has(self, slot: str, slots: frozenset[str]) -> bool:
        key = (slot, "name" in slots)
        if key not in self._at_hand:
            self._at_hand[key] = bool(self._sought(slot, besides="name" in slots))
        return self._at_hand[key]

    def _sought(self, slot: str, *, besides: bool) -> object:
        scenario, language = self.brief.scenario_text, self.language
        seek: dict[str, Callable[[], object]] = {
            "name": lambda: addressee(self.brief),
            "who": lambda: hands(self.brief, addressee(self.brief) if besides else ""),
            "own": lambda: self.own,
            "other": lambda: self.thinking.tied,
            "echo": lambda: self.brief.answering and echo(self.topic.echoed, language),
            "figure": lambda: figures(scenario, language),
            "sum": lambda: sums(scenario, language),
            "fact": lambda: self.thinking.may_state and self._facts(),
            "quote": self._quotes,
            "act": self._may_act,
            "plan": self._may_act,
            "ask": self._has_question,
        }
        return seek[slot]()

    def choose(self) -> None:
        """Look again at what is at hand, before frames are chosen among."""
        self._at_hand.clear()

    def move_on(self) -> None:
        """Take up the next point of what is answered, if it has another."""
        points = self.topic.points[:4]
        if self.point in points:
            self.point = points[(points.index(self.point) + 1) % len(points)]

    def _word(self, slot: str) -> str:
        if slot == "j" and self.brief.speaker.style.sentence_words < _TERSE:
            return ". "
        word = self.speech.word(slot)
        if slot not in self.known.words["self"]:
            self.deal.take(self.speech.tag(slot))
        return word

    def _hedged(self, clause: str) -> str:
        if not self.hedge:
            return clause
        words, self.hedge = self.hedge, ""
        return f"{words} {clause}"

    def _claim(self) -> str:
        thought = self.thinking.current()
        self.deal.take(thought.id)
        clause = self._with_term(thought.clause)
        return clause if thought.sector == FACTS else self._hedged(clause)

    def _second(self) -> str:
        thought = self.thinking.second()
        self.deal.take(thought.id)
        return self._with_term(thought.clause)

    def _gist(self) -> Phrase:
        if not self._slots & _SPELT:
            return self.deal.pick(self._heard_points(), "other point")
        thought = self.thinking.current()
        return phrase(self._with_term(thought.gist), self.language)

    def _heard_points(self) -> list[Phrase]:
        """Return points of others that this turn does not answer; none outside a summary."""
        if self.brief.move not in _FROM_TABLE:
            return []
        return [t.point for t in self.scene.ties if not t.point.keys & self.point.keys]

    def _has_question(self) -> bool:
        pool = self.scene.pool
        return any(r.thought.sector != FACTS and r.worth >= _QUESTION_WORTH for r in pool)

    def _may_act(self) -> bool:
        """Return whether an offer is still fresh, or this turn is the one to make one."""
        if self._acted:
            return False
        return self.brief.move in _ACTING or any(self._is_fresh(a) for a in self.scene.actions)

    def _is_fresh(self, action: Action) -> bool:
        return self.deal.count(action.id) < _OFFERED

    def _ask(self) -> str:
        thought = self.thinking.current()
        if "claim" not in self._slots:
            self.deal.take(f"q{thought.id[1:]}")
        return lowered(self._with_term(thought.question))

    def _with_term(self, text: str) -> str:
        return text.replace(SLOT, self._term().text) if SLOT in text else text

    def _term(self) -> Phrase:
        """Return what stands for the proposal: its name once in a while, else "the plan".

        A key term of the issue may be the very thing to be removed, so where a frame takes sides
        only a neutral word will do.
        """
        name = terms_of(self.brief, self.known)[0]
        said = any(name.text in s.text for s in self.brief.recent[-_FRESH:])
        taken = self._terms or said or name.text == self.point.text
        if not taken and "term" in self._slots:
            self._terms.add(name.text)
            return name
        chosen = self.deal.least(self.known.words["stand_ins"], lambda w: f"k:{w}", "term")
        self._terms.add(chosen)
        return phrase(chosen, self.language)

    def _do(self) -> Action:
        """Return what the room was offered last; a proposal offers something new."""
        settles = self.topic.actions if self.brief.move in ("decide", "assign") else ()
        offered = [*settles, *(a for a in self.scene.actions if self._is_fresh(a))]
        if self._action is None and offered and self.brief.move not in _PROPOSING:
            self._action = offered[0]
            self.deal.take(offered[0].id)
        self._acted = self.brief.move not in _ACTING
        if self._action is None:
            side = side_of(self.brief)
            fit = [a for a in self.known.actions if a.side == side or not (a.side and side)]
            self._action = self.deal.least(fit, lambda a: a.id, "action")
        return self._action

    def _plan(self) -> Phrase:
        return phrase(self._do().plan, self.language)

    def _figure(self) -> str:
        found = figures(self.brief.scenario_text, self.language)
        return self.deal.least(found, lambda f: f"n:{f.text}", "figure").text

    def _sum(self) -> str:
        found = sums(self.brief.scenario_text, self.language)
        return self.deal.least(found, lambda s: s[0], "sum")[1]

    def _quotes(self) -> list[str]:
        whole = (echo(s, self.language) for s in sentences(self.brief.scenario_text))
        return [
            q
            for q in dict.fromkeys(whole)
            if q.count(" ") >= _CLAUSE and not self.deal.count(f"e:{q}")
        ]

    def _quote(self) -> str:
        chosen = self.deal.pick(self._quotes(), "quote")
        self.deal.take(f"e:{chosen}")
        return chosen

    def _facts(self) -> list[tuple[int, str, str]]:
        """Return what can be stated, by closeness to the turn's thought and the point answered."""
        last = self.thinking.last
        near = self.point.keys | self.topic.keys | (last.keys if last else frozenset[str]())
        found = facts_at_hand(self.brief, self.known)
        left = [(len(f.keys & near), f.id, f.clause) for f in found if not self.deal.count(f.id)]
        return sorted(left, key=lambda row: -row[0])

    def _fact(self) -> str:
        _, name, clause = self._facts()[0]
        self.deal.take(name)
        self.thinking.state()
        return clause

    def _who(self) -> str:
        tied = self.thinking.tied
        if "other" in self._slots and tied:
            return short_name(tied.teller, self.brief, self.known)
        named = addressee(self.brief)
        if self.brief.move == "assign" and "name" not in self._slots and named:
            return short_name(named, self.brief, self.known)
        besides = named if "name" in self._slots else ""
        return chosen_hand(self.brief, self.known, self.deal, besides)

    def _due(self) -> str:
        found = re.findall(self.known.words["date"], self.brief.scenario_text, re.IGNORECASE)
        dates = list(dict.fromkeys(" ".join(f.split()) for f in found))
        options = [*(lowered(d) for d in dates[:3]), *self.known.words["due"]]
        return self.deal.least(options, lambda d: f"d:{d}", "due")


_UNSURE: Final = frozenset(
    ("name", "who", "own", "other", "echo", "figure", "sum", "quote", "fact", "act", "plan", "ask")
)
