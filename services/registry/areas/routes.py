from fastapi import APIRouter

from services.registry.areas import operations
from services.registry.areas.schemas import AreaView, CollaborativeAreaView
from services.shared.requests import Reading

router = APIRouter(tags=["areas"])


@router.get("/areas", operation_id="list_areas", summary="Counties, Helsinki, HUS and Åland")
async def list_areas(session: Reading) -> list[AreaView]:
    return await operations.list_areas(session)


@router.get(
    "/collaborative-areas", operation_id="list_collaborative_areas", summary="The five collaborative areas (YTA)"
)
async def list_collaborative_areas(session: Reading) -> list[CollaborativeAreaView]:
    return await operations.list_collaborative_areas(session)
