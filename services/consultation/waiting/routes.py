from fastapi import APIRouter

from services.consultation.waiting import operations
from services.consultation.waiting.schemas import Waiting
from services.shared.requests import Writing

router = APIRouter(tags=["waiting"])


@router.get("/waiting", operation_id="list_waiting", summary="What waits for the caller, the most urgent first")
async def list_waiting(session: Writing) -> Waiting:
    return Waiting(items=await operations.list_waiting(session))
