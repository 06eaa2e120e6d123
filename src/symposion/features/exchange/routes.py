"""Files of agents over HTTP; the body is the file itself, without parts and boundaries."""

from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response

from symposion.core.errors import NotFound
from symposion.core.turnstile import Busy
from symposion.features.agents.errors import RosterFull
from symposion.features.exchange import service
from symposion.features.exchange.errors import BadRows, ImportUndone, UnreadableFile
from symposion.features.exchange.models import Duplicates, File, Format, Wishes
from symposion.features.exchange.wire import Report
from symposion.web.deps import Ctx
from symposion.web.errors import UnknownMedia
from symposion.web.problems import tells
from symposion.web.routing import room

versioned = room("/agents", "agents")
"""Routes beyond the contract, under ``/api/v1`` only."""

_TAKEN: dict[str, Literal["json", "csv", "png"]] = {
    "application/json": "json",
    "text/csv": "csv",
    "application/vnd.ms-excel": "csv",  # what browsers on Windows call a .csv file
    "image/png": "png",
}

_GIVEN = {
    Format.JSON: ("application/json", "agents", "json"),
    Format.CSV: ("text/csv; charset=utf-8", "agents", "csv"),
    Format.CARD: ("application/json", "cards", "json"),
}
"""Media type, and name and ending of the file."""

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "description": "A list of agents or cards, `{agents: [...]}`, or one of them.",
                    "anyOf": [{"type": "array", "maxItems": 5000, "items": {}}, {"type": "object"}],
                }
            },
            "text/csv": {
                "schema": {"type": "string", "description": "A header, and a row for each agent."}
            },
            "image/png": {
                "schema": {
                    "type": "string",
                    "format": "binary",
                    "description": "A picture with a character card in it.",
                }
            },
        },
    }
}

_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {"application/json": {"schema": {}}, "text/csv": {"schema": {"type": "string"}}},
    }
}


@versioned.post(
    "/import",
    openapi_extra=_BODY,
    responses=tells(UnreadableFile, BadRows, RosterFull, Busy, ImportUndone, UnknownMedia),
)
async def import_agents(
    ctx: Ctx,
    request: Request,
    *,
    dry_run: bool = False,
    skip_bad: bool = False,
    duplicates: Duplicates = Duplicates.SKIP,
) -> Report:
    """Add the agents of a file, all or none; or say what that would do."""
    media, _, rest = request.headers.get("content-type", "").partition(";")
    taken = _TAKEN.get(media.strip().lower())
    if taken is None:
        raise UnknownMedia(f"The Content-Type must be one of: {', '.join(_TAKEN)}.")
    charset = rest.lower().partition("charset=")[2].partition(";")[0]
    file = File(await request.body(), taken, charset)
    wishes = Wishes(dry_run, skip_bad, duplicates)
    return Report.of(await service.import_agents(ctx, file, wishes), dry_run=dry_run)


@versioned.get("/export", response_class=Response, responses=_FILE | tells(NotFound))
async def export_agents(
    ctx: Ctx,
    form: Annotated[Format, Query(alias="format")] = Format.JSON,
    agent_id: Annotated[str | None, Query(min_length=1, max_length=64)] = None,
) -> Response:
    """Take your agents along as a file; or one of them, as one object."""
    media, name, ending = _GIVEN[form]
    written = await service.export_agents(ctx, form, agent_id)
    filename = f"{name}-{ctx.now():%Y-%m-%d}.{ending}"
    return Response(
        written,
        media_type=media,
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
