"""Opening a case: how every concept of the service begins."""

from uuid import UUID

from services.consultation.access import ground_of
from services.consultation.cases import store
from services.consultation.cases.store import OpenCase
from services.shared.access_log import log_access
from services.shared.database import WriteSession


async def open_case(session: WriteSession, case_id: UUID | str, *, part: str = "case") -> OpenCase:
    """A look at a case, logged with the part that is looked at. Raises NotFound where the caller may not see it."""
    case = await store.look_at(session, case_id)
    await log_access(session, act="look", subject=case.id, part=part, ground=ground_of(case.relations))
    return case


async def take_case(session: WriteSession, case_id: UUID | str, expected: int | None = None) -> OpenCase:
    """The case locked for an act, which leaves its own log row. Raises NotFound, StaleVersion."""
    return await store.open_row(session, await store.lock_case(session, case_id, expected))


async def hold_case(session: WriteSession, case_id: UUID | str) -> OpenCase:
    """The case locked for a deed that leaves its row alone: a message, a note. Raises NotFound."""
    return await store.look_at(session, case_id, lock=True)
