"""What is due now: warnings, lateness and escalation are each noted once, however many processes sweep."""

from collections.abc import Sequence

from sqlalchemy import Select, bindparam, select

from services.consultation.cases import acts, store
from services.consultation.cases.tables import Case, CaseClock
from services.consultation.clocks import ALL_TOLD_AFTER, Unit, add
from services.consultation.notifications.operations import notify
from services.shared.database import WriteSession

_AT_ONCE = 500

# Built once: the watch looks often, and mostly nothing is due.
_UNTOLD = select(CaseClock).where(
    CaseClock.stopped_at.is_(None),
    CaseClock.paused_at.is_(None),
    CaseClock.all_told_at.is_(None),
    CaseClock.warn_at <= bindparam("now"),
    CaseClock.warned_at.is_(None) | (CaseClock.due_at <= bindparam("now")),
)
_UNOPENED = select(CaseClock).where(
    CaseClock.name == "follow_up",
    CaseClock.stopped_at.is_(None),
    CaseClock.opening_told_at.is_(None),
    CaseClock.opens_at <= bindparam("now"),
)
_TO_LOOK_AT = _UNTOLD.order_by(CaseClock.warn_at).limit(_AT_ONCE).with_for_update(skip_locked=True)
_TO_OPEN = _UNOPENED.order_by(CaseClock.opens_at).limit(_AT_ONCE).with_for_update(skip_locked=True)


async def watch_clocks(session: WriteSession, centres: Sequence[str] | None = None) -> None:
    """Warns when a quarter is left, tells the deputy when it is late, and all coordinators a working day later.

    Over every case, or over those of some centres.
    """
    now = session.clock.now()
    for clock in await _found(session, _TO_OPEN, centres):
        clock.opening_told_at = now
        await notify(session, clock.case_id, "follow_up.opened", data={"clock": clock.name, "due": clock.due_at})
    for clock in await _found(session, _TO_LOOK_AT, centres):
        row = await store.find_case(session, clock.case_id)
        if clock.warned_at is None:
            clock.warned_at = now
            await _note(session, row, clock, "clock_warned")
        if now >= clock.due_at and clock.late_at is None:
            clock.late_at = now
            await _note(session, row, clock, "clock_late")
        if clock.late_at is not None and now >= add(clock.due_at, ALL_TOLD_AFTER, Unit.WORKING_HOURS):
            clock.all_told_at = now
            await _note(session, row, clock, "clock_escalated")
    await session.flush()


async def _found(session: WriteSession, query: Select[CaseClock], centres: Sequence[str] | None) -> Sequence[CaseClock]:
    if centres is not None:
        query = query.where(CaseClock.case_id.in_(select(Case.id).where(Case.yta.in_(centres))))
    return list(await session.scalars(query, {"now": session.clock.now()}))


async def _note(session: WriteSession, row: Case, clock: CaseClock, what: str) -> None:
    told = {"clock_warned": "coordinator", "clock_late": "deputy", "clock_escalated": "all_coordinators"}[what]
    await store.write_log(session, row.id, what, clock=clock.name, due=clock.due_at.isoformat())
    await acts.tell(session, row, f"case.{what}", clock=clock.name, due=clock.due_at, told=told)
