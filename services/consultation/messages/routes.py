"""Messages between who asks and the team."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from services.consultation.messages import operations
from services.consultation.messages.schemas import MessagePage, MessageView, NewMessage
from services.shared.paging import After
from services.shared.requests import Once, Writing

router = APIRouter(tags=["messages"])

CaseId = Annotated[str, Path(max_length=40, description="The case's id or code", examples=["OT-I-7K42M"])]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most")]


@router.get("/cases/{case_id}/messages", operation_id="list_messages", summary="The thread, oldest first")
async def list_messages(case_id: CaseId, session: Writing, limit: Limit = 200, after: After = None) -> MessagePage:
    return await operations.list_messages(session, case_id, limit=limit, after=after)


@router.post("/cases/{case_id}/messages", operation_id="send_message", status_code=201, summary="Write to the thread")
async def send_message(case_id: CaseId, body: NewMessage, session: Writing, once: Once) -> MessageView:
    async def act() -> MessageView:
        return await operations.send_message(session, case_id, body)

    async def again(message: str) -> MessageView:
        return await operations.reread_message(session, case_id, message)

    return await once.run(act, again)
