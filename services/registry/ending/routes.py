from fastapi import APIRouter

from services.registry.ending import operations
from services.registry.ending.schemas import EndingTerms
from services.shared.requests import Reading, SignedIn

router = APIRouter(tags=["organisations"])


@router.get(
    "/ending-terms",
    operation_id="list_ending_terms",
    summary="Mandates, resources and agreements that run out within half a year",
)
async def list_ending_terms(session: Reading, caller: SignedIn) -> EndingTerms:
    return await operations.list_ending_terms(session, caller)
