"""Facts and cursors in the database."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from services.reporting.intake.tables import AreaSuccession, Fact, FeedCursor, Label, PassedOver, SetAside
from services.shared.database import ReadSession, WriteSession


async def position_of(session: ReadSession, source: str) -> int:
    return await session.scalar(select(FeedCursor.position).where(FeedCursor.source == source)) or 0


async def lock_cursor(session: WriteSession, source: str) -> FeedCursor:
    """The source's cursor, made if missing, held until the transaction ends."""
    await session.execute(insert(FeedCursor).values(source=source, position=0).on_conflict_do_nothing())
    return (await session.execute(select(FeedCursor).where(FeedCursor.source == source).with_for_update())).scalar_one()


async def add_facts(session: WriteSession, facts: Sequence[Mapping[str, Any]]) -> None:
    """In one statement, as one document: row by row a new installation's first hours go by before it has read all."""
    if facts:
        await session.execute(_ADD_FACTS, {"facts": to_json(facts).decode()})


_ADD_FACTS = text(
    "insert into fact select * from jsonb_populate_recordset(null::fact, cast(:facts as jsonb)) on conflict do nothing"
)


async def set_aside(session: WriteSession, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await session.execute(insert(SetAside).on_conflict_do_nothing(), list(rows))


async def add_successions(session: WriteSession, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await session.execute(insert(AreaSuccession).on_conflict_do_nothing(), list(rows))


async def pass_over(session: WriteSession, source: str, kinds: Counter[str]) -> None:
    for kind, count in sorted(kinds.items()):
        added = insert(PassedOver).values(source=source, type=kind, count=count)
        await session.execute(
            added.on_conflict_do_update(
                index_elements=["source", "type"], set_={"count": PassedOver.count + added.excluded.count}
            )
        )


async def histories_of(
    session: ReadSession, source: str, cases: Collection[UUID]
) -> dict[UUID, list[tuple[str, datetime]]]:
    """What is known of the course of these cases: kinds of events and their times."""
    found: dict[UUID, list[tuple[str, datetime]]] = {case: [] for case in cases}
    if cases:
        query = select(Fact.case_id, Fact.type, Fact.at).where(Fact.case_id.in_(cases), Fact.source == source)
        for case, kind, at in await session.execute(query):
            found[case].append((kind, at))
    return found


async def forget(session: WriteSession, source: str) -> None:
    """Everything taken in from a source, so that it can be read again from its beginning."""
    for table in (Fact, AreaSuccession, SetAside, PassedOver):
        await session.execute(delete(table).where(table.source == source))


async def cursors(session: ReadSession) -> list[Mapping[str, Any]]:
    """Each source with how many events of it were set aside."""
    aside = select(func.count()).where(SetAside.source == FeedCursor.source).scalar_subquery()
    query = select(
        FeedCursor.source, FeedCursor.position, FeedCursor.last_event_at, FeedCursor.caught_up_at,
        aside.label("set_aside"),
    ).order_by(FeedCursor.source)  # fmt: skip
    return [dict(row) for row in (await session.execute(query)).mappings()]


async def events_set_aside(session: ReadSession, limit: int) -> list[Mapping[str, Any]]:
    query = (
        select(SetAside.source, SetAside.sequence, SetAside.type, SetAside.problems, SetAside.at)
        .order_by(SetAside.source, SetAside.sequence)
        .limit(limit)
    )
    return [dict(row) for row in (await session.execute(query)).mappings()]


async def kinds_passed_over(session: ReadSession) -> list[Mapping[str, Any]]:
    query = select(PassedOver.source, PassedOver.type, PassedOver.count).order_by(PassedOver.source, PassedOver.type)
    return [dict(row) for row in (await session.execute(query)).mappings()]


async def keep_labels(session: WriteSession, rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        added = insert(Label).values(**row)
        changed = {name: added.excluded[name] for name in ("fi", "sv", "en", "parent", "counted_as", "rank")}
        await session.execute(added.on_conflict_do_update(index_elements=["scheme", "key"], set_=changed))


async def labels(session: ReadSession) -> list[Mapping[str, Any]]:
    query = select(Label.__table__).order_by(Label.scheme, Label.rank, Label.key)
    return [dict(row) for row in (await session.execute(query)).mappings()]
