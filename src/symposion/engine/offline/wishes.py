"""What the traits want of a turn beside its move, and what the turn turned out to do."""

from dataclasses import dataclass

from symposion.engine.lexicon import lexicon
from symposion.engine.offline.dealing import Deal
from symposion.engine.offline.pack import Pack
from symposion.engine.offline.voice import Speech
from symposion.engine.text import normal, tokens
from symposion.ports.brief import Brief


@dataclass(frozen=True, slots=True)
class Wish:
    """What a turn should do if it can.

    Attributes:
        tone: "bright" or "dark" if the turn is to say how the speaker feels; else "".
    """

    asks: bool
    agrees: bool
    pushes: bool
    exclaims: bool
    hedges: bool
    tone: str


def wish_of(brief: Brief, speech: Speech) -> Wish:
    """Return what is due by the rates of the speaker's style."""
    style, due = brief.speaker.style, speech.due
    toned = due("tone", abs(style.polarity))
    return Wish(
        asks=due("ask", style.question_rate),
        agrees=due("agree", 0.8 * style.agreement_ceiling),
        pushes=due("push", style.close_rate),
        exclaims=due("exclaim", style.exclaim_rate),
        hedges=brief.move not in ("decide", "assign") and due("hedge", style.hedge_rate),
        tone=("bright" if style.polarity > 0 else "dark") if toned else "",
    )


def count(text: str, brief: Brief, known: Pack, speech: Speech, deal: Deal) -> None:
    """Spend, under the speaker's own tags, what ``text`` does: so that rates can be met."""
    low, words = normal(text), lexicon(known.language)
    did = {
        "turn": True,
        "ask": "?" in text,
        "exclaim": "!" in text,
        "hedge": words.hedge.search(low) is not None,
        "agree": words.agree.search(words.negated.sub(" ", low)) is not None,
        "push": brief.move in ("decide", "close")
        or any(name.startswith("f:push:") for name in deal.taken),
    }
    for feature, happened in did.items():
        if happened:
            deal.take(speech.tag(feature))
    for word in tokens(text):
        if word in words.plural or word in words.singular:
            deal.take(speech.tag("we" if word in words.plural else "i"))
