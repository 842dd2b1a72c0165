"""Lists of cases: the queue of a centre, one's own, one's teams. The most urgent clock first."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnExpressionArgument, Select, func, not_, or_, select, tuple_

from services.consultation.access import ASKING, ON_TEAM, Relation, groups_of
from services.consultation.cases import rules, timekeeping
from services.consultation.cases.schemas import CaseRow, Counts, LineShown, RowClock
from services.consultation.cases.tables import Case, CaseAccess, CaseClock
from services.consultation.lines.schemas import Name
from services.consultation.lines.store import all_lines
from services.consultation.lines.tables import Line
from services.consultation.workflow import TURNS, State
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession
from services.shared.encryption import SealingKey
from services.shared.paging import Page, decode_cursor, encode_cursor


class Scope(StrEnum):
    QUEUE = "queue"
    MINE = "mine"
    TEAM = "team"


# After the answer the asker is awaited: in the queue only when they are late.
_AFTER_ANSWER = (State.ANSWERED.value, State.IN_FOLLOW_UP.value)
_RELATIONS = {
    Scope.QUEUE: frozenset({Relation.COORDINATOR}),
    Scope.MINE: frozenset({Relation.ASKER}),
    Scope.TEAM: frozenset({Relation.MEMBER}),
}


async def list_cases(
    session: WriteSession,
    scope: Scope,
    *,
    state: State | None = None,
    area: str | None = None,
    line: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[CaseRow]:
    """One page. Raises BadCursor."""
    query = _in_scope(session, scope, state)
    if state is not None:
        query = query.where(Case.state == state.value)
    if area is not None:
        query = query.where(Case.area == area)
    if line is not None:
        query = query.where(Case.line == line)
    if after is not None:
        due, last = decode_cursor(after, (datetime, UUID))
        query = query.where(tuple_(Case.next_due, Case.id) > tuple_(due, last))
    found = list(await session.scalars(query.order_by(Case.next_due, Case.id).limit(limit + 1)))
    rows = found[:limit]
    further = encode_cursor((rows[-1].next_due, rows[-1].id)) if len(found) > limit else None
    if rows:
        ground = {"queue": "coordinator of the owning area", "mine": "asker of the case", "team": "member of the team"}
        await log_access(
            session, act="list_cases", subjects=[row.id for row in rows], part="list", ground=ground[scope.value]
        )
    return Page(items=await _shown(session, rows, scope), next=further)


async def count_cases(session: ReadSession, waiting: int) -> Counts:
    return Counts(
        queue=await _count(session, _in_scope(session, Scope.QUEUE, None)),
        mine=await _count(session, _in_scope(session, Scope.MINE, None).where(Case.is_open)),
        waiting=waiting,
    )


async def _count(session: ReadSession, query: Select[Case]) -> int:
    return int(await session.scalar(select(func.count()).select_from(query.subquery())) or 0)


def _in_scope(session: ReadSession, scope: Scope, state: State | None) -> Select[Case]:
    if scope is Scope.QUEUE:
        return select(Case).where(*_in_queue(session, state))
    person = UUID(session.caller.person) if session.caller.person else None
    relations = ASKING if scope is Scope.MINE else ON_TEAM
    mine = select(CaseAccess.case_id).where(CaseAccess.person_id == person, CaseAccess.relation.in_(relations))
    return select(Case).where(Case.id.in_(mine))


def _in_queue(session: ReadSession, state: State | None) -> list[ColumnExpressionArgument[bool]]:
    ytas = sorted(session.caller.ytas_as("coordinator"))
    # One area is the rule: as a plain equality the index gives the order too.
    owned = Case.yta == ytas[0] if len(ytas) == 1 else Case.yta.in_(ytas)
    if state is not None:
        return [owned, Case.is_open if rules.is_open(state) else not_(Case.is_open)]
    return [owned, Case.is_open, or_(Case.state.not_in(_AFTER_ANSWER), Case.next_due <= session.clock.now())]


async def _shown(session: ReadSession, rows: Sequence[Case], scope: Scope) -> list[CaseRow]:
    ids = [row.id for row in rows]
    keys = await session.keys.get_many(ids)
    clocks = await timekeeping.urgent_clocks(session, ids)
    lines = {line.slug: line for line in await all_lines(session)}
    groups = groups_of(_RELATIONS[scope])
    return [
        CaseRow(
            **{name: getattr(row, name) for name in _PLAIN},
            state=State(row.state),
            subject=_subject(row, keys[row.id]),
            line=_line(lines.get(row.line or "")),
            clock=_clock(session, clocks.get(row.id)),
            turn=_turn(row, groups),
        )
        for row in rows
    ]


_PLAIN = (
    "id",
    "code",
    "themes",
    "age_groups",
    "area",
    "urgency",
    "language",
    "submitted_at",
    "asker_name",
    "coordinator_name",
    "version",
)


def _subject(row: Case, key: SealingKey) -> str:
    return key.open(row.subject_sealed, "cases.subject") if row.subject_sealed else ""


def _line(line: Line | None) -> LineShown | None:
    return LineShown(slug=line.slug, name=Name(**line.name)) if line else None


def _turn(row: Case, groups: frozenset[Any]) -> bool:
    turn = TURNS.get(State(row.state))
    return turn is not None and turn.who in groups


def _clock(session: ReadSession, clock: CaseClock | None) -> RowClock | None:
    if clock is None:
        return None
    now = session.clock.now()
    return RowClock(
        name=clock.name,
        due=clock.due_at,
        state=timekeeping.state_of(clock, now).value,
        left_seconds=timekeeping.left_seconds(clock, now),
        share=timekeeping.share_used(clock, now),
    )
