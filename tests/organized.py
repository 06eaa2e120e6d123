"""An organization for tests, with somebody in each role."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from visitors import client, register

HOME = "/v1/organizations"
AGENT = {"name": "Ada", "archetype": "scientist", "goal": "Find the leak."}


@dataclass(frozen=True, slots=True)
class Team:
    """People by their role, their ids, and the address of the organization they are in."""

    people: dict[str, AsyncClient]
    ids: dict[str, str]
    path: str

    @property
    def id(self) -> str:
        return self.path.rsplit("/", 1)[1]

    async def roles(self) -> dict[str, str]:
        """Return the roles of everybody in it, by their e-mail name, as the owner of now sees."""
        for who in self.people.values():
            told = await who.get(f"{self.path}/members")
            if told.status_code == 200:
                names = {user_id: name for name, user_id in self.ids.items()}
                return {names[row["user_id"]]: row["role"] for row in told.json()}
        return {}


@asynccontextmanager
async def team(app: FastAPI, *roles: str) -> AsyncGenerator[Team]:
    """Open an organization with an owner and somebody in each of ``roles``.

    A role may have a number behind it: "member2" is another member.
    """
    async with AsyncExitStack() as stack:
        people: dict[str, AsyncClient] = {}
        ids: dict[str, str] = {}
        for name in ("owner", *roles, "stranger"):
            people[name] = await stack.enter_async_context(client(app))
            user = await register(people[name], f"{name}@example.com")
            await people[name].put("/auth/profile", json={"name": name.capitalize()})
            ids[name] = user["id"]
        made = await people["owner"].post(HOME, json={"name": "The Institute"})
        path = f"{HOME}/{made.json()['id']}"
        for name in roles:
            token = await invitation(people["owner"], path, name.rstrip("0123456789"))
            assert (await join(people[name], token)).status_code == 200
        yield Team(people, ids, path)


async def invitation(who: AsyncClient, path: str, role: str = "member") -> str:
    """Return the token of a new invitation."""
    made = await who.post(f"{path}/invitations", json={"role": role})
    assert made.status_code == 200, made.text
    return made.json()["token"]


async def join(who: AsyncClient, token: str) -> Response:
    return await who.post(f"{HOME}/join", json={"token": token})


async def share_agent(who: AsyncClient, path: str, **fields: Any) -> str:
    """Let ``who`` make an agent and share it; return its id."""
    made = await who.post("/agents", json=AGENT | fields)
    shared = await who.post(f"{path}/agents", json={"agent_id": made.json()["id"]})
    assert shared.status_code == 200, shared.text
    return made.json()["id"]
