"""One draft of a turn: which frames, in which order, until it is as long as it should be.

A turn makes one point: it takes up what was said, claims something, and gives the ground, which
is the speaker's own source, a fact of the scenario or a thought that goes on from the first. What
is left of its length goes to what follows from it: a position, a step, a question.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from symposion.engine.offline.content import Content
from symposion.engine.offline.dealing import Deal
from symposion.engine.offline.frames import Frame
from symposion.engine.offline.manner import Manner
from symposion.engine.offline.own import KINDS, said_of, small_start
from symposion.engine.offline.ranking import side_of
from symposion.engine.offline.scene import Scene
from symposion.engine.offline.sentences import realise, tidy
from symposion.engine.offline.topic import Topic
from symposion.engine.offline.voice import Speech
from symposion.engine.offline.wishes import Wish, count, wish_of

CLAIMS: Final = 3
"""Thoughts spelt out in one turn at most (engine design, section 12)."""
MARKED: Final = 0.42
"""Share of turns that open with a word of the voice, where it has one."""
OWN: Final = 0.6
"""Share of turns that may speak from the speaker's own life."""
PROMISED: Final = 9
"""Turns of the room in which somebody at least promises something with a date."""

_SHORT: Final = 9
_LONG: Final = 13
"""Words per sentence from which a feeling is joined to what it is about."""
_SELF: Final = frozenset(("I", "me", "my", "Im", "Ive", "Id", "Ill"))
_GRANTS: Final = frozenset(
    ("concede", "decide", "assign", "close", "summarise", "joke", "invite", "combine")
)
_CONTESTS: Final = frozenset(("object", "warn", "reframe", "concede"))


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that could be said, and what saying it would spend."""

    text: str
    spent: tuple[str, ...]


def draft(scene: Scene, number: int) -> Draft:
    """Return draft ``number`` of the turn; the same scene and number give the same draft."""
    return _Turn(scene, number).written()


class _Turn:
    def __init__(self, scene: Scene, number: int) -> None:
        brief, known = self.brief, self.known = scene.brief, scene.known
        self.deal = Deal(brief, number)
        self.speech = Speech(brief, self.deal, known)
        self.topic = scene.topic
        points = self.topic.points[:4]
        self.content = Content(scene, self.deal, self.speech, points[number % len(points)])
        self.wish: Wish = wish_of(brief, self.speech)
        self.lines: list[str] = []
        self.firm: list[str] = []
        self.left = brief.target_words
        self.claims = 0
        self.source = ""

    def written(self) -> Draft:
        """Return the turn, its voice and its counts included."""
        if self.wish.hedges:
            self.content.hedge = self.speech.word("hedge")
        self._take_own_source()
        self._lead()
        self._say(self._main())
        self._grow()
        self._end()
        text = self._voiced()
        count(text, self.brief, self.known, self.speech, self.deal)
        return Draft(text, tuple(sorted(self.deal.taken.elements())))

    def _take_own_source(self) -> None:
        recalls = self.brief.move in ("recall", "example")
        if not recalls and self.deal.number("own") >= OWN:
            return
        for source in self.brief.sources:
            if source.kind not in KINDS or self.deal.count(f"o:{source.id}"):
                continue
            said, teller = said_of(source, self.brief, self.known)
            told = teller and not recalls
            if said and not told and len(said.split()) + 8 <= max(self.left, 18):
                deck = f"own.{'episode' if teller else source.kind}"
                frame = self.deal.least(self.known.decks[deck], _name, "own")
                self.content.own, self.content.teller = said, teller
                self.content.start(frame)
                self.content.own = realise(frame, self.content.fill)
                self.source = f"o:{source.id}"
                return

    def _lead(self) -> None:
        """Say first whether one agrees or not, where that is wanted and there is room."""
        move = self.brief.move
        opposed = side_of(self.brief) * _side_of_topic(self.topic) < 0
        contests = 0.85 if move in ("object", "warn") else 0.4 if opposed else 0.0
        if not self.brief.answering or self.left < 10:
            return
        if move not in _GRANTS and self.deal.number("dissent") < contests:
            frame = self._dealt("dissent")
            self._say(frame)
            if frame and "point" in frame.slots:
                self.content.move_on()
        elif self.wish.agrees and move not in _CONTESTS and not opposed and self.left >= 12:
            self._say(self._dealt("agree"))
            self.content.move_on()

    def _main(self) -> Frame:
        self.content.choose()
        deck = self._deck()
        frames = [f for f in self.known.decks[deck] if self._fits(f)]
        near = [f for f in frames if self._length_fits(f)]
        if self.left < _SHORT and not near:
            near = [f for f in self.known.decks["short"] if self._fits(f)]
        if deck == "recall" and self.content.own:
            near = [f for f in near if "own" in f.slots] or near
        if deck in ("object", "warn") and not self.lines:
            near = [f for f in near if f.dissents] or near
        near = near or sorted(frames, key=_size)[:6] or [self.known.decks["inform"][0]]
        return self.deal.least(self._impersonal(near), _name, deck)

    def _deck(self) -> str:
        special = f"answer.{self.topic.kind}"
        answers = self.brief.owed and self.brief.move in ("answer", "clarify")
        if answers and special in self.known.decks and self.deal.number("special") < 0.8:
            return special
        return self.brief.move

    def _impersonal(self, frames: list[Frame]) -> list[Frame]:
        """Return the frames without "I" where the speaker is to say "we" and has the choice."""
        if not self.speech.says_we:
            return frames
        return [f for f in frames if not f.slots & _SELF] or frames

    def _length_fits(self, frame: Frame) -> bool:
        return frame.words <= self.left + 3 and (frame.words >= 8 or self.left < 16)

    def _fits(self, frame: Frame) -> bool:
        if (frame.side and frame.side != side_of(self.brief)) or (
            frame.agrees and not self.wish.agrees
        ):
            return False
        is_query = self.brief.move in ("ask", "invite", "clarify")
        return (self.wish.asks or is_query or not frame.asks) and self.content.can_fill(frame)

    def _dealt(self, deck: str, longest: int = 99) -> Frame | None:
        self.content.choose()
        may_ask = self.wish.asks or deck == "follow"
        usable = [
            f
            for f in self.known.decks[deck]
            if (may_ask or not f.asks) and self.content.can_fill(f)
        ]
        if deck == "stance":
            usable = [f for f in usable if f.side == side_of(self.brief)]
        short = [f for f in usable if f.words <= longest] or sorted(usable, key=_size)[:3]
        return self.deal.least(self._impersonal(short), _name, deck) if short else None

    def _say(self, frame: Frame | None, *, stay: bool = False, firm: bool = False) -> None:
        if frame is None:
            return
        self.content.start(frame, stay=stay)
        line = realise(frame, self.content.fill)
        self.lines.append(line)
        if "due" in frame.slots:
            self.deal.take("c")
        if firm or "due" in frame.slots:
            self.firm.append(line)
        self.left -= line.count(" ") + 1
        self.claims += "claim" in frame.slots
        if "own" in frame.slots:
            self.deal.take(self.source)
            self.content.own = ""

    @property
    def _asks_still(self) -> bool:
        return self.wish.asks and not any("?" in line for line in self.lines)

    def _grow(self) -> None:
        kept = 4 * bool(self.wish.tone) + 9 * self._asks_still + 7 * self.wish.pushes
        for deck in self._steps():
            if self.left - kept < 6:
                return
            if self._may_go_on(deck):
                self.content.thinking.contrast = deck == "contrast"
                self._say(self._dealt(deck, self.left - kept + 4))
                self.content.thinking.contrast = False

    def _may_go_on(self, deck: str) -> bool:
        thinking = self.content.thinking
        if deck in ("tie", "clash"):
            return thinking.tie(opposed=deck == "clash", besides=self.content.point.keys)
        if deck == "back":
            self.content.move_on()
        if deck in ("support", "contrast", "back"):
            return self.claims < CLAIMS and (deck != "support" or thinking.goes_on())
        return True

    def _steps(self) -> Iterator[str]:
        """Yield the decks that may lengthen the turn, in their order."""
        if self.brief.directives and self._owes_directive():
            yield "directive"
        if self.content.own:
            yield "own"
        elif not self.brief.answering or self.deal.number("fact") < 0.5:
            yield "fact"
        promised = self.deal.count("c")
        late = promised * PROMISED < self.brief.turn - PROMISED // 2
        if late and self.left > (10 if promised else 5):
            yield "promise"
        if self.speech.says_we:
            yield "we"
        yield from ("support", "back") if self.deal.number("back") < 0.5 else ("back", "support")
        yield from ("clash", "tie")
        yield from ("stance", "do") if self.deal.number("steps") < 0.5 else ("do", "stance")
        yield from ("fact", "support", "contrast", "back", "support", "scene", "do", "tie", "fact")

    def _owes_directive(self) -> bool:
        name = self.speech.tag(f"directive:{self.brief.directives[-1][:40]}")
        owes = not self.deal.count(name)
        self.deal.take(name)
        return owes

    def _end(self) -> None:
        if self.wish.tone and self.brief.target_words > 7:
            self._say(
                self._dealt(self.wish.tone, max(4, self.left)),
                firm=self.brief.speaker.style.sentence_words < _LONG,
            )
            self.deal.take(self.speech.tag("tone"))
        if self._asks_still and self.brief.move != "decide":
            self._say(self._dealt("follow", max(8, self.left + 4)), stay=True)
        pushes = self.wish.pushes and self.content.scene.actions
        if pushes and self.brief.move not in ("decide", "assign", "close"):
            self._say(self._dealt("push", max(8, self.left + 2)))

    def _voiced(self) -> str:
        lines = [line for line in self.lines if line]
        mark = self.speech.word("mark")
        if mark and self.deal.number("mark") < MARKED and lines[0][-1] != "?":
            lines[0] = tidy(f"{mark} {self._low(lines[0])}")
            self.deal.take(self.speech.tag("mark"))
        pet = self.speech.pet()
        if pet and len(lines) > 1 and "?" not in lines[1] and lines[1] not in self.firm:
            lines[1] = tidy(f"{pet} {self._low(lines[1])}")
            self.deal.take(self.speech.tag("pet"))
        manner = Manner(self.speech.voice, self.deal, self.known, self.speech.tag(""), self._low)
        lines = manner.strung(lines, self.firm, self.brief.speaker.style.sentence_words)
        if self.wish.exclaims:
            ends = [i for i, line in enumerate(lines) if line.endswith(".")]
            for last in ends[-1:]:
                lines[last] = lines[last][:-1] + "!"
        return self.speech.contracted(" ".join(lines))

    def _low(self, line: str) -> str:
        return small_start(line, self.brief, self.known)


def _name(frame: Frame) -> str:
    return frame.id


def _size(frame: Frame) -> int:
    return frame.words


def _side_of_topic(topic: Topic) -> int:
    sides = [t.side for t in topic.thoughts if t.side]
    return sides[-1] if sides else 0
