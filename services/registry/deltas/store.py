from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, literal, select, text, tuple_, update

from services.registry.deltas.tables import EntryMark
from services.registry.groups.tables import ExpertGroup
from services.registry.offerings.tables import Offering
from services.shared.database import ReadSession, WriteSession

_HORIZON = text(
    "select least(clock_timestamp(), min(xact_start)) from pg_stat_activity"
    " where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid()"
)


async def horizon(session: ReadSession) -> datetime:
    """Everything marked before this is visible to the statements that follow.

    A mark is never earlier than its transaction began, and a transaction that has written is known as open until what
    it wrote is visible. One that writes only after this was asked will mark later than this.
    """
    moment: datetime = (await session.execute(_HORIZON)).scalar_one()
    return moment


async def marks_between(
    session: ReadSession, kind: str, since: datetime, until: datetime, *, limit: int, after: tuple[datetime, str] | None
) -> Sequence[EntryMark]:
    """The earliest first; one more than the limit where there are more."""
    query = select(EntryMark).where(EntryMark.kind == kind, EntryMark.changed_at < until)
    query = query.where(EntryMark.changed_at >= since)
    if after:
        where = tuple_(literal(after[0]), literal(after[1]))
        query = query.where(tuple_(EntryMark.changed_at, EntryMark.entry) > where)
    query = query.order_by(EntryMark.changed_at, EntryMark.entry).limit(limit + 1)
    return (await session.scalars(query)).all()


async def mark_over(session: WriteSession, day: date) -> None:
    """What ended before the day and hasn't been marked since it did."""
    for kind, table in (("offerings", Offering), ("groups", ExpertGroup)):
        ended = select(func.cast(table.id, EntryMark.entry.type)).where(table.valid_to < day)
        marked = update(EntryMark).where(EntryMark.kind == kind, ~EntryMark.over, EntryMark.entry.in_(ended))
        await session.execute(marked.values(changed_at=func.clock_timestamp(), over=True))
