from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects.postgresql import insert

from services.registry.areas.tables import Area, CollaborativeArea
from services.registry.organisations.tables import Organisation
from services.shared.database import ReadSession, WriteSession


async def all_areas(session: ReadSession) -> Sequence[Area]:
    return (await session.scalars(select(Area).order_by(Area.code))).all()


async def all_collaborative_areas(session: ReadSession) -> Sequence[RowMapping]:
    query = (
        select(CollaborativeArea, Organisation.id.label("centre"))
        .outerjoin(Organisation, Organisation.centre_of == CollaborativeArea.key)
        .order_by(CollaborativeArea.code)
    )
    return (await session.execute(query)).mappings().all()


async def yta_by_area(session: ReadSession) -> dict[str, str | None]:
    """Every known area's code, with its collaborative area."""
    return {row.code: row.yta for row in (await session.execute(select(Area.code, Area.yta))).all()}


async def put_areas(session: WriteSession, collaborative: list[dict[str, Any]], areas: list[dict[str, Any]]) -> None:
    """Adds what is new and renews what is known."""
    connection = await session.connection()
    for table, key, rows in ((CollaborativeArea, "key", collaborative), (Area, "code", areas)):
        statement = insert(table)
        fresh = {name: statement.excluded[name] for name in rows[0] if name != key}
        await connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=fresh), rows)
