"""Facts that leave a service. An event is written with the change it tells of; the reader numbers what is committed.

A number given by the writer would have gaps that fill later, and a reader that had gone past would lose them; so
`position` stays null until the feed is read, and is given under the journal's lock.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import insert, select, text

from services.shared.database import Database, ReadSession, WriteSession, event_table, journal_table, new_id
from services.shared.statements import Prepared

MAX_WAIT_SECONDS = 25.0
_LOOK_EVERY = 0.25

_NUMBER_WHAT_IS_COMMITTED = text("""
    with fresh as (
        select id, :last + row_number() over (order by entered) as position
        from event where position is null order by entered limit 5000
    )
    update event set position = fresh.position from fresh where event.id = fresh.id
""")

_RECORD = Prepared(insert(event_table), columns=("id", "type", "subject", "at", "data"))


async def record_event(session: WriteSession, type: str, *, subject: UUID | str, **data: Any) -> None:
    """Codes, ids, numbers and times only: never a name, never free text."""
    await _RECORD.hold(session, id=new_id(), type=type, subject=str(subject), at=session.clock.now(), data=_plain(data))


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case datetime():
            return value.astimezone(UTC).isoformat()
        case UUID():
            return str(value)
        case _:
            return value


class Event(BaseModel):
    """CloudEvents 1.0; `sequence` is the position to go on from."""

    specversion: str = "1.0"
    id: UUID
    source: str = Field(examples=["/consultation"])
    type: str = Field(examples=["case.accepted"])
    subject: str
    time: datetime
    sequence: int
    datacontenttype: str = "application/json"
    data: dict[str, Any]


class Feed:
    """Reads the journal, waiting where there is nothing new; all who wait share one look at the database."""

    def __init__(self, database: Database, source: str) -> None:
        self._database = database
        self._source = source
        self._look: asyncio.Task[tuple[int, bool]] | None = None
        self._looked_at = 0.0

    async def read(self, after: int, limit: int, wait: float) -> list[Event]:
        deadline = time.monotonic() + min(wait, MAX_WAIT_SECONDS)
        while True:
            # who doesn't wait isn't answered from a look that was before their question
            last, unnumbered = await (self._shared_look() if wait else self._look_once())
            if unnumbered or last > after:
                return await self._page(after, limit)
            if time.monotonic() >= deadline:
                return []
            await asyncio.sleep(_LOOK_EVERY)

    async def _shared_look(self) -> tuple[int, bool]:
        if self._look is None or time.monotonic() - self._looked_at >= _LOOK_EVERY:
            self._looked_at = time.monotonic()
            self._look = asyncio.create_task(self._look_once())
        return await asyncio.shield(self._look)

    async def _look_once(self) -> tuple[int, bool]:
        async with self._database.duty("feed") as session:
            row = (
                await session.execute(
                    text("select last, exists(select 1 from event where position is null) from journal")
                )
            ).one()
        return int(row[0]), bool(row[1])

    async def _page(self, after: int, limit: int) -> list[Event]:
        async with self._database.duty("feed") as session:
            await number_events(session)
            return await self._events_after(session, after, limit)

    async def _events_after(self, session: ReadSession, after: int, limit: int) -> list[Event]:
        query = select(event_table).where(event_table.c.position > after).order_by(event_table.c.position).limit(limit)
        rows = (await session.execute(query)).mappings()
        return [
            Event(
                id=row["id"],
                source=self._source,
                type=row["type"],
                subject=row["subject"],
                time=row["at"],
                sequence=row["position"],
                data=row["data"],
            )
            for row in rows
        ]


async def number_events(session: WriteSession) -> None:
    """Two statements on purpose: as one, two readers at once would number the same events twice."""
    last = await session.scalar(select(journal_table.c.last).with_for_update())
    numbered = await session.execute(_NUMBER_WHAT_IS_COMMITTED, {"last": last})
    if numbered.rowcount:  # type: ignore[attr-defined]
        await session.execute(journal_table.update().values(last=journal_table.c.last + numbered.rowcount))  # type: ignore[attr-defined]


router = APIRouter(tags=["events"])


@router.get("/events", operation_id="read_events", summary="What has happened, in order, from a position on")
async def read_events(
    request: Request,
    after: Annotated[int, Query(ge=0, le=2**62, description="The last `sequence` you have; 0 starts over")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    wait: Annotated[float, Query(ge=0, le=MAX_WAIT_SECONDS, description="Seconds to wait for something new")] = 0,
) -> list[Event]:
    feed: Feed = request.app.state.feed
    return await feed.read(after, limit, wait)
