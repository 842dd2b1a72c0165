from fastapi import APIRouter

from services.reporting.waiting import operations
from services.reporting.waiting.schemas import WaitingCount, WaitingList
from services.shared.requests import Reading, SignedIn

router = APIRouter(tags=["waiting"])


@router.get("/waiting", operation_id="list_waiting", summary="What waits for the caller here")
async def list_waiting(session: Reading, caller: SignedIn) -> WaitingList:
    return await operations.list_waiting(session, caller)


@router.get("/waiting/count", operation_id="count_waiting", summary="How much waits for the caller, for the badges")
async def count_waiting(session: Reading, caller: SignedIn) -> WaitingCount:
    return await operations.count_waiting(session, caller)
