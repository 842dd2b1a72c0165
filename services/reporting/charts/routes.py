from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response

from services.reporting.charts.drawing import NARROWEST, WIDEST, Scheme, draw, mark_of
from services.reporting.figures import operations
from services.reporting.figures.routes import Divided
from services.shared.requests import Reading, SignedIn

router = APIRouter(tags=["charts"])


class Picture(Response):
    media_type = "image/svg+xml"


@router.get(
    "/charts/{indicator}.svg",
    operation_id="read_chart",
    summary="The figure as bars; `scheme=page` takes its colours from the page it stands in",
    response_class=Picture,
    responses={304: {"description": "The picture you have is still the same"}},
)
async def read_chart(
    session: Reading,
    caller: SignedIn,
    indicator: str,
    division: Divided,
    w: Annotated[int, Query(ge=NARROWEST, le=WIDEST, description="Width in pixels")] = 464,
    scheme: Annotated[Scheme, Query()] = "light",
    lang: Annotated[Literal["fi", "sv", "en"], Query()] = "fi",
    known: Annotated[str | None, Header(alias="If-None-Match", max_length=400)] = None,
) -> Response:
    figure = await operations.read_figure(session, caller, indicator, shelf=division.shelf, **division.asked)
    svg = draw(figure, width=w, scheme=scheme, language=lang)
    mark = f'"{mark_of(svg)}"'
    headers = {"ETag": mark, "Cache-Control": "private, no-cache"}
    if known and mark in known:
        return Response(status_code=304, headers=headers)
    return Picture(svg, headers=headers)
