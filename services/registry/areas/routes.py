from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.registry.areas import changing, operations
from services.registry.areas.schemas import (
    AreaChangeCancel,
    AreaChangePreview,
    AreaChangeView,
    AreaDetail,
    AreaView,
    CollaborativeAreaView,
    NewAreaChange,
)
from services.registry.deltas.asking import LINES, AskForAll
from services.registry.deltas.schemas import Delta
from services.registry.history.schemas import HistoryPage
from services.shared.paging import After, Limit
from services.shared.requests import IfMatch, Once, Reading, Writing, etag

router = APIRouter(tags=["areas"])
On = Annotated[date | None, Query(description="The tree as of this day; without it each area there is, was or will be")]
Code = Annotated[str, Path(max_length=10, description="The area's code")]


@router.get(
    "/areas",
    operation_id="list_areas",
    summary="Counties, Helsinki, HUS and Åland",
    response_model=list[AreaView] | Delta[AreaView],
    responses=LINES,
)
async def list_areas(ask: AskForAll, on: On = None) -> Any:
    return await ask.tell_all("areas", lambda session: operations.list_areas(session, on), key="code")


@router.get("/areas/{code}", operation_id="read_area", summary="One area, what it followed and what followed it")
async def read_area(code: Code, session: Reading) -> AreaDetail:
    return await operations.read_area(session, code)


@router.get(
    "/areas/{code}/history", operation_id="list_area_history", summary="What was changed in an area, and by whom"
)
async def list_area_history(code: Code, session: Reading, limit: Limit = 50, after: After = None) -> HistoryPage:
    return await operations.list_area_history(session, code, limit=limit, after=after)


@router.get(
    "/collaborative-areas", operation_id="list_collaborative_areas", summary="The five collaborative areas (YTA)"
)
async def list_collaborative_areas(
    session: Reading, on: Annotated[date | None, Query(description="With their areas as of this day")] = None
) -> list[CollaborativeAreaView]:
    return await operations.list_collaborative_areas(session, on)


@router.get("/area-changes", operation_id="list_area_changes", summary="Merges and splits, decided and done")
async def list_area_changes(session: Reading) -> list[AreaChangeView]:
    return await changing.list_area_changes(session)


@router.post("/area-changes/preview", operation_id="preview_area_change", summary="What a merge or a split would touch")
async def preview_area_change(body: NewAreaChange, session: Reading) -> AreaChangePreview:
    return await changing.preview_area_change(session, body)


@router.post(
    "/area-changes",
    operation_id="decide_area_change",
    summary="Decide that counties become one, or one several, on a day to come",
    status_code=201,
)
async def decide_area_change(body: NewAreaChange, session: Writing, once: Once, response: Response) -> AreaChangeView:
    decided = await once.run(
        lambda: changing.decide_area_change(session, body), lambda id: changing.read_area_change(session, UUID(id))
    )
    etag(response, decided.version)
    return decided


@router.get("/area-changes/{change}", operation_id="read_area_change", summary="One merge or split")
async def read_area_change(change: UUID, session: Reading, response: Response) -> AreaChangeView:
    found = await changing.read_area_change(session, change)
    etag(response, found.version)
    return found


@router.post("/area-changes/{change}/cancel", operation_id="cancel_area_change", summary="Cancel it before its day")
async def cancel_area_change(
    change: UUID, body: AreaChangeCancel, session: Writing, expected: IfMatch, once: Once, response: Response
) -> AreaChangeView:
    cancelled = await once.run(
        lambda: changing.cancel_area_change(session, change, body, expected=expected),
        lambda id: changing.read_area_change(session, UUID(id)),
    )
    etag(response, cancelled.version)
    return cancelled
