from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from services.reporting.exports.rules import csv_of, file_name
from services.reporting.figures import operations
from services.reporting.figures.routes import Divided
from services.shared.requests import Reading, SignedIn

router = APIRouter(tags=["exports"])


class CsvFile(Response):
    media_type = "text/csv; charset=utf-8"


@router.get(
    "/figures/{indicator}/table.csv",
    operation_id="read_figure_csv",
    summary="The same figure as a CSV file",
    response_class=CsvFile,
)
async def read_figure_csv(
    session: Reading,
    caller: SignedIn,
    indicator: str,
    division: Divided,
    lang: Annotated[Literal["fi", "sv", "en"], Query()] = "fi",
) -> CsvFile:
    figure = await operations.read_figure(session, caller, indicator, shelf=division.shelf, **division.asked)
    headers = {"Content-Disposition": f'attachment; filename="{file_name(figure)}"'}
    return CsvFile(csv_of(figure, lang), headers=headers)
