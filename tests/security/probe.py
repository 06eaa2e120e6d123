"""A small room of every verb, so that the matrix of foreign ids is itself put to the test."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, FailFast, Field, StringConstraints

from symposion.core.documents import Owned
from symposion.core.errors import Forbidden, NotFound
from symposion.ports.store import Kind, OneOf
from symposion.web.deps import Ctx
from symposion.web.policy import Policies, Policy
from symposion.web.rates import READS, WRITES
from symposion.web.routing import room

Text = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Ids = Annotated[list[Text], Field(max_length=100), FailFast()]


class Note(Owned):
    text: str


NOTES = Kind("notes", Note)


class NoteDraft(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Text


class Chosen(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note_ids: Ids


class Gift(NoteDraft):
    owner_id: Text


router: APIRouter = room("/notes", "notes")


@router.get("")
async def list_notes(ctx: Ctx) -> list[Note]:
    return await ctx.own(NOTES).find()


@router.post("")
async def write_note(ctx: Ctx, draft: NoteDraft) -> Note:
    return await ctx.own(NOTES).insert(Note(**ctx.owned, text=draft.text))


@router.get("/count")
async def count_notes(ctx: Ctx) -> int:
    return await ctx.own(NOTES).count()


@router.get("/tally")
async def tally_notes(ctx: Ctx) -> int:
    return len(await ctx.own(NOTES).tally(by="text"))


@router.post("/give")
async def give_note(ctx: Ctx, gift: Gift) -> Note:
    """Write into the name of whoever is named: what `insert` must stop."""
    note = Note(tenant_id=ctx.owned["tenant_id"], user_id=gift.owner_id, text=gift.text)
    try:
        return await ctx.own(NOTES).insert(note)
    except Forbidden:
        raise NotFound from None


@router.post("/delete")
async def delete_notes(ctx: Ctx, chosen: Chosen) -> int:
    which = {"id": OneOf(tuple(set(chosen.note_ids)))}
    if await ctx.own(NOTES).count(which) != len(set(chosen.note_ids)):
        raise NotFound
    return await ctx.own(NOTES).delete(which)


@router.get("/{note_id}")
async def read_note(ctx: Ctx, note_id: str) -> Note:
    return await ctx.own(NOTES).get(note_id)


@router.put("/{note_id}")
async def change_note(ctx: Ctx, note_id: str, draft: NoteDraft) -> Note:
    return await ctx.own(NOTES).update(note_id, lambda old: old.but(text=draft.text))


@router.delete("/{note_id}")
async def delete_note(ctx: Ctx, note_id: str) -> int:
    deleted = await ctx.own(NOTES).delete({"id": note_id})
    if not deleted:
        raise NotFound
    return deleted


PROBE: Policies = {
    ("GET", "/notes"): Policy((READS,)),
    ("POST", "/notes"): Policy((WRITES,)),
    ("GET", "/notes/count"): Policy((READS,)),
    ("GET", "/notes/tally"): Policy((READS,)),
    ("POST", "/notes/give"): Policy((WRITES,), foreign=404),
    ("POST", "/notes/delete"): Policy((WRITES,), foreign=404),
    ("GET", "/notes/{note_id}"): Policy((READS,), foreign=404),
    ("PUT", "/notes/{note_id}"): Policy((WRITES,), foreign=404),
    ("DELETE", "/notes/{note_id}"): Policy((WRITES,), foreign=404),
}
