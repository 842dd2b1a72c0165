"""The loop after an answer, over HTTP."""

from fastapi import APIRouter, Response

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
from services.shared.application import IfMatch, Once, Writing, etag

router = APIRouter(tags=["follow-ups"])


@router.get("/cases/{case_id}/reply", operation_id="read_reply")
async def read_reply(case_id: str, session: Writing) -> ReplyView:
    return await operations.read_reply(session, case_id)


@router.post("/cases/{case_id}/reply", operation_id="reply_to_answer")
async def reply_to_answer(
    case_id: str, body: ReplyIn, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await operations.reply_to_answer(session, case_id, body, expected))

    return await once.run(act, lambda _: view_case(session, case_id))


@router.get("/cases/{case_id}/goals", operation_id="list_goals")
async def list_goals(case_id: str, session: Writing, response: Response) -> GoalsView:
    return _shown(response, await operations.list_goals(session, case_id))


@router.put("/cases/{case_id}/goals", operation_id="set_goals", description="If-Match is the version of the goals")
async def set_goals(
    case_id: str, body: GoalsIn, session: Writing, expected: IfMatch, response: Response
) -> GoalsView:
    return _shown(response, await operations.set_goals(session, case_id, body.goals, expected))


@router.get("/cases/{case_id}/follow-up", operation_id="read_follow_up")
async def read_follow_up(case_id: str, session: Writing) -> FollowUpView:
    return await operations.read_follow_up(session, case_id)


@router.post("/cases/{case_id}/follow-up", operation_id="follow_up_case")
async def follow_up_case(
    case_id: str, body: FollowUpIn, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await operations.follow_up_case(session, case_id, body, expected))

    return await once.run(act, lambda _: view_case(session, case_id))


@router.post("/cases/{case_id}/close", operation_id="close_case")
async def close_case(
    case_id: str, body: ClosingText, session: Writing, expected: IfMatch, once: Once, response: Response
) -> CaseView:
    async def act() -> CaseView:
        return await view_case(session, await operations.close_case(session, case_id, body.text, expected))

    return await once.run(act, lambda _: view_case(session, case_id))


def _shown(response: Response, view: GoalsView) -> GoalsView:
    etag(response, view.version)
    return view
