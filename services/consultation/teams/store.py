"""Rows of teams, and the only place where their texts are sealed and opened."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from services.consultation.access import ON_TEAM
from services.consultation.cases.store import take_access
from services.consultation.cases.tables import Case
from services.consultation.errors import AlreadyInTeam, ChairRequired
from services.consultation.meetings.tables import WorkMinutes
from services.consultation.teams.rules import LIVE, Seat
from services.consultation.teams.tables import CompetenceGap, Invitation, TeamProposal
from services.shared.database import ReadSession, WriteSession
from services.shared.encryption import SealingKey
from services.shared.errors import NotFound, StaleVersion

_CHAIR = "ix_invitations_one_chair"


@dataclass(frozen=True)
class CaseBehind:
    """What answering an invitation needs of a case that the invited person does not see: codes only."""

    id: UUID
    code: str
    state: str
    is_open: bool
    team_may_read: bool
    yta: str | None
    area: str | None
    line: str | None
    themes: list[str]
    age_groups: list[str]
    language: str | None
    urgency: str

    @property
    def codes(self) -> dict[str, object]:
        """What every event of the case repeats."""
        names = ("yta", "area", "line", "themes", "age_groups", "language", "urgency")
        return {name: getattr(self, name) for name in names}


async def lock_case_behind(session: WriteSession, invitation: UUID) -> CaseBehind:
    """Locks the case of the caller's own invitation. Raises NotFound where it isn't theirs.

    The case comes first everywhere: two who lock it and its invitations can't wait for one another.
    """
    row = (await session.execute(text("select * from case_behind(:id)"), {"id": invitation})).mappings().one_or_none()
    if row is None:
        raise NotFound()
    return CaseBehind(**row)


async def find_invitation(session: ReadSession, invitation: UUID) -> Invitation:
    row = await session.get(Invitation, invitation, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


async def lock_invitation(session: WriteSession, invitation: UUID, expected: int | None) -> Invitation:
    """Raises NotFound, StaleVersion. Lock its case first."""
    row = await session.get(Invitation, invitation, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound()
    if expected is not None and row.version != expected:
        raise StaleVersion(current=row.version, state=row.state)
    return row


async def add_invitations(session: WriteSession, rows: Sequence[Invitation]) -> None:
    """Raises AlreadyInTeam, ChairRequired where somebody else was quicker."""
    session.add_all(rows)
    try:
        await session.flush()
    except IntegrityError as taken:
        if _CHAIR in str(taken.orig):
            raise ChairRequired("there is a chair already") from taken
        raise AlreadyInTeam() from taken


async def take_seat(session: WriteSession, invitation: UUID) -> None:
    """The caller becomes a member: from here on the case is theirs to see."""
    await session.execute(text("select take_seat(:id, :moment)"), {"id": invitation, "moment": session.clock.now()})


def empty_copy(row: Invitation) -> None:
    """Takes back what the invitation told of the case."""
    row.themes, row.age_groups, row.client_languages = [], [], []
    row.language = row.form = row.questions_sealed = None


async def close_seat(session: WriteSession, row: Invitation, state: Seat) -> None:
    """State and copy change in one statement: nobody who has left keeps what they were told."""
    moment = session.clock.now()
    row.state = state
    row.version += 1
    if state is Seat.DECLINED:
        row.answered_at = moment
    else:
        row.left_at = moment
    empty_copy(row)
    await session.flush()


async def shut_out(session: WriteSession, row: Invitation, case: Case) -> None:
    """The last thing in an act: from here on the case isn't there for the one who left."""
    await take_access(session, case, ON_TEAM, person=row.person_id)


