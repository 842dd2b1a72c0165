from fastapi import APIRouter

from services.registry.waiting import operations
from services.registry.waiting.schemas import Waiting
from services.shared.requests import Reading, SignedIn

router = APIRouter(tags=["waiting"])


@router.get("/waiting", operation_id="list_waiting", summary="What waits for you in the registry")
async def list_waiting(session: Reading, caller: SignedIn) -> Waiting:
    return await operations.list_waiting(session, caller)
