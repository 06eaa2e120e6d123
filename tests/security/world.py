"""What two users and an administrator may have and see, as plain dicts: the model of T3.

Everything that is written holds a word of its own, so that whoever reads a word can be told from
who may.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

WORD = re.compile(r"kw\d+q")
"""What the words look like; nothing the house says by itself does."""

_numbers = count(1)


def word() -> str:
    """Return a word that nobody has written before."""
    return f"kw{next(_numbers)}q"


WORKING = {"owner", "admin", "member"}
LEADING = {"owner", "admin"}


@dataclass(slots=True)
class Person:
    """What somebody has.

    Attributes:
        agents: Name, which is a word, by id, in order of creation.
        words: All they have written into agents and scenarios, deleted or not.
    """

    id: str
    email: str
    name: str
    admin: bool = False
    bio: str = ""
    agents: dict[str, str] = field(default_factory=dict[str, str])
    scenario: str | None = None
    simulation: str = ""
    rounds: int = 0
    sessions: int = 1
    words: set[str] = field(default_factory=set[str])


@dataclass(slots=True)
class Link:
    """An invitation that is kept."""

    id: str
    token: str
    role: str
    maker: str
    used_by: str = ""


@dataclass(slots=True)
class Org:
    """An organization: its name is a word; members but for the owner by key, with their role.

    Attributes:
        shares: Whose it is, by sort and id of the thing.
    """

    id: str
    name: str
    owner: str
    members: dict[str, str] = field(default_factory=dict[str, str])
    links: list[Link] = field(default_factory=list[Link])
    shares: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def role(self, key: str) -> str:
        """Return the role of somebody; empty if they are not in it."""
        return "owner" if key == self.owner else self.members.get(key, "")

    def everybody(self) -> dict[str, str]:
        return self.members | {self.owner: "owner"}

    def forget(self, key: str) -> None:
        """Take somebody out, with all that was theirs."""
        self.members.pop(key, None)
        self.links = [link for link in self.links if key not in {link.maker, link.used_by}]
        self.shares = {thing: whose for thing, whose in self.shares.items() if whose != key}


class World:
    """Everybody and everything."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.orgs: dict[str, Org] = {}
        self.gone: list[Link] = []

    def orgs_of(self, key: str) -> list[Org]:
        """Return the organizations somebody is in, in order of creation."""
        return [org for _, org in sorted(self.orgs.items()) if org.role(key)]

    def may_hear(self, key: str) -> set[str]:
        """Return all words that may reach somebody now."""
        person = self.people[key]
        heard = set(person.words) | set(person.agents.values()) | set(WORD.findall(person.bio))
        for org in self.orgs_of(key):
            heard.add(org.name)
            heard.update(self._shared(org))
        return heard

    def _shared(self, org: Org) -> Iterator[str]:
        for (sort, target), whose in org.shares.items():
            lender = self.people[whose]
            if sort == "agents":
                yield lender.agents[target]
            else:  # rounds quote the scenario and every agent of the cast
                yield from lender.words | set(lender.agents.values())

    def status(self, org: Org, key: str, roles: set[str]) -> int:
        """Return what somebody is answered who asks for what ``roles`` may."""
        role = org.role(key)
        return 404 if not role else 200 if role in roles else 403

    def leave(self, key: str) -> None:
        """Take out somebody who owns no organization that others are in."""
        for org in self.orgs_of(key):
            if org.owner == key:
                del self.orgs[org.id]
            else:
                org.forget(key)