async def seats_of(session: ReadSession, case_id: UUID) -> list[Invitation]:
    """Everybody who was ever invited, in order; row-level security leaves the accepted to who asks."""
    query = select(Invitation).where(Invitation.case_id == case_id).order_by(Invitation.invited_at, Invitation.id)
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def count_seats(session: ReadSession, cases: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """Of each case how many are invited and how many have accepted, as the caller may see them."""
    by = (Invitation.case_id, Invitation.state)
    query = select(*by, func.count()).where(Invitation.case_id.in_(cases), Invitation.state.in_(LIVE)).group_by(*by)
    found: dict[UUID, dict[str, int]] = {}
    for case, state, count in await session.execute(query):
        found.setdefault(case, {})[state] = count
    return found


async def members_of(session: ReadSession, case_id: UUID) -> list[Invitation]:
    """The accepted members of a case's team; `role` is chair, secretary or member."""
    return [seat for seat in await seats_of(session, case_id) if seat.state == Seat.ACCEPTED]


async def live_seats_of(session: ReadSession, case_id: UUID) -> list[Invitation]:
    return [seat for seat in await seats_of(session, case_id) if seat.state in LIVE]


async def invitations_of(session: ReadSession, person: UUID) -> list[Invitation]:
    """Those that wait for the person's answer, the most urgent first."""
    query = (
        select(Invitation)
        .where(Invitation.person_id == person, Invitation.state == Seat.INVITED)
        .order_by(Invitation.answer_due, Invitation.id)
        .limit(100)
    )
    return list(await session.scalars(query))


async def silent_seats(session: ReadSession, coordinator: UUID, limit: int) -> list[Invitation]:
    """Those who have not answered yet in the open cases that name this coordinator, the most urgent first."""
    query = (
        select(Invitation)
        .join(Case, Case.id == Invitation.case_id)
        .where(Invitation.state == Seat.INVITED, Case.coordinator == coordinator, Case.is_open)
        .order_by(Invitation.answer_due, Invitation.id)
        .limit(limit)
    )
    return list(await session.scalars(query))


async def minutes_by_person(session: ReadSession, case_id: UUID) -> dict[UUID, int]:
    query = (
        select(WorkMinutes.person_id, func.sum(WorkMinutes.minutes))
        .where(WorkMinutes.case_id == case_id)
        .group_by(WorkMinutes.person_id)
    )
    return {person: int(total) for person, total in await session.execute(query)}


async def open_work_of(session: ReadSession, people: Iterable[UUID]) -> dict[str, int]:
    """Open consultations by person, across every area: seats that are held or offered."""
    rows = await session.execute(
        text("select person, open_cases from open_work(:people)"), {"people": sorted({*people})}
    )
    return {str(person): int(count) for person, count in rows}


async def agreement_use(session: ReadSession, agreements: Iterable[str], *, since: datetime) -> dict[str, int]:
    """Consultations that were begun under each agreement since then, across every area."""
    rows = await session.execute(
        text("select used, consultations from agreement_use(:agreements, :since)"),
        {"agreements": [UUID(one) for one in sorted(agreements)], "since": since},
    )
    return {str(agreement): int(count) for agreement, count in rows}


async def keep_proposal(session: WriteSession, fresh: TeamProposal) -> TeamProposal:
    """The same question asked again is the same row, with the moment it was last shown."""
    values = {column.name: getattr(fresh, column.name) for column in TeamProposal.__table__.columns}
    query = (
        insert(TeamProposal)
        .values(values)
        .on_conflict_do_update(index_elements=["case_id", "inputs_hash"], set_={"shown_at": fresh.shown_at})
        .returning(TeamProposal)
    )
    row = await session.scalar(query.execution_options(populate_existing=True))
    assert row is not None
    return row


async def last_proposal(session: ReadSession, case_id: UUID) -> TeamProposal | None:
    query = (
        select(TeamProposal)
        .where(TeamProposal.case_id == case_id)
        .order_by(TeamProposal.shown_at.desc(), TeamProposal.id.desc())
        .limit(1)
    )
    return await session.scalar(query)


async def find_proposal(session: ReadSession, proposal: UUID) -> TeamProposal:
    row = await session.get(TeamProposal, proposal)
    if row is None:
        raise NotFound()
    return row


async def add_gap(session: WriteSession, gap: CompetenceGap) -> bool:
    """False where the same gap is recorded of the case already."""
    values = {column.name: getattr(gap, column.name) for column in CompetenceGap.__table__.columns}
    query = insert(CompetenceGap).values(values).on_conflict_do_nothing().returning(CompetenceGap.id)
    return await session.scalar(query) is not None


async def gaps_of(session: ReadSession, case_id: UUID) -> list[CompetenceGap]:
    query = select(CompetenceGap).where(CompetenceGap.case_id == case_id).order_by(CompetenceGap.recorded_at)
    return list(await session.scalars(query))


async def no_conflict_declared(session: WriteSession, row: Invitation) -> None:
    moment = session.clock.now()
    row.state = Seat.ACCEPTED
    row.answered_at = row.no_conflict_declared_at = moment
    row.version += 1
    empty_copy(row)
    await session.flush()


def seal_questions(key: SealingKey, questions: list[str]) -> bytes:
    return key.seal(json.dumps(questions, ensure_ascii=False), "invitations.questions")


async def questions_of(session: ReadSession, row: Invitation) -> list[str]:
    if row.questions_sealed is None:
        return []
    key = await session.keys.get(row.case_id)
    return list(json.loads(key.open(row.questions_sealed, "invitations.questions")))


def seal_reason(key: SealingKey, reason: str | None, place: str = "reason") -> bytes | None:
    return key.seal(reason, f"invitations.{place}") if reason else None


def exception_reason_of(key: SealingKey, row: Invitation) -> str | None:
    sealed = row.exception_reason_sealed
    return key.open(sealed, "invitations.exception_reason") if sealed else None


def reason_of(key: SealingKey, row: Invitation) -> str | None:
    return key.open(row.reason_sealed, "invitations.reason") if row.reason_sealed else None
