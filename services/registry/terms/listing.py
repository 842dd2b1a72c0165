"""Named terms of all organisations in one list: what it may be narrowed by, and its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_

from services.registry.areas.tables import Area
from services.registry.terms.tables import NamedTerm
from services.shared.database import ReadSession
from services.shared.paging import decode_cursor, encode_cursor

N = TypeVar("N", bound=NamedTerm)


@dataclass(frozen=True)
class Limits:
    """`ended`: those that have ended, instead of those that haven't."""

    organisation: UUID | None = None
    area: str | None = None
    yta: str | None = None
    theme: str | None = None
    language: str | None = None
    q: str | None = None
    ended: bool = False
    ids: frozenset[UUID] | None = None


def narrowed(table: type[N], limits: Limits, day: date) -> Select[N]:
    """What names no area serves the whole country, so every area."""
    query = select(table).where(_ended(table, day) if limits.ended else ~_ended(table, day))
    if limits.ids is not None:
        query = query.where(table.id.in_(limits.ids))
    if limits.organisation:
        query = query.where(table.organisation_id == limits.organisation)
    if limits.area:
        query = query.where(or_(table.areas == [], table.areas.contains([limits.area])))
    if limits.yta:
        members = select(func.array_agg(Area.code)).where(Area.yta == limits.yta).scalar_subquery()
        query = query.where(or_(table.areas == [], table.areas.overlap(members)))
    if limits.theme:
        query = query.where(table.themes.contains([limits.theme]))
    if limits.language:
        query = query.where(table.languages.contains([limits.language]))
    for word in (limits.q or "").lower().split():
        query = query.where(literal(word).op("<%", is_comparison=True)(table.search_text))
    return query


def _ended(table: type[N], day: date) -> ColumnElement[bool]:
    return func.coalesce(table.valid_to < day, False)


async def page_of_named(
    session: ReadSession, table: type[N], query: Select[N], *, limit: int, after: str | None
) -> tuple[Sequence[N], str | None]:
    """By name."""
    if after:
        key, id = decode_cursor(after, [str, UUID])
        query = query.where(tuple_(table.sort_key, table.id) > tuple_(literal(key), literal(id)))
    rows = (await session.scalars(query.order_by(table.sort_key, table.id).limit(limit + 1))).all()
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], encode_cursor([rows[limit - 1].sort_key, rows[limit - 1].id])
