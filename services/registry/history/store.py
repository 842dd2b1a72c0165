from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, literal, select, tuple_

from services.registry.history.tables import EntryChange
from services.shared.database import ReadSession
from services.shared.paging import decode_cursor, encode_cursor
from services.shared.statements import Prepared

add_change = Prepared(
    insert(EntryChange.__table__),  # type: ignore[arg-type]
    columns=("id", "kind", "entry", "version", "at", "person", "name", "act", "reason", "fields"),
)


async def page_of_changes(
    session: ReadSession, kind: str, entry: str, *, limit: int, after: str | None
) -> tuple[Sequence[EntryChange], str | None]:
    """Newest first."""
    query = select(EntryChange).where(EntryChange.kind == kind, EntryChange.entry == entry)
    if after:
        at, id = decode_cursor(after, [datetime, UUID])
        query = query.where(tuple_(EntryChange.at, EntryChange.id) < tuple_(literal(at), literal(id)))
    rows = (await session.scalars(query.order_by(EntryChange.at.desc(), EntryChange.id.desc()).limit(limit + 1))).all()
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], encode_cursor([rows[limit - 1].at, rows[limit - 1].id])
