from typing import Annotated

from fastapi import APIRouter, Query

from services.registry.search import operations
from services.registry.search.schemas import Hits, Kind
from services.registry.texts import Query as Words
from services.shared.requests import Reading, SignedIn

router = APIRouter(tags=["search"])


@router.get("/search", operation_id="search_registry", summary="Themes, professions, organisations and experts")
async def search_registry(
    session: Reading,
    caller: SignedIn,
    q: Annotated[Words, Query(description="Words, in Finnish, Swedish or English", examples=["kunniaväkivalta"])],
    kind: Annotated[list[Kind], Query(max_length=5)] = [],  # noqa: B006 (FastAPI copies it)
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> Hits:
    return await operations.search_registry(session, caller, q, kind, limit=limit)
