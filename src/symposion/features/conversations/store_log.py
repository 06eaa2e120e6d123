"""The log of a run, kept in the store: one document per append."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from symposion.context import Ownership
from symposion.core.errors import Duplicate
from symposion.engine.log import as_dict, from_dict
from symposion.features.conversations.models import LogBatch
from symposion.ports.log import Event, StaleHead, check_follows
from symposion.ports.store import Collection, Range

_PAGE = 500


@dataclass(frozen=True, slots=True)
class StoreLog:
    """A `RunLog`; ``batches`` is already bound to the owner."""

    batches: Collection[LogBatch]
    owner: Ownership
    run_id: str

    async def read(self, after: int = 0) -> list[Event]:
        """Return all events with ``seq > after``, in order."""
        events: list[Event] = []
        page = await self._page(after)
        while page:
            for batch in page:
                events.extend(from_dict(fields) for fields in orjson.loads(batch.body))
            page = await self._page(page[-1].last) if len(page) == _PAGE else []
        return [event for event in events if event.seq > after]

    async def _page(self, after: int) -> list[LogBatch]:
        where = {"run_id": self.run_id, "last": Range(start=after + 1)}
        return await self.batches.find(where, order="last", limit=_PAGE)

    async def _head(self) -> int:
        newest = await self.batches.find({"run_id": self.run_id}, order="-last", limit=1)
        return newest[0].last if newest else 0

    async def append(self, events: Sequence[Event]) -> None:
        """Keep ``events``, all or none, durably; their ``seq`` follows the head.

        The head is looked up first; between two writers who saw the same one, the store decides,
        because the first event of a batch is unique in its run.

        Raises:
            StaleHead: The log has grown past ``events[0].seq - 1``; nothing was kept.
        """
        if not events:
            return
        check_follows(events, await self._head())
        spoken = (e.payload for e in events if e.type == "round.closed" and e.payload["turns"])
        closed = (payload["number"] for payload in spoken)
        batch = LogBatch(
            **self.owner,
            run_id=self.run_id,
            seq=events[0].seq,
            last=events[-1].seq,
            closed_round=next(closed, 0),
            body=orjson.dumps([as_dict(event) for event in events], default=dict).decode(),
        )
        try:
            await self.batches.insert(batch)
        except Duplicate:
            raise StaleHead from None
