"""Meetings: proposed, held, and the work they and the rest took."""

from collections.abc import Sequence
from uuid import UUID

from services.consultation.access import Relation, may_read_team_notes
from services.consultation.cases.acts import note
from services.consultation.cases.operations import open_case, take_case
from services.consultation.cases.store import OpenCase
from services.consultation.errors import MeetingHeld, NotAParticipant
from services.consultation.meetings import store
from services.consultation.meetings.calendar import calendar_of
from services.consultation.meetings.rules import length_in_minutes
from services.consultation.meetings.schemas import (
    HeldMeeting,
    MeetingView,
    NewMeeting,
    NewMinutes,
    Participant,
    Work,
    WorkView,
)
from services.consultation.meetings.tables import Meeting, MeetingParticipant, WorkMinutes
from services.consultation.notifications.operations import notify, see_case
from services.consultation.teams.store import members_of
from services.consultation.workflow import acts_in
from services.shared.database import ReadSession, WriteSession, new_id
from services.shared.errors import FieldProblem, NotFound


async def list_meetings(session: WriteSession, case_id: UUID | str) -> list[MeetingView]:
    case = await open_case(session, case_id, part="meetings")
    rows = await store.meetings_of(session, case.id)
    people = await store.participants_of(session, [row.id for row in rows])
    return [_view(case, row, people.get(row.id, [])) for row in rows]


async def read_meeting(session: WriteSession, meeting_id: UUID) -> MeetingView:
    row = await store.find_meeting(session, meeting_id)
    case = await open_case(session, row.case_id, part="meeting")
    await see_case(session, case.id)
    return await view_of(session, case, row)


async def propose_meeting(session: WriteSession, case_id: UUID | str, body: NewMeeting) -> MeetingView:
    """Raises NotAParticipant where somebody named isn't of the case."""
    case = await take_case(session, case_id)
    await note(session, case, "propose_meeting", part="meeting", log={"starts_at": body.starts_at.isoformat()})
    row = Meeting(
        id=new_id(),
        case_id=case.id,
        version=1,
        state="planned",
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        proposed_by=UUID(session.caller.person),
        proposed_by_name=session.caller.name,
        proposed_at=session.clock.now(),
    )
    store.put_texts(row, case.key, body.model_dump(include={"place", "remote_link", "agenda"}))
    people = await _participants(session, case, row.id, body.participants)
    await store.add_meeting(session, row, people)
    invited: dict[UUID, UUID | None] = {one.person_id: row.id for one in people}
    await notify(session, case.id, "meeting.proposed", people=invited, data={"starts_at": row.starts_at})
    return await view_of(session, case, row)


async def hold_meeting(session: WriteSession, meeting_id: UUID, expected: int, body: HeldMeeting) -> MeetingView:
    """Attendance and minutes of a meeting that was held. Raises StaleVersion, MeetingHeld, NotAParticipant."""
    seen = await store.find_meeting(session, meeting_id)
    case = await take_case(session, seen.case_id)
    row = await store.lock_meeting(session, meeting_id, expected)
    if row.state == "held":
        raise MeetingHeld()
    people = (await store.participants_of(session, [row.id])).get(row.id, [])
    _only_of(body.attended, {one.person_id for one in people}, "attended")
    for one in people:
        one.attended = one.person_id in body.attended
    row.state, row.version = "held", row.version + 1
    row.held_by, row.held_at = UUID(session.caller.person), session.clock.now()
    store.put_texts(row, case.key, body.model_dump(include={"minutes_text", "decisions"}))
    minutes = length_in_minutes(row.starts_at, row.ends_at)
    await note(
        session,
        case,
        "hold_meeting",
        part="meeting",
        event="meeting.held",
        log={"meeting": str(row.id), "attended": len(body.attended)},
        meeting=row.id,
        minutes=minutes,
        attended=len(body.attended),
        invited=len(people),
    )
    return await view_of(session, case, row)


async def read_meeting_calendar(session: WriteSession, meeting_id: UUID) -> bytes:
    """Only for those who take part."""
    row = await store.find_meeting(session, meeting_id)
    case = await open_case(session, row.case_id, part="meeting calendar")
    people = (await store.participants_of(session, [row.id])).get(row.id, [])
    if session.caller.person not in {str(one.person_id) for one in people}:
        raise NotFound()
    return calendar_of(
        row.id,
        version=row.version,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        remote_link=store.texts_of(row, case.key)["remote_link"],
        person=session.caller.person,
        language=session.caller.language,
        public_url=session.settings.public_url,
        stamp=session.clock.now(),
    )


