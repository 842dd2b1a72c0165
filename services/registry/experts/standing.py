"""Whether an expert is in the network: who leaves stays readable in old cases, and may come back.

Beside it what a coordinator checks elsewhere, and the history of an entry.
"""

from uuid import UUID

from services.registry.access import grounds_for
from services.registry.changes import expect_version, may
from services.registry.days import today
from services.registry.errors import ExpertActive, ExpertInactive, NothingToCheck, OwnMatter
from services.registry.experts import store
from services.registry.experts.keeping import tell, touched
from services.registry.experts.schemas import ExpertView
from services.registry.experts.tables import Expert
from services.registry.experts.views import about, hidden_from, kept, views
from services.registry.history.operations import read_history
from services.registry.history.schemas import EntryKind, HistoryPage
from services.shared.access_log import log_access
from services.shared.database import WriteSession
from services.shared.errors import NotFound
from services.shared.identity import Caller


async def deactivate_expert(
    session: WriteSession, caller: Caller, expert: UUID, reason: str, *, expected: int
) -> ExpertView:
    """No team is suggested with them any more. Raises NotFound, Forbidden, StaleVersion, ExpertInactive."""
    row, ground = await _locked(session, caller, "deactivate_expert", expert)
    if not row.active:
        raise ExpertInactive()
    expect_version(row.version, expected)
    before = await kept(session, row)
    row.active, row.inactive_since, row.inactive_reason = False, today(session), reason
    await touched(session, row, act="deactivate_expert", before=before, reason=reason)
    await tell(session, "deactivated", row, ground=ground)
    return (await views(session, caller, [row]))[0]


async def reactivate_expert(
    session: WriteSession, caller: Caller, expert: UUID, reason: str, *, expected: int
) -> ExpertView:
    """Raises NotFound, Forbidden, StaleVersion, ExpertActive."""
    row, ground = await _locked(session, caller, "reactivate_expert", expert)
    if row.active:
        raise ExpertActive()
    expect_version(row.version, expected)
    before = await kept(session, row)
    row.active, row.inactive_since, row.inactive_reason = True, None, ""
    await touched(session, row, act="reactivate_expert", before=before, reason=reason)
    await tell(session, "reactivated", row, ground=ground)
    return (await views(session, caller, [row]))[0]


async def check_registration(session: WriteSession, caller: Caller, expert: UUID, *, expected: int) -> ExpertView:
    """The caller has looked the number up in the register. Raises OwnMatter, NothingToCheck beside the usual ones."""
    row, ground = await _locked(session, caller, "check_registration", expert)
    if str(row.person_id) == caller.person:
        raise OwnMatter()
    if row.register_number is None:
        raise NothingToCheck()
    expect_version(row.version, expected)
    before = await kept(session, row)
    row.register_checked_by, row.register_checked_on = UUID(caller.person), today(session)
    await touched(session, row, act="check_registration", before=before)
    await tell(session, "checked", row, ground=ground)
    return (await views(session, caller, [row]))[0]


async def _locked(session: WriteSession, caller: Caller, act: str, expert: UUID) -> tuple[Expert, str]:
    row = await store.lock_expert(session, expert)
    return row, may(act, caller, about(row))[0]


async def list_expert_history(
    session: WriteSession, caller: Caller, expert: UUID, *, limit: int, after: str | None
) -> HistoryPage:
    """Only for who keeps the entry, and without the fields that they don't see. Raises NotFound."""
    row = await store.get_expert(session, expert)
    grounds = grounds_for("list_expert_history", caller, about(row))
    if not grounds:
        raise NotFound()
    await log_access(session, act="list_expert_history", subject=row.id, ground=grounds[0])
    hidden = hidden_from(row, caller)
    return await read_history(session, EntryKind.EXPERTS, row.id, limit=limit, after=after, hidden=hidden)
