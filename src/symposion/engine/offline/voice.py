"""A speaker's voice: own joining words, own pet words, and rates that the traits command.

Rates are met by counting, not by dice: a feature is due once its share of the speaker's turns lags
behind the rate by more than a draw. So twenty turns suffice to tell two tempers apart.
"""

import re
from functools import cache

from symposion.engine.offline.dealing import Deal
from symposion.engine.offline.pack import Pack, Voice, pack
from symposion.ports.brief import Brief

PET_GAP = 6
"""Turns from one use of a pet word to the next (engine design, section 8)."""
PETS = 3


class Speech:
    """How this speaker says things in this turn."""

    def __init__(self, brief: Brief, deal: Deal, known: Pack) -> None:
        self._brief, self._deal, self._pack = brief, deal, known
        self._agent = brief.speaker.id
        self.turns = deal.count(self.tag("turn"))
        self.voice = self._voice()
        ours, mine = deal.count(self.tag("we")), deal.count(self.tag("i"))
        self.says_we = ours + 0.5 < brief.speaker.style.we_share * (ours + mine + 1)

    def tag(self, feature: str) -> str:
        """Return the name under which uses of ``feature`` by this speaker are counted."""
        return f"v:{self._agent}:{feature}"

    def due(self, feature: str, rate: float) -> bool:
        """Return whether ``feature`` is due, if it is to stand in a share ``rate`` of turns."""
        lag = (self.turns + 1) * rate - self._deal.count(self.tag(feature))
        return lag > self._deal.number("due", feature)

    def word(self, slot: str) -> str:
        """Return the speaker's word for ``slot``: a variant of its voice or a word for itself."""
        own = self._pack.words["self"]
        if slot in own:
            return own[slot]
        variants = self.voice.slots[slot]
        return variants[self._deal.count(self.tag(slot)) % len(variants)] if variants else ""

    def pet(self) -> str:
        """Return a pet word that may be used now, or ""."""
        pets = self._pack.pets
        start = self._brief.speaker.voice % len(pets)
        own = [pets[(start + i * 13) % len(pets)] for i in range(PETS)]
        place = self.turns % PET_GAP
        used = self._deal.count(self.tag("pet"))
        return (
            own[used % PETS]
            if place == start % PET_GAP or self.turns >= PET_GAP * (used + 1)
            else ""
        )

    def contracted(self, text: str) -> str:
        """Return ``text`` with the speaker's habit of contracting, or of not doing so."""
        return contracted(text, self.voice.contract, self._pack)

    def _voice(self) -> Voice:
        """Return the voice kept for this agent; at its first turn, the one fewest others use."""
        voices = self._pack.voices
        names = [self.tag(f"is{i}") for i in range(len(voices))]
        kept = next((i for i, name in enumerate(names) if self._deal.count(name)), None)
        if kept is None:
            start = self._brief.speaker.voice
            order = [(start + i) % len(voices) for i in range(len(voices))]
            kept = min(order, key=lambda i: self._deal.count(f"v:all:{i}"))
            self._deal.take(names[kept])
            self._deal.take(f"v:all:{kept}")
        return voices[kept]


def contracted(text: str, habit: str, known: Pack) -> str:
    """Return ``text`` as somebody with ``habit`` ("short", "full" or "mixed") writes it."""
    if habit == "mixed":
        return text
    finder, forms = _forms(habit == "short", known.language)
    return finder.sub(lambda m: _like(m[0], forms[m[0].casefold()]), text)


@cache
def _forms(is_short: bool, language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    pairs = pack(language).words["expand"]
    forms = {a.casefold(): b for a, b in ([(f, s) for s, f in pairs] if is_short else pairs)}
    body = "|".join(re.escape(p) for p in sorted(forms, key=len, reverse=True))
    follow = r"(?= [a-z])" if is_short else r"(?!\w)"
    return re.compile(rf"(?<![\w“'])(?<!\bin )(?<!\bof )(?:{body}){follow}", re.IGNORECASE), forms


def _like(old: str, new: str) -> str:
    return new[0].upper() + new[1:] if old[0].isupper() else new
