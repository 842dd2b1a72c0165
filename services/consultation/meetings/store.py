"""Rows of meetings and work, and the only place where their texts are sealed and opened."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from services.consultation.cases.tables import Case
from services.consultation.meetings.tables import Meeting, MeetingParticipant, WorkMinutes
from services.shared.database import ReadSession, WriteSession
from services.shared.encryption import SealingKey
from services.shared.errors import NotFound, StaleVersion

TEXTS = ("place", "remote_link", "agenda", "minutes_text", "decisions")


def put_texts(row: Meeting, key: SealingKey, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        setattr(row, f"{name}_sealed", key.seal(text, f"meetings.{name}") if text else None)


def texts_of(row: Meeting, key: SealingKey) -> dict[str, str]:
    sealed = {name: getattr(row, f"{name}_sealed") for name in TEXTS}
    return {name: key.open(text, f"meetings.{name}") if text else "" for name, text in sealed.items()}


async def add_meeting(session: WriteSession, row: Meeting, participants: Sequence[MeetingParticipant]) -> None:
    session.add(row)
    await session.flush()
    session.add_all(participants)
    await session.flush()


async def find_meeting(session: ReadSession, meeting: UUID) -> Meeting:
    row = await session.get(Meeting, meeting, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


async def lock_meeting(session: WriteSession, meeting: UUID, expected: int) -> Meeting:
    """Raises NotFound, StaleVersion. Lock its case first."""
    row = await session.get(Meeting, meeting, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound()
    if row.version != expected:
        raise StaleVersion(current=row.version, state=row.state)
    return row


async def meetings_of(session: ReadSession, case_id: UUID) -> list[Meeting]:
    query = select(Meeting).where(Meeting.case_id == case_id).order_by(Meeting.starts_at, Meeting.id)
    return list(await session.scalars(query))


async def participants_of(session: ReadSession, meetings: Iterable[UUID]) -> dict[UUID, list[MeetingParticipant]]:
    query = (
        select(MeetingParticipant)
        .where(MeetingParticipant.meeting_id.in_([*meetings]))
        .order_by(MeetingParticipant.name, MeetingParticipant.person_id)
    )
    found: dict[UUID, list[MeetingParticipant]] = {}
    for row in await session.scalars(query):
        found.setdefault(row.meeting_id, []).append(row)
    return found


async def planned_with(session: ReadSession, person: UUID) -> list[tuple[Meeting, str, str]]:
    """Planned meetings of open cases that the person takes part in, the earliest first; with the case's code and
    what the person is to it."""
    query = (
        select(Meeting, Case.code, MeetingParticipant.relation)
        .join(MeetingParticipant, MeetingParticipant.meeting_id == Meeting.id)
        .join(Case, Case.id == Meeting.case_id)
        .where(MeetingParticipant.person_id == person, Meeting.state == "planned", Case.is_open)
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(100)
    )
    return [(row, code, relation) for row, code, relation in await session.execute(query)]


async def add_work(session: WriteSession, row: WorkMinutes) -> None:
    session.add(row)
    await session.flush()


async def work_in(session: ReadSession, case_id: UUID) -> list[WorkMinutes]:
    query = select(WorkMinutes).where(WorkMinutes.case_id == case_id)
    return list(await session.scalars(query.order_by(WorkMinutes.recorded_at, WorkMinutes.id)))


async def find_work(session: ReadSession, work: UUID) -> WorkMinutes:
    row = await session.get(WorkMinutes, work)
    if row is None:
        raise NotFound()
    return row
