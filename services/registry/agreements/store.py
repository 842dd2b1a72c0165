from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, or_, select

from services.registry.agreements.tables import Agreement
from services.registry.organisations.tables import Organisation
from services.shared.database import ReadSession


async def agreements_of(session: ReadSession, organisations: Iterable[UUID]) -> Sequence[Agreement]:
    query = select(Agreement).where(Agreement.organisation_id.in_({*organisations})).order_by(Agreement.id)
    return (await session.scalars(query)).all()


async def serving(session: ReadSession, area: str) -> set[UUID]:
    """Organisations that serve the area themselves: it may use their experts without an agreement."""
    return set(await session.scalars(select(Organisation.id).where(Organisation.areas.contains([area]))))


async def usable_by(
    session: ReadSession, area: str, parties: Iterable[UUID]
) -> Sequence[Row[UUID, UUID, list[str], int | None, date, date | None]]:
    """Agreements that let the area use somebody's experts, whenever they are in force; those soonest over, last."""
    columns = (
        Agreement.id,
        Agreement.organisation_id,
        Agreement.themes,
        Agreement.month_limit,
        Agreement.valid_from,
        Agreement.valid_to,
    )
    query = select(*columns).where(_lets(area, parties))
    return (await session.execute(query.order_by(Agreement.valid_to.desc().nulls_first(), Agreement.id))).all()


def _lets(area: str, parties: Iterable[UUID]) -> ColumnElement[bool]:
    return or_(Agreement.areas.contains([area]), Agreement.organisations.overlap(sorted({*parties})))
