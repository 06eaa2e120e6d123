"""Whom a turn speaks to, who is to do something, and how people are called."""

from symposion.engine.offline.dealing import Deal
from symposion.engine.offline.pack import Pack
from symposion.ports.brief import Brief


def addressee(brief: Brief) -> str:
    """Return the full name of whom the turn speaks to, or last spoke to; "" for nobody."""
    spoken_to = brief.addressee_id or (brief.answering.speaker_id if brief.answering else "")
    if not spoken_to and brief.table:
        spoken_to = brief.table[0].owner_id
    return next((o.name for o in brief.others if o.id == spoken_to), "")


def hands(brief: Brief, besides: str) -> list[str]:
    """Return the full names of those who could do something, all others but ``besides``."""
    return [o.name for o in brief.others if o.name != besides]


def chosen_hand(brief: Brief, known: Pack, deal: Deal, besides: str) -> str:
    """Return the name of one who is to do something; whom `hands` has not named for longest."""
    name = deal.least(hands(brief, besides), lambda n: f"w:{n}", "owner")
    return short_name(name, brief, known)


def short_name(name: str, brief: Brief, known: Pack) -> str:
    """Return the first name, where it is a word of its own and nobody else in the room has it."""
    parts = name.split()
    titled = any(p.casefold() in known.lists["titles"] for p in parts)
    if len(parts) < 2 or titled or len(parts[0]) < 2 or not parts[0].isalpha():
        return name
    everyone = [brief.speaker.name, *(o.name for o in brief.others)]
    return parts[0] if sum(parts[0] in n.split() for n in everyone) == 1 else name
