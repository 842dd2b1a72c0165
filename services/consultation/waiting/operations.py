"""What waits for the caller: the first page, the badge and the daily digest are made from this."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, or_, select

from services.consultation.access import ASKING
from services.consultation.answers.store import cases_to_write, publishable_cases, unsigned_drafts
from services.consultation.cases import timekeeping
from services.consultation.cases.tables import Case, CaseAccess, CaseClock
from services.consultation.clocks import ClockState
from services.consultation.meetings.waiting import meetings_awaiting
from services.consultation.teams.rules import Seat
from services.consultation.teams.store import invitations_of, silent_seats
from services.consultation.teams.tables import Invitation
from services.consultation.waiting.rules import ASKER_KINDS, COORDINATOR_KINDS, LATE_KIND, MOST
from services.consultation.waiting.schemas import WaitingItem
from services.consultation.workflow import State
from services.shared.access_log import log_access
from services.shared.database import ReadSession, WriteSession


async def list_waiting(session: WriteSession) -> list[WaitingItem]:
    """The most urgent first."""
    items = await _everything(session)
    if seen := [item.subject for item in items if item.title]:
        await log_access(session, act="list_waiting", subjects=seen, part="list", ground="awaited in the case")
    return sorted(items, key=lambda item: (item.due is None, item.due or item.since, str(item.subject)))


async def _everything(session: ReadSession) -> list[WaitingItem]:
    if not session.caller.person:
        return []
    person = UUID(session.caller.person)
    return [
        *await _for_asker(session, person),
        *await _for_coordinator(session, person),
        *await _invitations(session, person),
        *await _silent(session, person),
        *await _writing(session, person),
        *await _signatures(session, person),
        *await _publications(session, person),
        *await meetings_awaiting(session, person),
    ]


async def _for_asker(session: ReadSession, person: UUID) -> list[WaitingItem]:
    mine = select(CaseAccess.case_id).where(CaseAccess.person_id == person, CaseAccess.relation.in_(ASKING))
    awaited = or_(Case.state.in_([state.value for state in ASKER_KINDS]), Case.choice_due.is_not(None))
    rows = await session.scalars(select(Case).where(Case.id.in_(mine), Case.is_open, awaited).limit(MOST))
    items = await _items(session, list(rows), kind_of=_asker_kind)
    # A follow-up is asked for when its day comes, not before.
    return [item for item in items if item.data["opens"] is None or item.data["opens"] <= session.clock.now()]


def _asker_kind(row: Case) -> str:
    return "case.choose" if row.choice_due is not None else ASKER_KINDS[State(row.state)]


async def _for_coordinator(session: ReadSession, person: UUID) -> list[WaitingItem]:
    """What the caller is named on, and whatever is late in their area: nothing is silently late."""
    ytas = sorted(session.caller.ytas_as("coordinator"))
    if not ytas:
        return []
    asked = exists().where(Invitation.case_id == Case.id, Invitation.state == Seat.INVITED)
    mine = (Case.coordinator == person) & Case.state.in_([state.value for state in COORDINATOR_KINDS])
    # While the invited have time to answer it is their turn; after it each of them waits by name.
    named = mine & ~asked
    query = (
        select(Case)
        .where(Case.yta.in_(ytas), Case.is_open, or_(named, Case.next_due <= session.clock.now()))
        .order_by(Case.next_due, Case.id)
        .limit(MOST)
    )
    return await _items(session, list(await session.scalars(query)), kind_of=_coordinator_kind)


def _coordinator_kind(row: Case) -> str:
    return COORDINATOR_KINDS.get(State(row.state), LATE_KIND)


async def _items(
    session: ReadSession,
    rows: Sequence[Case],
    *,
    kind_of: Callable[[Case], str],
) -> list[WaitingItem]:
    ids = [row.id for row in rows]
    titles = await _titles(session, rows)
    clocks = await timekeeping.urgent_clocks(session, ids) if ids else {}
    now = session.clock.now()
    return [
        WaitingItem(
            kind=kind_of(row),
            subject=row.id,
            href_kind="case",
            code=row.code,
            title=titles.get(row.id, ""),
            data={"state": row.state, "line": row.line, "opens": _opens(clocks.get(row.id), now)},
            since=row.changed_at,
            due=_due(row, clocks.get(row.id)),
            state=timekeeping.state_of(clocks[row.id], now).value if row.id in clocks else ClockState.OK.value,
        )
        for row in rows
    ]


async def _titles(session: ReadSession, rows: Sequence[Case]) -> dict[UUID, str]:
    keys = await session.keys.get_many([row.id for row in rows])
    return {row.id: keys[row.id].open(row.subject_sealed, "cases.subject") for row in rows if row.subject_sealed}


def _opens(clock: CaseClock | None, now: datetime) -> datetime | None:
    return clock.opens_at if clock is not None and clock.opens_at > now else None


def _due(row: Case, clock: CaseClock | None) -> datetime | None:
    if row.choice_due is not None:
        return row.choice_due
    return clock.due_at if clock is not None else None


async def _invitations(session: ReadSession, person: UUID) -> list[WaitingItem]:
    now = session.clock.now()
    return [
        WaitingItem(
            kind="invitation",
            subject=seat.id,
            href_kind="invitation",
            code=seat.case_code,
            title="",
            data={"themes": seat.themes, "role": seat.role, "invited_by": seat.invited_by_name},
            since=seat.invited_at,
            due=seat.answer_due,
            state=(ClockState.LATE if now >= seat.answer_due else ClockState.OK).value,
        )
        for seat in await invitations_of(session, person)
    ]


async def _silent(session: ReadSession, person: UUID) -> list[WaitingItem]:
    """Whom the coordinator has asked and who has not answered: theirs to act on once the day has passed."""
    now = session.clock.now()
    return [
        WaitingItem(
            kind="invitation.silent",
            subject=seat.case_id,
            href_kind="case",
            code=seat.case_code,
            title="",
            data={"name": seat.name, "role": seat.role},
            since=seat.invited_at,
            due=seat.answer_due,
            state=(ClockState.LATE if now >= seat.answer_due else ClockState.OK).value,
            turn=now >= seat.answer_due,
        )
        for seat in await silent_seats(session, person, MOST)
    ]


async def _writing(session: ReadSession, person: UUID) -> list[WaitingItem]:
    rows = await cases_to_write(session, person, MOST)
    items = await _items(session, rows, kind_of=lambda row: "write")
    return [item.model_copy(update={"href_kind": "answer"}) for item in items]


async def _signatures(session: ReadSession, person: UUID) -> list[WaitingItem]:
    drafts = {draft.case_id: draft for draft in await unsigned_drafts(session, person)}
    on_team = select(CaseAccess.case_id).where(
        CaseAccess.person_id == person, CaseAccess.relation.not_in(ASKING), CaseAccess.case_id.in_(list(drafts))
    )
    rows = list(await session.scalars(select(Case).where(Case.id.in_(on_team), Case.is_open))) if drafts else []
    items = await _items(session, rows, kind_of=lambda row: "sign")
    return [item.model_copy(update={"href_kind": "answer", "due": drafts[item.subject].signing_due}) for item in items]


async def _publications(session: ReadSession, person: UUID) -> list[WaitingItem]:
    """Answers that nobody need sign any more, for those who may publish them."""
    rows = await publishable_cases(session, person, session.clock.now())
    items = await _items(session, rows, kind_of=lambda row: "publish")
    return [item.model_copy(update={"href_kind": "answer"}) for item in items]
