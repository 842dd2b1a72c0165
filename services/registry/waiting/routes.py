from fastapi import APIRouter

from services.registry.waiting import operations
from services.registry.waiting.schemas import Waiting, WaitingCount
from services.shared.requests import Reading, SignedIn

router = APIRouter(tags=["waiting"])


@router.get("/waiting", operation_id="list_waiting", summary="What waits for you in the registry")
async def list_waiting(session: Reading, caller: SignedIn) -> Waiting:
    return await operations.list_waiting(session, caller)


@router.get("/waiting/count", operation_id="count_waiting", summary="How much of it is your turn, for the badges")
async def count_waiting(session: Reading, caller: SignedIn) -> WaitingCount:
    return await operations.count_waiting(session, caller)
