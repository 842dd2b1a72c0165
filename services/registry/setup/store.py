from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from services.registry.members.tables import Membership
from services.registry.organisations.tables import Organisation
from services.registry.setup.tables import FirstRun
from services.shared.database import ReadSession, WriteSession


async def get_first_run(session: ReadSession) -> FirstRun | None:
    return await session.scalar(select(FirstRun))


async def lock_first_run(session: WriteSession) -> FirstRun:
    """Made where there is none yet; whoever comes at the same time waits."""
    await session.execute(insert(FirstRun).values(one=True).on_conflict_do_nothing())
    return (await session.scalars(select(FirstRun).with_for_update())).one()


async def was_ever_administered(session: ReadSession) -> bool:
    """Also by somebody whose membership has ended."""
    return bool(await session.scalar(select(func.count()).where(Membership.role == "admin")))


async def areas_with_a_centre(session: ReadSession) -> Sequence[str]:
    query = select(Organisation.centre_of).where(Organisation.centre_of.is_not(None)).order_by(Organisation.centre_of)
    return [yta for yta in await session.scalars(query) if yta]
