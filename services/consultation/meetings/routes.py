"""Meetings of a case and the minutes of work."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.consultation.meetings import operations
from services.consultation.meetings.schemas import (
    HeldMeeting,
    Meetings,
    MeetingView,
    NewMeeting,
    NewMinutes,
    Work,
    WorkView,
)
from services.shared.requests import IfMatch, Once, Writing, etag

router = APIRouter(tags=["meetings"])

CaseId = Annotated[str, Path(max_length=40, description="The case's id or code", examples=["OT-I-7K42M"])]
CALENDAR = "text/calendar; charset=utf-8; method=REQUEST"


@router.get("/cases/{case_id}/meetings", operation_id="list_meetings", summary="The case's meetings by time")
async def list_meetings(case_id: CaseId, session: Writing) -> Meetings:
    return Meetings(items=await operations.list_meetings(session, case_id))


@router.post("/cases/{case_id}/meetings", operation_id="propose_meeting", status_code=201, summary="Call a meeting")
async def propose_meeting(
    case_id: CaseId, body: NewMeeting, session: Writing, once: Once, response: Response
) -> MeetingView:
    async def act() -> MeetingView:
        return await operations.propose_meeting(session, case_id, body)

    async def again(meeting: str) -> MeetingView:
        return await operations.read_meeting(session, UUID(meeting))

    return _tagged(response, await once.run(act, again))


@router.get("/meetings/{meeting_id}", operation_id="read_meeting", summary="One meeting")
async def read_meeting(meeting_id: UUID, session: Writing, response: Response) -> MeetingView:
    return _tagged(response, await operations.read_meeting(session, meeting_id))


@router.get(
    "/meetings/{meeting_id}/calendar",
    operation_id="read_meeting_calendar",
    summary="The meeting as an iCalendar invitation",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
async def read_meeting_calendar(meeting_id: UUID, session: Writing) -> Response:
    content = await operations.read_meeting_calendar(session, meeting_id)
    return Response(
        content,
        media_type=CALENDAR,
        headers={"Content-Disposition": 'attachment; filename="ot-verkko.ics"', "Cache-Control": "no-store"},
    )


@router.post("/meetings/{meeting_id}/hold", operation_id="hold_meeting", summary="Attendance and minutes")
async def hold_meeting(
    meeting_id: UUID, body: HeldMeeting, session: Writing, expected: IfMatch, once: Once, response: Response
) -> MeetingView:
    async def act() -> MeetingView:
        return await operations.hold_meeting(session, meeting_id, expected, body)

    async def again(meeting: str) -> MeetingView:
        return await operations.read_meeting(session, UUID(meeting))

    return _tagged(response, await once.run(act, again))


@router.get("/cases/{case_id}/minutes", operation_id="list_minutes", summary="Minutes of work in the case")
async def list_minutes(case_id: CaseId, session: Writing) -> Work:
    return await operations.list_minutes(session, case_id)


@router.post("/cases/{case_id}/minutes", operation_id="record_minutes", status_code=201, summary="Record own work")
async def record_minutes(case_id: CaseId, body: NewMinutes, session: Writing, once: Once) -> WorkView:
    async def act() -> WorkView:
        return await operations.record_minutes(session, case_id, body)

    async def again(work: str) -> WorkView:
        return await operations.reread_minutes(session, work)

    return await once.run(act, again)


def _tagged(response: Response, view: MeetingView) -> MeetingView:
    etag(response, view.version)
    return view
