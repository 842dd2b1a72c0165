"""Lists of cases: the queue of a centre, one's own, one's teams. The most urgent clock first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnExpressionArgument, Select, and_, any_, func, not_, or_, select, tuple_

from services.consultation.access import ASKING, ON_TEAM, Relation, groups_of
from services.consultation.cases import rules, timekeeping
from services.consultation.cases.schemas import CaseRow, Counts, LineShown, RowClock, TeamCounts
from services.consultation.cases.tables import Case, CaseAccess, CaseClock
from services.consultation.lines.schemas import Name
from services.consultation.lines.store import all_lines
from services.consultation.lines.tables import Line
from services.consultation.teams.rules import Seat
from services.consultation.teams.store import count_seats
from services.consultation.workflow import TURNS, State
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession
from services.shared.encryption import SealingKey
from services.shared.paging import Page, decode_cursor, encode_cursor

Condition = ColumnExpressionArgument[bool]


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

    def conditions(self, session: ReadSession) -> list[Condition]:
        wanted: dict[str, str | None] = {
            "state": self.state.value if self.state else None,
            "area": self.area,
            "line": self.line,
            "language": self.language,
        }
        found: list[Condition] = [getattr(Case, column) == value for column, value in wanted.items() if value]
        if self.theme is not None:
            found.append(any_(Case.themes) == self.theme)
        if self.late:
            found.append(_is_late(session))
        if self.mine:
            found.append(Case.coordinator == _person(session))
        return found


async def list_cases(
    session: WriteSession, scope: Scope, filters: Filters, *, limit: int = 50, after: str | None = None
) -> Page[CaseRow]:
    """One page. Raises BadCursor."""
    query = _in_scope(session, scope, filters.state).where(*filters.conditions(session))
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
    """Of the queue in one reading: what each of its views holds."""
    queued = _waits_in_queue(session)
    wanted = (queued, and_(queued, _is_late(session)), and_(queued, Case.coordinator == _person(session)))
    counts = (func.count(), *(func.count().filter(condition) for condition in wanted))
    query = select(Case.state, *counts).where(_owned(session), Case.is_open).group_by(Case.state)
    rows = (await session.execute(query)).all()
    queue, late, coordinated = (sum(int(row[at]) for row in rows) for at in (2, 3, 4))
    return Counts(
        queue=queue,
        late=late,
        coordinated=coordinated,
        states={State(row[0]): row[1] for row in rows},
        mine=await _count(session, _in_scope(session, Scope.MINE, None).where(Case.is_open)),
        waiting=waiting,
    )


async def _count(session: ReadSession, query: Select[Case]) -> int:
    return int(await session.scalar(select(func.count()).select_from(query.subquery())) or 0)


def _in_scope(session: ReadSession, scope: Scope, state: State | None) -> Select[Case]:
    if scope is Scope.QUEUE:
        return select(Case).where(*_in_queue(session, state))
    relations = ASKING if scope is Scope.MINE else ON_TEAM
    mine = select(CaseAccess.case_id).where(
        CaseAccess.person_id == _person(session), CaseAccess.relation.in_(relations)
    )
    return select(Case).where(Case.id.in_(mine))


def _in_queue(session: ReadSession, state: State | None) -> list[Condition]:
    if state is not None:
        return [_owned(session), Case.is_open if rules.is_open(state) else not_(Case.is_open)]
    return [_owned(session), Case.is_open, _waits_in_queue(session)]


def _owned(session: ReadSession) -> Condition:
    ytas = sorted(session.caller.ytas_as("coordinator"))
    # One area is the rule: as a plain equality the index gives the order too.
    return Case.yta == ytas[0] if len(ytas) == 1 else Case.yta.in_(ytas)


def _waits_in_queue(session: ReadSession) -> Condition:
    return or_(Case.state.not_in(_AFTER_ANSWER), _is_late(session))


def _is_late(session: ReadSession) -> Condition:
    return Case.next_due <= session.clock.now()


def _person(session: ReadSession) -> UUID | None:
    return UUID(session.caller.person) if session.caller.person else None


async def _shown(session: ReadSession, rows: Sequence[Case], scope: Scope) -> list[CaseRow]:
    ids = [row.id for row in rows]
    keys = await session.keys.get_many(ids)
    clocks = await timekeeping.urgent_clocks(session, ids)
    lines = {line.slug: line for line in await all_lines(session)}
    seats = await count_seats(session, ids)
    teams = {row.id: _team(seats.get(row.id, {})) for row in rows}
    groups, now = groups_of(_RELATIONS[scope]), session.clock.now()
    return [
        CaseRow(
            **{name: getattr(row, name) for name in _PLAIN},
            state=State(row.state),
            subject=_subject(row, keys[row.id]),
            line=_line(lines.get(row.line or "")),
            clock=_clock(session, clocks.get(row.id)),
            team=teams[row.id],
            turn=_turn(row, groups, clocks.get(row.id), teams[row.id], now),
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


def _team(seats: Mapping[str, int]) -> TeamCounts:
    return TeamCounts(invited=seats.get(Seat.INVITED, 0), accepted=seats.get(Seat.ACCEPTED, 0))


def _turn(row: Case, groups: frozenset[Any], clock: CaseClock | None, team: TeamCounts, now: datetime) -> bool:
    """Not before the follow-up's day has come, nor while the invited have not answered."""
    turn = TURNS.get(State(row.state))
    if turn is None or turn.who not in groups:
        return False
    if row.state == State.IN_FOLLOW_UP:
        return clock is not None and clock.opens_at <= now
    return not (row.state == State.ACCEPTED and team.invited)


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
