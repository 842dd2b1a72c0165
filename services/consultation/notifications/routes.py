from typing import Annotated

from fastapi import APIRouter, Query

from services.consultation.notifications import operations
from services.consultation.notifications.schemas import Marked, NotificationCount, NotificationPage, Seen
from services.consultation.waiting.counting import count_everything
from services.shared.paging import After
from services.shared.requests import Reading, Writing

router = APIRouter(tags=["notifications"])


@router.get(
    "/notifications",
    operation_id="list_notifications",
    summary="What the caller was told of, the newest first: kinds and codes, no content",
)
async def list_notifications(
    session: Reading, limit: Annotated[int, Query(ge=1, le=200)] = 50, after: After = None
) -> NotificationPage:
    return await operations.list_notifications(session, limit=limit, after=after)


@router.get(
    "/notifications/count",
    operation_id="count_notifications",
    summary="Unseen, waiting and queued, for the menu",
)
async def count_notifications(session: Reading) -> NotificationCount:
    return NotificationCount(**await count_everything(session))


@router.post(
    "/notifications/mark-seen",
    operation_id="mark_notifications_seen",
    summary="The caller has seen them, all or those up to a moment",
)
async def mark_notifications_seen(body: Seen, session: Writing) -> Marked:
    return await operations.mark_notifications_seen(session, body.until)
