"""What members show each other: references to things, read where they are kept, never written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symposion.context import Context
from symposion.core.documents import Owned
from symposion.core.errors import Duplicate, NotFound
from symposion.features.agents.models import AGENTS, Agent, AgentDraft
from symposion.features.agents.service import create_agent
from symposion.features.conversations.models import LIST_LIMIT, ROUNDS, Round
from symposion.features.organizations.door import Inside, enter
from symposion.features.organizations.errors import SharesFull
from symposion.features.organizations.models import SHARES, SHARES_LIMIT, Share
from symposion.features.organizations.people import accounts_of
from symposion.features.simulations.models import SIMULATIONS
from symposion.ports.identity import Actor
from symposion.ports.store import Collection, Kind, OneOf

SHAREABLE: dict[str, Kind[Any]] = {"agents": AGENTS, "simulations": SIMULATIONS}
"""What can be shared, by the name of its routes."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A thing that is shared, as it is at this moment; ``by`` is the name of whose it is."""

    share: Share
    thing: Any
    by: str


async def share(ctx: Context, organization_id: str, sort: str, target_id: str) -> Shared:
    """Show a thing of the caller's to an organization; what is shared already stays so.

    Raises:
        NotFound: As `enter` does, or the caller owns no such thing.
        RoleForbids: As `enter` does.
        SharesFull: `SHARES_LIMIT` things are shared; requests at the same moment may go past it by
            one each.
    """
    inside = await enter(ctx, organization_id, "share")
    thing = await ctx.own(SHAREABLE[sort]).get(target_id)
    shares, which = inside.ctx.own(SHARES), {"sort": sort, "target_id": target_id}
    found = await shares.find(which, limit=1)
    if not found:
        await _check_place(inside)
        fresh = Share(
            **inside.ctx.owned,
            home_id=ctx.actor.tenant_id,
            sort=sort,
            target_id=target_id,
            created_at=ctx.now(),
        )
        try:
            found = [await inside.ctx.make(SHARES, fresh)]
        except Duplicate:
            found = await shares.find(which, limit=1)
    await _check_still_in(inside)
    return (await _told(inside, found, [thing]))[0]


async def _check_still_in(inside: Inside) -> None:
    """Take back what was shared by somebody who was removed in the same moment."""
    try:
        await enter(inside.caller, inside.organization.id, "read")
    except NotFound:
        await inside.ctx.own(SHARES).delete({"user_id": inside.ctx.actor.user_id})
        raise


async def _check_place(inside: Inside) -> None:
    """Raise `SharesFull` unless one more thing may be shared; what is deleted takes no place."""
    shares = inside.ctx.own(SHARES)
    if await shares.count() < SHARES_LIMIT:
        return
    for sort in SHAREABLE:
        known = await shares.find({"sort": sort}, limit=SHARES_LIMIT)
        there = {share.id for share, _ in await _lent(inside, known)}
        gone = tuple(share.id for share in known if share.id not in there)
        await shares.delete({"id": OneOf(gone)})
    if await shares.count() >= SHARES_LIMIT:
        raise SharesFull(f"{SHARES_LIMIT} things are shared with this organization.")


async def list_shared(ctx: Context, organization_id: str, sort: str) -> list[Shared]:
    """Return all that is shared of one sort and still exists, newest first.

    Raises as `enter` does.
    """
    inside = await enter(ctx, organization_id, "read")
    found = await inside.ctx.own(SHARES).find({"sort": sort}, limit=2 * SHARES_LIMIT)
    lent = await _lent(inside, found)
    return await _told(inside, [share for share, _ in lent], [thing for _, thing in lent])


async def read_shared(ctx: Context, organization_id: str, sort: str, target_id: str) -> Shared:
    """Return one thing that is shared, as it is now.

    Raises:
        NotFound: As `enter` does, or no such thing is shared, or it was deleted.
        RoleForbids: As `enter` does.
    """
    inside = await enter(ctx, organization_id, "read")
    return await _one(inside, sort, target_id)


