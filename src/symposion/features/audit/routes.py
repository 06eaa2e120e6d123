"""The audit log over HTTP."""

from typing import Annotated

from fastapi import Query

from symposion.features.audit import service
from symposion.features.audit.wire import AuditReply
from symposion.web.deps import Ctx
from symposion.web.routing import room

versioned = room("/admin", "admin")

Text = Annotated[str, Query(max_length=64)]


@versioned.get("/audit-log")
async def read_audit_log(
    ctx: Ctx,
    user_id: Text = "",
    action: Text = "",
    before: Text = "",
    limit: Annotated[int, Query(ge=1, le=service.PAGE_LIMIT)] = 50,
) -> list[AuditReply]:
    """Read what happened to accounts and rights, newest first; for administrators."""
    found = await service.list_entries(
        ctx, user_id=user_id, action=action, before=before, limit=limit
    )
    return [AuditReply.model_validate(entry, from_attributes=True) for entry in found]
