from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects.postgresql import insert

from services.registry.areas.rules import Followed
from services.registry.areas.tables import Area, AreaSuccession, CollaborativeArea
from services.registry.organisations.tables import Organisation
from services.shared.database import ReadSession, WriteSession
from services.shared.errors import NotFound


async def all_areas(session: ReadSession) -> Sequence[Area]:
    return (await session.scalars(select(Area).order_by(Area.code))).all()


async def get_area(session: ReadSession, code: str) -> Area:
    """Raises NotFound."""
    area = await session.get(Area, code)
    if area is None:
        raise NotFound("no such area")
    return area


async def lock_areas(session: WriteSession) -> dict[str, Area]:
    """All of them, held until the transaction ends: a change is judged by the whole tree."""
    return {area.code: area for area in await session.scalars(select(Area).order_by(Area.code).with_for_update())}


async def all_successions(session: ReadSession) -> list[Followed]:
    query = select(AreaSuccession.from_code, AreaSuccession.to_code, AreaSuccession.effective_on)
    return [Followed(*row) for row in (await session.execute(query)).all()]


async def area_days(session: ReadSession, codes: Collection[str]) -> Sequence[RowMapping]:
    """Those of the codes that exist, with their days."""
    query = select(Area.code, Area.yta, Area.valid_from, Area.valid_to).where(Area.code.in_({*codes}))
    return (await session.execute(query)).mappings().all()


async def all_collaborative_areas(session: ReadSession) -> Sequence[RowMapping]:
    query = (
        select(CollaborativeArea, Organisation.id.label("centre"))
        .outerjoin(Organisation, Organisation.centre_of == CollaborativeArea.key)
        .order_by(CollaborativeArea.code)
    )
    return (await session.execute(query)).mappings().all()


async def put_areas(session: WriteSession, collaborative: list[dict[str, Any]], areas: list[dict[str, Any]]) -> None:
    """Adds what is new and renews what is known."""
    connection = await session.connection()
    for table, key, rows in ((CollaborativeArea, "key", collaborative), (Area, "code", areas)):
        statement = insert(table)
        fresh = {name: statement.excluded[name] for name in rows[0] if name != key}
        await connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=fresh), rows)
