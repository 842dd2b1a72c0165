from fastapi import APIRouter

from services.reporting.indicators import operations
from services.reporting.indicators.definitions import INDICATORS
from services.reporting.indicators.schemas import IndicatorView, indicator_view
from services.shared.requests import SignedIn

router = APIRouter(tags=["indicators"])


@router.get("/indicators", operation_id="list_indicators", summary="What is measured, with definitions")
async def list_indicators(caller: SignedIn) -> list[IndicatorView]:
    return [indicator_view(indicator) for indicator in INDICATORS]


@router.get("/indicators/{indicator}", operation_id="read_indicator", summary="One indicator's definition")
async def read_indicator(caller: SignedIn, indicator: str) -> IndicatorView:
    return indicator_view(operations.indicator_of(indicator))
