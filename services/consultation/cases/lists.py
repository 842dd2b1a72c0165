"""Lists of cases: the queue of a centre, one's own, one's teams. The most urgent clock first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnExpressionArgument,
    DateTime,
    FromClause,
    Integer,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    not_,
    or_,
    select,
    true,
    tuple_,
)

from services.consultation.access import ASKING, ON_TEAM, Relation, groups_of
from services.consultation.cases import rules, timekeeping
from services.consultation.cases.schemas import CaseRow, LineShown, RowClock, TeamCounts
from services.consultation.cases.tables import Case, CaseAccess, CaseClock
from services.consultation.lines.schemas import Name
from services.consultation.lines.tables import Line
from services.consultation.teams.rules import Seat
from services.consultation.teams.tables import Invitation
from services.consultation.workflow import TURNS, State
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession
from services.shared.encryption import SealingKey
from services.shared.paging import Page, decode_cursor, encode_cursor
from services.shared.statements import Prepared, Row

Condition = ColumnExpressionArgument[bool]


class Scope(StrEnum):
    QUEUE = "queue"
    MINE = "mine"
    TEAM = "team"


# After the answer the asker is awaited: in the queue only when they are late.
AFTER_ANSWER = (State.ANSWERED.value, State.IN_FOLLOW_UP.value)
_RELATIONS = {
    Scope.QUEUE: frozenset({Relation.COORDINATOR}),
    Scope.MINE: frozenset({Relation.ASKER}),
    Scope.TEAM: frozenset({Relation.MEMBER}),
}


_PERSON, _NOW = bindparam("person", type_=Uuid), bindparam("now", type_=DateTime(timezone=True))
_YTA, _YTAS = bindparam("yta", type_=Text), bindparam("ytas", type_=ARRAY(Text))
_LATE = Case.next_due <= _NOW
_WAITS_IN_QUEUE = or_(and_(*(Case.state != state for state in AFTER_ANSWER)), _LATE)
_NARROWED: Mapping[str, Condition] = {
    "state": Case.state == bindparam("state"),
    "area": Case.area == bindparam("area"),
    "line": Case.line == bindparam("line"),
    "language": Case.language == bindparam("language"),
    "theme": any_(Case.themes) == bindparam("theme", type_=Text),
    "late": _LATE,
    "mine": Case.coordinator == _PERSON,
}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to. `late`: a clock has run out; `mine`: coordinated by the caller."""

    state: State | None = None
    area: str | None = None
    line: str | None = None
    theme: str | None = None
    language: str | None = None
    late: bool = False
    mine: bool = False

    def given(self) -> dict[str, Any]:
        values = {**self.__dict__, "state": self.state.value if self.state else None}
        return {name: value for name, value in values.items() if value}


async def list_cases(
    session: WriteSession, scope: Scope, filters: Filters, *, limit: int = 50, after: str | None = None
) -> Page[CaseRow]:
    """One page. Raises BadCursor."""
    due, last = decode_cursor(after, (datetime, UUID)) if after is not None else (None, None)
    query = _page_query(scope, _of_one_yta(session), filters.state, frozenset(filters.given()), after is not None)
    values = {**_asking(session), **filters.given(), "due": due, "last": last, "limit": limit + 1}
    found = await query.rows(session, **values)
    rows = found[:limit]
    further = encode_cursor((rows[-1].next_due, rows[-1].id)) if len(found) > limit else None
    if rows:
        ground = {"queue": "coordinator of the owning area", "mine": "asker of the case", "team": "member of the team"}
        await log_access(
            session, act="list_cases", subjects=[row.id for row in rows], part="list", ground=ground[scope.value]
        )
    return Page(items=await _shown(session, rows, scope), next=further)


def _asking(session: ReadSession) -> dict[str, Any]:
    ytas = sorted(session.caller.ytas_as("coordinator"))
    person = UUID(session.caller.person) if session.caller.person else None
    return {"person": person, "now": session.clock.now(), "ytas": ytas, "yta": ytas[0] if ytas else None}


def _of_one_yta(session: ReadSession) -> bool:
    return len(session.caller.ytas_as("coordinator")) == 1