async def _one(inside: Inside, sort: str, target_id: str) -> Shared:
    found = await _share_of(inside, sort, target_id)
    for share_, thing in await _lent(inside, [found]):
        return (await _told(inside, [share_], [thing]))[0]
    raise NotFound


async def _share_of(inside: Inside, sort: str, target_id: str) -> Share:
    which = {"sort": sort, "target_id": target_id}
    found = await inside.ctx.own(SHARES).find(which, limit=1)
    if not found:
        raise NotFound
    return found[0]


async def list_rounds(ctx: Context, organization_id: str, simulation_id: str) -> list[Round]:
    """Return the newest rounds of the current run of a shared simulation, oldest first.

    There are at most `LIST_LIMIT`. A round is told from the moment its owner has it in their list.
    Raises as `read_shared` does.
    """
    inside = await enter(ctx, organization_id, "read")
    shared = await _one(inside, "simulations", simulation_id)
    where = {"run_id": shared.thing.run_id}
    rounds = _of_lender(inside, shared.share, ROUNDS)
    newest = await rounds.find(where, order="-round_number", limit=LIST_LIMIT)
    return newest[::-1]


async def unshare(ctx: Context, organization_id: str, sort: str, target_id: str) -> None:
    """Stop showing a thing to an organization: one's own, or with the right to it anybody's.

    Raises:
        NotFound: As `enter` does, or no such thing is shared.
        RoleForbids: It is somebody else's.
    """
    inside = await enter(ctx, organization_id, "read")
    found = await _share_of(inside, sort, target_id)
    if found.user_id != ctx.actor.user_id:
        inside.need("unshare-anything")
    await inside.ctx.own(SHARES).delete({"id": found.id})


async def copy_agent(ctx: Context, organization_id: str, agent_id: str) -> Agent:
    """Add a copy of a shared agent to the caller's own roster, and return it.

    Raises:
        NotFound, RoleForbids: As `read_shared` does.
        RosterFull: The caller's roster has no place.
    """
    inside = await enter(ctx, organization_id, "copy")
    agent: Agent = (await _one(inside, "agents", agent_id)).thing
    fields = agent.model_dump(include=set(AgentDraft.model_fields))
    return await create_agent(ctx, AgentDraft.model_validate(fields))


async def _lent(inside: Inside, shares: Sequence[Share]) -> list[tuple[Share, Owned]]:
    """Return what ``shares``, all of one sort, stand for; what was deleted is left out."""
    by_owner: dict[tuple[str, str], list[Share]] = {}
    for found in shares:
        by_owner.setdefault((found.user_id, found.home_id), []).append(found)
    things: dict[str, Owned] = {}
    for theirs in by_owner.values():
        lender = _of_lender(inside, theirs[0], SHAREABLE[theirs[0].sort])
        which = {"id": OneOf(tuple(share.target_id for share in theirs))}
        things |= {thing.id: thing for thing in await lender.find(which, limit=len(theirs))}
    return [(share, things[share.target_id]) for share in shares if share.target_id in things]


def _of_lender(inside: Inside, share: Share, kind: Kind[Any]) -> Collection[Any]:
    """Return what the owner of a share has of ``kind``; only `_lent` and `list_rounds` look.

    It is to be read, and only for what is shared.
    """
    return inside.ctx.seen_by(Actor(share.user_id, share.home_id)).own(kind)


async def _told(inside: Inside, shares: Sequence[Share], things: Sequence[Owned]) -> list[Shared]:
    accounts = await accounts_of(inside.ctx, {found.user_id for found in shares})
    names = {user_id: account.name for user_id, account in accounts.items()}
    return [
        Shared(found, thing, names.get(found.user_id, ""))
        for found, thing in zip(shares, things, strict=True)
    ]
