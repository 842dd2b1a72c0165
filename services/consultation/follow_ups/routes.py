"""The loop after an answer, over HTTP."""

from fastapi import APIRouter, Response

from services.consultation.cases.routes import CaseId
from services.consultation.cases.routes import shown as case_shown
from services.consultation.cases.schemas import CaseView
from services.consultation.cases.views import view_case
from services.consultation.follow_ups import operations
from services.consultation.follow_ups.schemas import (
    ClosingText,
    FollowUpIn,
    FollowUpView,
    GoalsIn,
    GoalsView,
    ReplyIn,
    ReplyView,
)
from services.shared.requests import IfMatch, Once, Writing, etag

router = APIRouter(tags=["follow-ups"])


@router.get("/cases/{case_id}/reply", operation_id="read_reply", summary="What the asker means to do")
async def read_reply(case_id: CaseId, session: Writing) -> ReplyView:
    return await operations.read_reply(session, case_id)


@router.post("/cases/{case_id}/reply", operation_id="reply_to_answer", summary="Row by row, with feedback")
async def reply_to_answer(
    case_id: CaseId, body: ReplyIn, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await operations.reply_to_answer(session, case_id, body, expected))

    return case_shown(response, await once.run(act, lambda _: view_case(session, case_id)))


@router.get("/cases/{case_id}/goals", operation_id="list_goals", summary="Goals of the case and their T score")
async def list_goals(case_id: CaseId, session: Writing, response: Response) -> GoalsView:
    return _shown(response, await operations.list_goals(session, case_id))


@router.put(
    "/cases/{case_id}/goals",
    operation_id="set_goals",
    summary="All goals at once",
    description="If-Match is the version of the goals",
)
async def set_goals(
    case_id: CaseId, body: GoalsIn, session: Writing, expected: IfMatch, response: Response
) -> GoalsView:
    return _shown(response, await operations.set_goals(session, case_id, body.goals, expected))


@router.get("/cases/{case_id}/follow-up", operation_id="read_follow_up", summary="What became of the advice")
async def read_follow_up(case_id: CaseId, session: Writing) -> FollowUpView:
    return await operations.read_follow_up(session, case_id)


@router.post("/cases/{case_id}/follow-up", operation_id="follow_up_case", summary="Rows, goals and the wanted change")
async def follow_up_case(
    case_id: CaseId, body: FollowUpIn, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await operations.follow_up_case(session, case_id, body, expected))

    return case_shown(response, await once.run(act, lambda _: view_case(session, case_id)))


@router.post(
    "/cases/{case_id}/close", operation_id="close_case", summary="Without the asker's word, once its day has passed"
)
async def close_case(
    case_id: CaseId, body: ClosingText, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await operations.close_case(session, case_id, body.text, expected))

    return case_shown(response, await once.run(act, lambda _: view_case(session, case_id)))


def _shown(response: Response, view: GoalsView) -> GoalsView:
    etag(response, view.version)
    return view
