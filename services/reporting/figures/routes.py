from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from services.reporting.figures import operations
from services.reporting.figures.schemas import FigureView, PeriodsView
from services.shared.requests import Reading, SignedIn

router = APIRouter(tags=["figures"])


class Division:
    """What part of an indicator is asked for."""

    def __init__(
        self,
        request: Request,
        period: Annotated[
            str | None, Query(max_length=20, description="`2026`, `2026-1`, `2026-2`; this year if left out")
        ] = None,
        yta: Annotated[str | None, Query(max_length=40, description="A collaborative area's key")] = None,
        area: Annotated[str | None, Query(max_length=60, description="A county's code")] = None,
        by: Annotated[str | None, Query(max_length=40, description="How it is divided: see the indicator")] = None,
    ) -> None:
        self.asked: dict[str, Any] = {"period": period, "yta": yta, "area": area, "by": by}
        self.shelf: operations.Shelf = request.app.state.shelf


Divided = Annotated[Division, Depends()]


@router.get("/periods", operation_id="list_periods", summary="The periods and places figures are told of")
async def list_periods(session: Reading, caller: SignedIn) -> PeriodsView:
    return await operations.list_periods(session, caller)


@router.get("/figures/{indicator}", operation_id="read_figure", summary="A figure: rows, total, definition, lag")
async def read_figure(session: Reading, caller: SignedIn, indicator: str, division: Divided) -> FigureView:
    return await operations.read_figure(session, caller, indicator, shelf=division.shelf, **division.asked)
