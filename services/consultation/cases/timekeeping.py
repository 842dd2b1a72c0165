"""Starts, stops, pauses and goes on with the clocks of a case as its acts say."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.consultation import clocks
from services.consultation.cases import rules
from services.consultation.cases.tables import Case, CaseClock
from services.consultation.clocks import ClockRule, Unit
from services.consultation.lines.store import times_of
from services.consultation.workflow import Group, State
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.statements import Prepared


async def turn_clocks(session: WriteSession, row: Case, act: str, groups: Iterable[Group]) -> None:
    """Call it after the state has changed: the new state decides about pauses and ends."""
    now, state = session.clock.now(), State(row.state)
    running = await _not_stopped(session, row.id)
    for clock in running:
        if rules.stops(clock.name, act, state, groups):
            clock.stopped_at = now
    going = [clock for clock in running if clock.stopped_at is None]
    going += await _start(session, row, act, now)
    paused = state is State.RETURNED or row.choice_due is not None
    for clock in going:
        _pause_or_resume(clock, paused, now)
    row.is_open = rules.is_open(state)
    row.next_due = rules.order_of(state, [clock.due_at for clock in going if clock.paused_at is None])
    await session.flush()


_RUNNING = Prepared(
    select(CaseClock.name, CaseClock.paused_at).where(
        CaseClock.case_id == bindparam("case_id"), CaseClock.stopped_at.is_(None)
    )
)


async def would_turn(session: ReadSession, row: Case, act: str, groups: Iterable[Group]) -> bool:
    """Whether an act that leaves the state alone stops, starts, pauses or resumes any clock of the case."""
    state, paused = State(row.state), State(row.state) is State.RETURNED or row.choice_due is not None
    if rules.clocks_started_by(act, state):
        return True
    running = await _RUNNING.rows(session, case_id=row.id)
    return any(
        rules.stops(clock.name, act, state, groups) or rules.changes_pause(clock.name, paused, clock.paused_at)
        for clock in running
    )


async def clocks_of(session: ReadSession, case_id: UUID) -> list[CaseClock]:
    """The newest round of each clock, in the order they were started."""
    query = (
        select(CaseClock)
        .where(CaseClock.case_id == case_id)
        .order_by(CaseClock.name, CaseClock.round.desc())
        .ext(distinct_on(CaseClock.name))
    )
    return sorted(await session.scalars(query), key=lambda clock: (clock.started_at, clock.due_at))


async def urgent_clocks(session: ReadSession, ids: Sequence[UUID]) -> dict[UUID, CaseClock]:
    """Of each case the running clock that is due first, or a paused one where none runs."""
    query = (
        select(CaseClock)
        .where(CaseClock.case_id.in_(ids), CaseClock.stopped_at.is_(None))
        .order_by(CaseClock.case_id, CaseClock.paused_at.is_not(None), CaseClock.due_at)
        .ext(distinct_on(CaseClock.case_id))
    )
    return {clock.case_id: clock for clock in await session.scalars(query)}


def state_of(clock: CaseClock, now: datetime) -> clocks.ClockState:
    return clocks.state_of(
        now,
        due=clock.due_at,
        warn=clock.warn_at,
        paused=clock.paused_at is not None,
        stopped=clock.stopped_at is not None,
    )


def share_used(clock: CaseClock, now: datetime) -> float:
    stood = clock.stopped_at or clock.paused_at or now
    total = timedelta(seconds=clock.total_seconds)
    return clocks.share_used(stood, clock.due_at, total, Unit(clock.unit))


def left_seconds(clock: CaseClock, now: datetime) -> int:
    """Elapsed time to the due moment, negative when it has passed; counted from where a paused clock stands."""
    return int((clock.due_at - (clock.stopped_at or clock.paused_at or now)).total_seconds())


async def _not_stopped(session: ReadSession, case_id: UUID) -> list[CaseClock]:
    query = select(CaseClock).where(CaseClock.case_id == case_id, CaseClock.stopped_at.is_(None))
    return list(await session.scalars(query))


async def _start(session: WriteSession, row: Case, act: str, now: datetime) -> list[CaseClock]:
    started = rules.clocks_started_by(act, State(row.state))
    if not started or row.line is None:
        return []
    times = await times_of(session, row.line)
    fresh = [_new_clock(row.id, rule, times, now) for rule in started]
    rounds = await _rounds(session, row.id)
    for clock in fresh:
        clock.round = rounds.get(clock.name, 0) + 1
    session.add_all(fresh)
    return fresh


async def _rounds(session: ReadSession, case_id: UUID) -> dict[str, int]:
    query = (
        select(CaseClock.name, func.max(CaseClock.round)).where(CaseClock.case_id == case_id).group_by(CaseClock.name)
    )
    return {name: last for name, last in await session.execute(query)}


def _new_clock(case_id: UUID, rule: ClockRule, times: rules.LineTimes, now: datetime) -> CaseClock:
    opens = clocks.add_months(now, times.follow_up_months or 0) if rule.name == "follow_up" else now
    due = clocks.due_at(opens, times.amount_of(rule), rule.unit)
    total = clocks.span(opens, due, rule.unit)
    return CaseClock(
        id=new_id(),
        case_id=case_id,
        name=rule.name,
        unit=rule.unit.value,
        total_seconds=int(total.total_seconds()),
        started_at=now,
        opens_at=opens,
        due_at=due,
        warn_at=clocks.warn_at(opens, due, total, rule.unit),
    )


def _pause_or_resume(clock: CaseClock, paused: bool, now: datetime) -> None:
    if not rules.changes_pause(clock.name, paused, clock.paused_at):
        return
    if paused:
        clock.paused_at = now
    elif clock.paused_at is not None:
        unit = Unit(clock.unit)
        clock.due_at = clocks.resumed(clock.due_at, clock.paused_at, now, unit)
        clock.warn_at = clocks.warn_at(now, clock.due_at, timedelta(seconds=clock.total_seconds), unit)
        clock.paused_at = None
