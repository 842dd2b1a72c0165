from typing import Annotated

from fastapi import APIRouter, Path

from services.consultation.lines import operations
from services.consultation.lines.schemas import LineView
from services.shared.requests import Reading

router = APIRouter(prefix="/lines", tags=["lines"])


@router.get("", operation_id="list_lines", summary="The lines one may ask at, in the order they are shown")
async def list_lines(session: Reading) -> list[LineView]:
    return await operations.list_lines(session)


@router.get("/{slug}", operation_id="read_line", summary="One line with its clocks")
async def read_line(slug: Annotated[str, Path(max_length=80)], session: Reading) -> LineView:
    return await operations.read_line(session, slug)
