"""One draft of a turn: which frames, in which order, until it is as long as it should be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symposion.engine.lexicon import lexicon
from symposion.engine.offline.content import Content, short_name
from symposion.engine.offline.dealing import Deal
from symposion.engine.offline.frames import Frame
from symposion.engine.offline.manner import Manner
from symposion.engine.offline.pack import Pack
from symposion.engine.offline.phrases import echo, tame
from symposion.engine.offline.ranking import side_of
from symposion.engine.offline.scene import Scene
from symposion.engine.offline.sentences import lowered, realise, tidy
from symposion.engine.offline.topic import Topic
from symposion.engine.offline.voice import Speech
from symposion.engine.tagging import common
from symposion.engine.text import normal, tokens
from symposion.ports.brief import Brief, Source

OWN_LIMIT = 20
"""Words of an own source that are quoted at most."""
CLAIMS = 4
"""Frames of thought in one turn at most."""

PROMISED = 9
"""Turns of the room in which somebody at least promises something with a date."""

_BREAK = re.compile(r"[.;!?]\s|,\s|\s[–—-]\s")  # noqa: RUF001 - dashes break sentences
_SHORT = 9
_SELF = frozenset(("I", "me", "my", "Im", "Ive", "Id", "Ill"))


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


def draft(scene: Scene, number: int) -> Draft:
    """Return draft ``number`` of the turn; the same brief and number give the same draft."""
    return _Turn(scene, number).written()


class _Turn:
    def __init__(self, scene: Scene, number: int) -> None:
        brief, known = self.brief, self.known = scene.brief, scene.known
        self.deal = Deal(brief, number)
        self.speech = Speech(brief, self.deal, known)
        self.topic = scene.topic
        points = self.topic.points[:4]
        self.content = Content(scene, self.deal, self.speech, points[number % len(points)])
        self.lines: list[str] = []
        self.firm: list[str] = []
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
        bright = due("tone", abs(style.polarity))
        return _Wish(
            asks=due("ask", style.question_rate),
            agrees=due("agree", 0.8 * style.agreement_ceiling),
            pushes=due("push", style.close_rate),
            exclaims=due("exclaim", style.exclaim_rate),
            tone=("bright" if style.polarity > 0 else "dark") if bright else "",
        )

    def _own_source(self) -> None:
        wants = self.brief.move in ("recall", "example") or self.deal.number("own") < 0.45
        kinds = ("memory", "background", "expertise", "goal", "reason", "scenario")
        if not wants:
            return
        for source in self.brief.sources:
            if source.kind in kinds and not self.deal.count(f"o:{source.id}"):
                said, teller = said_of(source, self.brief, self.known)
                if teller and self.brief.move != "recall" and self.deal.number("told") < 0.7:
                    continue
                if said and len(said.split()) + 8 <= max(self.left, 18):
                    kind = "episode" if teller else source.kind
                    frame = self.deal.least(self.known.decks[f"own.{kind}"], _name, "own")
                    self.content.own, self.content.teller = said, teller
                    self.content.start(frame)
                    self.content.own = realise(frame, self.content.fill)
                    self._source = f"o:{source.id}"
                    return

    def _lead(self, wish: _Wish) -> None:
        brief = self.brief
        contests = brief.move == "object" or (brief.move == "warn" and brief.answering is not None)
        if contests and self.left >= 10 and self.deal.number("dissent") < 0.85:
            self._say(self._dealt("dissent"))
            return
        foreign = brief.move not in ("object", "warn", "reframe", "concede")
        opposed = side_of(brief) * _side_of_topic(self.topic) < 0
        if wish.agrees and foreign and brief.answering and not opposed and self.left >= 12:
            self._say(self._dealt("agree"))
            self.content.move_on()

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
        if self.speech.says_we:
            near = [f for f in near if not f.slots & _SELF] or near
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
        side = side_of(self.brief)
        short = [f for f in short if f.side == side] if deck == "stance" else short
        if self.speech.says_we:
            short = [f for f in short if not f.slots & _SELF] or short
        return self.deal.least(short, _name, deck) if short else None

    def _say(self, frame: Frame | None) -> None:
        if frame is None:
            return
        self.content.start(frame)
        line = realise(frame, self.content.fill)
        self.lines.append(line)
        if "due" in frame.slots:
            self.firm.append(line)
            self.deal.take("c")
        self.left -= line.count(" ") + 1
        self.claims += "claim" in frame.slots
        if "own" in frame.slots:
            self.deal.take(self._source)
            self.content.own = ""

    def _grow(self, wish: _Wish) -> None:
        kept = 4 * bool(wish.tone) + 9 * (wish.asks and "?" not in " ".join(self.lines)) + 7 * wish.pushes
        for deck in self._steps():
            if self.left - kept < 6:
                return
            if deck in ("support", "contrast") and self.claims >= CLAIMS:
                continue
            if deck == "back":
                self.content.move_on()
            if deck in ("tie", "clash") and not self.content.tie(opposed=deck == "clash"):
                continue
            self.content.contrast = deck == "contrast"
            self.content.on_main = deck == "stance"
            self._say(self._dealt(deck, self.left - kept + 4))
            self.content.contrast = self.content.on_main = False

    def _steps(self) -> Iterator[str]:
        """Yield the decks that may lengthen the turn, in their order."""
        if self.brief.directives and self._owes_directive():
            yield "directive"
        if self.content.own:
            yield "own"
        if self.brief.answering and len(self.topic.points) > 1:
            yield "back"
        if self.speech.says_we:
            yield "we"
        acts = self.brief.move in ("propose", "decide", "assign", "close")
        yield from ("clash", "tie") if self.deal.number("tie") < 0.5 else ()
        if self.deal.count("c") * PROMISED < self.brief.turn - PROMISED // 2 and self.left > 10:
            yield "promise"
        start = self.deal.number("steps")
        yield from ("support", "stance") if start < 0.4 else ("scene",) if start < 0.6 else ()
        yield from ("support", "clash", "tie", "scene" if acts else "do", "contrast")
        yield from ("stance", "support", "scene", "do")

    def _owes_directive(self) -> bool:
        name = self.speech.tag(f"directive:{self.brief.directives[-1][:40]}")
        owes = not self.deal.count(name)
        self.deal.take(name)
        return owes

    def _end(self, wish: _Wish) -> None:
        if wish.tone and self.brief.target_words > 7:
            self._say(self._dealt(wish.tone, max(4, self.left)))
            self.deal.take(self.speech.tag("tone"))
        if wish.asks and "?" not in " ".join(self.lines) and self.brief.move != "decide":
            self._say(self._dealt("follow", max(8, self.left + 4)))
        if wish.pushes and self.brief.move not in ("decide", "assign", "close"):
            self._say(self._dealt("push", max(8, self.left + 2)))

    def _voiced(self, wish: _Wish) -> str:
        lines = [line for line in self.lines if line]
        mark = self.speech.word("mark")
        if mark and self.deal.number("mark") < 0.22 and len(lines) > 1 and lines[0][-1] != "?":
            lines[0] = tidy(f"{mark} {self._low(lines[0])}")
            self.deal.take(self.speech.tag("mark"))
        pet = self.speech.pet()
        if pet and len(lines) > 1 and "?" not in lines[1]:
            lines[1] = tidy(f"{pet} {self._low(lines[1])}")
            self.deal.take(self.speech.tag("pet"))
        manner = Manner(self.speech.voice, self.deal, self.known, self.speech.tag(""), self._low)
        lines = manner.strung(lines, self.firm, self.brief.speaker.style.sentence_words)
        if wish.exclaims:
            ends = [i for i, line in enumerate(lines) if line.endswith(".")]
            if ends:
                lines[ends[-1]] = lines[ends[-1]][:-1] + "!"
        return self.speech.contracted(" ".join(lines))

    def _low(self, line: str) -> str:
        return _joined(line, self.brief, self.known)

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
        }
        for feature, happened in took.items():
            if happened:
                self.deal.take(self.speech.tag(feature))
        for word in tokens(text):
            if word in words.plural or word in words.singular:
                self.deal.take(self.speech.tag("we" if word in words.plural else "i"))


def _name(frame: Frame) -> str:
    return f"f:{frame.id}"


def _size(frame: Frame) -> int:
    return frame.words


def _side_of_topic(topic: Topic) -> int:
    sides = [t.side for t in topic.thoughts if t.side]
    return sides[-1] if sides else 0


def _joined(line: str, brief: Brief, known: Pack) -> str:
    """Return ``line`` fit to follow an opening word: small, unless it starts with a name."""
    first = line.split(" ", 1)[0].strip(".,:;!?“”")
    names = {w for o in (*brief.others, brief.speaker) for w in o.name.split()}
    is_name = first in names or first.removesuffix("'s") in names
    lists = common(known.language)
    plain = first.casefold() in lexicon(known.language).stop
    plain = plain or bool(lists and first.casefold() in lists.kinds)
    inside = re.search(rf"[a-z,] {re.escape(first)}(?!\w)", brief.scenario_text)
    return line if is_name or (inside and not plain) else lowered(line)


def said_of(source: Source, brief: Brief, known: Pack) -> tuple[str, str]:
    """Return ``source`` as a clause that may stand after a colon, and whom it quotes, if anybody.

    Long texts are cut where a clause ends; what somebody said is quoted. The clause is empty where
    none can be made, or where it speaks of its owner in the third person: it would sound as if
    somebody else was meant.
    """
    teller, colon, heard = source.text.partition(": ")
    if colon and source.kind == "memory" and any(teller == o.name for o in brief.others):
        return echo(heard, known.language), short_name(teller, brief, known)
    if teller == brief.speaker.name:
        return "", ""
    text = tame(source.text)
    for start in known.words["drop_start"]:
        if text.casefold().startswith(start):
            text = text[len(start) :]
    text = _cut(text)
    words = set(tokens(text))
    if not text or words & known.lists["third_person"] or words & set(tokens(brief.speaker.name)):
        return "", ""
    return _joined(text, brief, known).rstrip(" .,;:!?"), ""


def _cut(text: str) -> str:
    end = len(text)
    while len(text[:end].split()) > OWN_LIMIT:
        breaks = [m.start() for m in _BREAK.finditer(text, 0, end)]
        if not breaks:
            return ""
        end = breaks[-1]
    sentence = re.split(r"(?<=[.!?])\s", text[:end])[0]
    return sentence if len(sentence.split()) > 1 else ""
