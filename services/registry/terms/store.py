from collections.abc import Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, literal, select, tuple_

from services.registry.terms.tables import Term
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import NotFound
from services.shared.paging import BadCursor, decode_cursor, encode_cursor

T = TypeVar("T", bound=Term)


async def get_term(session: ReadSession, table: type[T], id: UUID) -> T:
    """Raises NotFound."""
    return await _one(session, select(table).where(table.id == id))


async def lock_term(session: WriteSession, table: type[T], id: UUID) -> T:
    """Raises NotFound."""
    return await _one(session, select(table).where(table.id == id).with_for_update())


async def _one(session: ReadSession, query: Select[T]) -> T:
    found = await session.scalar(query)
    if found is None:
        raise NotFound()
    return found


async def add_term(session: WriteSession, row: Term) -> None:
    session.add(row)
    await session.flush()


async def page_of_terms(
    session: ReadSession, table: type[T], organisation: UUID, *, limit: int, after: str | None
) -> tuple[Sequence[T], str | None]:
    """What began last, first."""
    query = select(table).where(table.organisation_id == organisation)
    if after:
        day, id = decode_cursor(after, [str, UUID])
        query = query.where(tuple_(table.valid_from, table.id) < tuple_(literal(_day(day)), literal(id)))
    query = query.order_by(table.valid_from.desc(), table.id.desc()).limit(limit + 1)
    rows = (await session.scalars(query)).all()
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], encode_cursor([last.valid_from.isoformat(), last.id])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadCursor() from None