def _owned(one: bool) -> Condition:
    # One area is the rule: as a plain equality the index gives the order too.
    return Case.yta == _YTA if one else Case.yta == any_(_YTAS)


@lru_cache(maxsize=200)
def _page_query(scope: Scope, one_yta: bool, state: State | None, given: frozenset[str], paged: bool) -> Prepared:
    """One statement for each way of asking: the page with the most urgent clock, the line and the team of each."""
    clock, seats = _most_urgent_clock(), _seats()
    query = (
        select(*(Case.__table__.c[name] for name in _READ), Line.name.label("line_name"), *clock.c, *seats.c)
        .select_from(Case)
        .outerjoin(Line, Line.slug == Case.line)
        .outerjoin(clock, true())
        .join(seats, true())
        .where(*_in_scope(scope, one_yta, state), *(_NARROWED[name] for name in sorted(given)))
        .order_by(Case.next_due, Case.id)
        .limit(bindparam("limit", type_=Integer))
    )
    if paged:
        place = tuple_(bindparam("due", type_=DateTime(timezone=True)), bindparam("last", type_=Uuid))
        query = query.where(tuple_(Case.next_due, Case.id) > place)
    return Prepared(query)


def _in_scope(scope: Scope, one_yta: bool, state: State | None) -> list[Condition]:
    if scope is Scope.QUEUE and state is not None:
        return [_owned(one_yta), Case.is_open if rules.is_open(state) else not_(Case.is_open)]
    if scope is Scope.QUEUE:
        return [_owned(one_yta), Case.is_open, _WAITS_IN_QUEUE]
    relations = ASKING if scope is Scope.MINE else ON_TEAM
    mine = select(CaseAccess.case_id).where(CaseAccess.person_id == _PERSON, _one_of(relations))
    return [Case.id.in_(mine)]


def _one_of(relations: frozenset[Relation]) -> Condition:
    return or_(*(CaseAccess.relation == relation.value for relation in sorted(relations)))


def _most_urgent_clock() -> FromClause:
    """The running one that is due first, or a paused one where none runs."""
    columns = (CaseClock.due_at, CaseClock.warn_at, CaseClock.paused_at, CaseClock.stopped_at)
    return (
        select(CaseClock.name.label("clock"), *columns, CaseClock.total_seconds, CaseClock.unit)
        .where(CaseClock.case_id == Case.id, CaseClock.stopped_at.is_(None))
        .order_by(CaseClock.paused_at.is_not(None), CaseClock.due_at)
        .limit(1)
        .lateral("clock")
    )


def _seats() -> FromClause:
    counts = (func.count().filter(Invitation.state == seat.value).label(seat.value) for seat in _COUNTED)
    return select(*counts).where(Invitation.case_id == Case.id).lateral("seats")


async def _shown(session: ReadSession, rows: Sequence[Row], scope: Scope) -> list[CaseRow]:
    keys = await session.keys.get_many([row.id for row in rows])
    groups, now = groups_of(_RELATIONS[scope]), session.clock.now()
    return [
        CaseRow(
            **{name: getattr(row, name) for name in _PLAIN},
            state=State(row.state),
            subject=_subject(row, keys[row.id]),
            line=LineShown(slug=row.line, name=Name(**row.line_name)) if row.line_name else None,
            clock=_clock(row, now) if row.clock else None,
            team=TeamCounts(invited=row.invited, accepted=row.accepted),
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


_READ = (*_PLAIN, "state", "line", "next_due", "subject_sealed")
_COUNTED = (Seat.INVITED, Seat.ACCEPTED)


def _subject(row: Row, key: SealingKey) -> str:
    return key.open(row.subject_sealed, "cases.subject") if row.subject_sealed else ""


def _turn(row: Row, groups: frozenset[Any]) -> bool:
    state = State(row.state)
    turn = TURNS.get(state)
    if state is State.ACCEPTED and row.invited:
        return False  # it is the invited ones' to answer
    return turn is not None and turn.who in groups


def _clock(row: Row, now: datetime) -> RowClock:
    return RowClock(
        name=row.clock,
        due=row.due_at,
        state=timekeeping.state_of(row, now).value,
        left_seconds=timekeeping.left_seconds(row, now),
        share=timekeeping.share_used(row, now),
    )
