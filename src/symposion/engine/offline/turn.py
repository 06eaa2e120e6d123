"""One draft of a turn: which frames, in which order, until it is as long as it should be."""

import re
from dataclasses import dataclass

from symposion.engine.lexicon import lexicon
from symposion.engine.offline.content import Content
from symposion.engine.offline.dealing import Deal
from symposion.engine.offline.frames import Frame
from symposion.engine.offline.pack import Pack
from symposion.engine.offline.phrases import tame
from symposion.engine.offline.ranking import ranked, side_of
from symposion.engine.offline.sentences import lowered, realise, tidy
from symposion.engine.offline.topic import Topic, topic_of
from symposion.engine.offline.voice import Speech
from symposion.engine.tagging import common
from symposion.engine.text import normal, tokens
from symposion.ports.brief import Brief, Source

OWN_LIMIT = 20
"""Words of an own source that are quoted at most."""
CLAIMS = 5
"""Frames of thought in one turn at most."""

_BREAK = re.compile(r"[.;!?]\s|,\s|\s[–—-]\s")  # noqa: RUF001 - dashes break sentences
_SHORT = 9
_PLAIN = frozenset(("propose", "inform", "example", "quantify", "answer", "clarify", "recall"))


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that could be said, and what saying it would spend."""

    text: str
    spent: tuple[str, ...]


@dataclass(slots=True)
class _Wish:
    """What the traits want of this turn, beside its move."""

    asks: bool
    agrees: bool
    pushes: bool
    exclaims: bool
    tone: str


def draft(brief: Brief, known: Pack, number: int) -> Draft:
    """Return draft ``number`` of the turn; the same brief and number give the same draft."""
    return _Turn(brief, known, number).written()


class _Turn:
    def __init__(self, brief: Brief, known: Pack, number: int) -> None:
        self.brief, self.known = brief, known
        self.deal = Deal(brief, number)
        self.speech = Speech(brief, self.deal, known)
        self.topic: Topic = topic_of(brief, known)
        pool = ranked(brief, self.topic, known, self.deal)
        points = self.topic.points[:4]
        self.content = Content(
            brief, self.topic, known, self.deal, self.speech, pool, points[number % len(points)]
        )
        self.lines: list[str] = []
        self.left = brief.target_words
        self.claims = 0

    def written(self) -> Draft:
        """Return the turn, its voice and its counts included."""
        wish = self._wish()
        self._own_source()
        self._lead(wish)
        self._say(self._main(wish))
        self._grow(wish)
        self._end(wish)
        text = self._voiced(wish)
        self._count(text)
        return Draft(text, tuple(sorted(self.deal.taken.elements())))

    def _wish(self) -> _Wish:
        style, due = self.brief.speaker.style, self.speech.due
        may_hedge = self.brief.move not in ("decide", "assign")
        if may_hedge and due("hedge", style.hedge_rate):
            self.content.hedge = self.speech.word("hedge")
        bright = abs(style.polarity) > self.deal.number("tone") * 1.6
        return _Wish(
            asks=due("ask", style.question_rate),
            agrees=due("agree", 0.8 * style.agreement_ceiling),
            pushes=due("push", style.close_rate),
            exclaims=due("exclaim", style.exclaim_rate),
            tone=("bright" if style.polarity > 0 else "dark") if bright else "",
        )

    def _own_source(self) -> None:
        wants = self.brief.move in ("recall", "example") or self.deal.number("own") < 0.5
        kinds = ("memory", "background", "expertise", "goal", "reason", "scenario")
        if not wants:
            return
        for source in self.brief.sources:
            if source.kind in kinds and not self.deal.count(f"o:{source.id}"):
                said = said_of(source, self.brief, self.known)
                if said and len(said.split()) + 8 <= max(self.left, 18):
                    frame = self.deal.least(self.known.decks[f"own.{source.kind}"], _name, "own")
                    self.content.own = said
                    self.content.start(frame)
                    self.content.own = realise(frame, self.content.fill)
                    self._source = f"o:{source.id}"
                    return

    def _lead(self, wish: _Wish) -> None:
        brief = self.brief
        foreign = brief.move not in ("object", "warn", "reframe", "concede")
        opposed = side_of(brief) * _side_of_topic(self.topic) < 0
        if wish.agrees and foreign and brief.answering and not opposed and self.left >= 12:
            self._say(self._dealt("agree"))

    def _main(self, wish: _Wish) -> Frame:
        deck = self.brief.move
        special = f"answer.{self.topic.kind}"
        if deck in ("answer", "clarify") and self.brief.owed and special in self.known.decks:
            if self.deal.number("special") < 0.8:
                deck = special
        frames = [f for f in self.known.decks[deck] if self._fits(f, wish)]
        near = [f for f in frames if self._length_fits(f)]
        if self.left < _SHORT and not near:
            near = [f for f in self.known.decks["short"] if self._fits(f, wish)]
        if deck == "recall" and self.content.own:
            near = [f for f in near if "own" in f.slots] or near
        options = near or sorted(frames, key=lambda f: f.words)[:6] or self.known.decks["inform"][:1]
        return self.deal.least(options, _name, deck)

    def _length_fits(self, frame: Frame) -> bool:
        room = self.left + 3
        return frame.words <= room and (frame.words >= 8 or self.left < 16)

    def _fits(self, frame: Frame, wish: _Wish) -> bool:
        if frame.side and frame.side != side_of(self.brief):
            return False
        if frame.agrees and not wish.agrees:
            return False
        is_query = self.brief.move in ("ask", "invite", "clarify")
        return (wish.asks or is_query or not frame.asks) and self.content.can_fill(frame)

    def _dealt(self, deck: str, longest: int = 99) -> Frame | None:
        usable = [f for f in self.known.decks[deck] if self.content.can_fill(f)]
        short = [f for f in usable if f.words <= longest] or sorted(usable, key=_size)[:3]
        return self.deal.least(short, _name, deck) if short else None

    def _say(self, frame: Frame | None) -> None:
        if frame is None:
            return
        self.content.start(frame)
        line = realise(frame, self.content.fill)
        self.lines.append(line)
        self.left -= len(tokens(line))
        self.claims += "claim" in frame.slots
        if "own" in frame.slots:
            self.deal.take(self._source)
            self.content.own = ""

    def _grow(self, wish: _Wish) -> None:
        kept = 9 * (wish.asks and "?" not in " ".join(self.lines)) + 7 * wish.pushes
        steps = self._steps()
        for _ in range(8):
            if self.left - kept < 6:
                return
            deck = next(steps)
            self.content.contrast = deck == "contrast"
            self._say(self._dealt(deck, self.left - kept + 4))
            self.content.contrast = False

    def _steps(self):
        if self.brief.directives and self._owes_directive():
            yield "directive"
        if self.content.own:
            yield "own"
        order = ["support", "do", "contrast", "support"]
        start = int(self.deal.number("steps") * 4)
        if self.brief.move in ("propose", "decide", "assign", "close"):
            order.remove("do")
        index = 0
        while True:
            yield order[(start + index) % len(order)] if self.claims < CLAIMS else "do"
            index += 1

    def _owes_directive(self) -> bool:
        name = self.speech.tag(f"directive:{self.brief.directives[-1][:40]}")
        owes = not self.deal.count(name)
        self.deal.take(name)
        return owes

    def _end(self, wish: _Wish) -> None:
        if wish.tone and self.left > 3 and self.deal.number("end tone") < 0.6:
            self._say(self._dealt(wish.tone, max(6, self.left)))
        if wish.asks and "?" not in " ".join(self.lines) and self.brief.move != "decide":
            self._say(self._dealt("follow", max(8, self.left + 4)))
        if wish.pushes and self.brief.move not in ("decide", "assign", "close"):
            self._say(self._dealt("push", max(8, self.left + 2)))

    def _voiced(self, wish: _Wish) -> str:
        lines = [line for line in self.lines if line]
        mark = self.speech.word("mark")
        if mark and self.deal.number("mark") < 0.22 and len(lines) > 1 and lines[0][-1] != "?":
            lines[0] = tidy(f"{mark} {_joined(lines[0], self.brief, self.known)}")
            self.deal.take(self.speech.tag("mark"))
        pet = self.speech.pet()
        if pet and len(lines) > 1 and "?" not in lines[1]:
            lines[1] = tidy(f"{pet} {_joined(lines[1], self.brief, self.known)}")
            self.deal.take(self.speech.tag("pet"))
        if wish.exclaims:
            ends = [i for i, line in enumerate(lines) if line.endswith(".")]
            if ends:
                lines[ends[-1]] = lines[ends[-1]][:-1] + "!"
        return self.speech.contracted(" ".join(lines))

    def _count(self, text: str) -> None:
        low, words = normal(text), lexicon(self.known.language)
        took = {
            "turn": True,
            "ask": "?" in text,
            "exclaim": "!" in text,
            "hedge": words.hedge.search(low) is not None,
            "agree": words.agree.search(words.negated.sub(" ", low)) is not None,
            "push": any(name.startswith("f:push:") for name in self.deal.taken)
            or self.brief.move in ("decide", "close"),
            "we": self.speech.says_we,
        }
        for feature, happened in took.items():
            if happened:
                self.deal.take(self.speech.tag(feature))


def _name(frame: Frame) -> str:
    return f"f:{frame.id}"


def _size(frame: Frame) -> int:
    return frame.words


def _side_of_topic(topic: Topic) -> int:
    sides = [t.side for t in topic.thoughts if t.side]
    return sides[-1] if sides else 0


def _joined(line: str, brief: Brief, known: Pack) -> str:
    """Return ``line`` fit to follow an opening word: small, unless it starts with a name."""
    first = tokens(line)[:1]
    lists = common(known.language)
    plain = lexicon(known.language).stop | (lists.kinds.keys() if lists else frozenset())
    names = {w for o in brief.others for w in tokens(o.name)}
    return lowered(line) if first and first[0] in plain and first[0] not in names else line


def said_of(source: Source, brief: Brief, known: Pack) -> str:
    """Return ``source`` as a clause that may stand after a colon; "" if none can be made of it.

    Long texts are cut where a clause ends. A text that speaks of its owner in the third person is
    left out: it would sound as if somebody else was meant.
    """
    text = tame(source.text).replace(" :", ":")
    for start in known.words["drop_start"]:
        if text.casefold().startswith(start):
            text = text[len(start) :]
    text = _cut(text)
    words = set(tokens(text))
    if not text or words & known.lists["third_person"] or words & set(tokens(brief.speaker.name)):
        return ""
    return _joined(text, brief, known).rstrip(" .,;:!?")


def _cut(text: str) -> str:
    end = len(text)
    while len(text[:end].split()) > OWN_LIMIT:
        breaks = [m.start() for m in _BREAK.finditer(text, 0, end)]
        if not breaks:
            return ""
        end = breaks[-1]
    sentence = re.split(r"(?<=[.!?])\s", text[:end])[0]
    return sentence if len(sentence.split()) > 1 else ""