async def people_of(session: ReadSession, case: OpenCase) -> dict[UUID, tuple[str, str]]:
    """Everybody who may take part in the case's meetings: name and what they are to it."""
    row = case.row
    people = {row.asker: (row.asker_name, Relation.ASKER.value)}
    if row.coordinator is not None:
        people.setdefault(row.coordinator, (row.coordinator_name or "", Relation.COORDINATOR.value))
    for member in await members_of(session, case.id):
        people[member.person_id] = (member.name, member.role)
    return people


async def _participants(
    session: ReadSession, case: OpenCase, meeting: UUID, named: Sequence[UUID]
) -> list[MeetingParticipant]:
    people = await people_of(session, case)
    _only_of(named, set(people), "participants")
    return [
        MeetingParticipant(
            meeting_id=meeting,
            person_id=person,
            case_id=case.id,
            name=people[person][0],
            relation=people[person][1],
            attended=None,
        )
        for person in dict.fromkeys(named or people)
    ]


def _only_of(named: Sequence[UUID], people: set[UUID], field: str) -> None:
    wrong = [place for place, person in enumerate(named) if person not in people]
    if wrong:
        raise NotAParticipant(
            fields=[FieldProblem(path=f"{field}.{place}", code="not_a_participant") for place in wrong]
        )


async def view_of(session: ReadSession, case: OpenCase, row: Meeting) -> MeetingView:
    people = await store.participants_of(session, [row.id])
    return _view(case, row, people.get(row.id, []))


def _view(case: OpenCase, row: Meeting, people: Sequence[MeetingParticipant]) -> MeetingView:
    offered = {act.name for act in acts_in(case.state, case.groups)}
    names = ("id", "state", "version", "starts_at", "ends_at", "proposed_at", "held_at")
    return MeetingView(
        **{name: getattr(row, name) for name in names},
        **store.texts_of(row, case.key),
        case=row.case_id,
        case_code=case.row.code,
        participants=[
            Participant(person=one.person_id, name=one.name, relation=one.relation, attended=one.attended)
            for one in people
        ],
        proposed_by=row.proposed_by_name,
        allowed=["hold_meeting"] if row.state == "planned" and "hold_meeting" in offered else [],
    )


async def list_minutes(session: WriteSession, case_id: UUID | str) -> Work:
    """For the team and the coordinator; whoever asks is told that there is nothing here."""
    case = await open_case(session, case_id, part="minutes of work")
    if not may_read_team_notes(case.relations):
        raise NotFound()
    rows = await store.work_in(session, case.id)
    return Work(items=[work_view_of(row) for row in rows], total=sum(row.minutes for row in rows))


async def record_minutes(session: WriteSession, case_id: UUID | str, body: NewMinutes) -> WorkView:
    """The caller's own work."""
    case = await take_case(session, case_id)
    person = UUID(session.caller.person)
    seat = next((one for one in await members_of(session, case.id) if one.person_id == person), None)
    profession = seat.profession if seat else None
    await note(
        session,
        case,
        "record_minutes",
        part="minutes of work",
        team_only=True,
        event="minutes.recorded",
        log={"minutes": body.minutes, "for": body.purpose.value},
        minutes=body.minutes,
        purpose=body.purpose.value,
        profession=profession,
        employer_yta=seat.yta if seat else case.row.yta,
    )
    row = WorkMinutes(
        id=new_id(),
        case_id=case.id,
        person_id=person,
        name=session.caller.name,
        profession=profession,
        minutes=body.minutes,
        purpose=body.purpose.value,
        recorded_at=session.clock.now(),
    )
    await store.add_work(session, row)
    return work_view_of(row)


async def reread_minutes(session: WriteSession, work: str) -> WorkView:
    return work_view_of(await store.find_work(session, UUID(work)))


def work_view_of(row: WorkMinutes) -> WorkView:
    return WorkView.model_validate(
        {
            **{name: getattr(row, name) for name in ("id", "name", "profession", "minutes", "recorded_at")},
            "person": row.person_id,
            "for": row.purpose,
        }
    )
