"""Figures: choose one, see what it finds, its picture, the same as a table, as a file, and what it means."""

import asyncio
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup

from gateway import words
from gateway.clients.reporting.figures import Figures
from gateway.language import Language
from gateway.problems import add_sentences, sentence_of
from gateway.rendering import page, translate
from gateway.report_words import WORDS, finding_of, shown, span
from services.shared.errors import Refusal, ServiceUnavailable

router = APIRouter()
words.WORDS.update(WORDS)
USUAL = "requests"
KEYS = ("answered_in_time", "usefulness", "plan_changed", "gas_change")
WIDTHS = (464, 320)

add_sentences(
    {
        "unknown_indicator": "There is no such figure.",
        "period_not_published": "Figures are of years and half-years that have begun.",
        "breakdown_not_published": "This figure is not divided so.",
        "unknown_place": "There is no such area.",
        "level_not_open": "You see the figures of the whole country. Those of one area are for coordination.",
    }
)

Given = Annotated[str, Query(max_length=60)]


class Choice:
    """What is asked for, as it stands in the address."""

    def __init__(self, period: Given = "", yta: Given = "", area: Given = "", by: Given = "") -> None:
        self.division = {"period": period, "yta": yta, "area": area, "by": by}

    def without_by(self) -> dict[str, str]:
        return {**self.division, "by": ""}


@router.get("/reports")
async def read_figure(
    request: Request,
    indicator: Given = USUAL,
    period: Given = "",
    yta: Given = "",
    area: Given = "",
    by: Given = "",
) -> Response:
    choice, figures = Choice(period, yta, area, by), _figures(request)
    indicators, periods = await asyncio.gather(figures.list_indicators(), figures.list_periods())
    offered = {"span": span, "indicators": indicators, "periods": periods, "indicator": indicator, **choice.division}
    try:
        figure = await _figure(figures, indicator, choice.division)
    except ServiceUnavailable:
        raise
    except Refusal as refusal:
        sentence = sentence_of(refusal.code, request.state.language)
        return page(request, "reports/refused.html", status=refusal.status, sentence=sentence, **offered)
    offered["keys"] = await _keys(request, figures, choice) if indicator == USUAL else []
    return page(request, "reports/figure.html", block="report", **offered | await _shown(request, figures, figure))


async def _keys(request: Request, figures: Figures, choice: Choice) -> list[dict[str, Any]]:
    """The lone numbers above the first figure; one that is hidden or empty says so instead of a number."""
    found = await asyncio.gather(*(_figure(figures, slug, choice.without_by()) for slug in KEYS))
    return [_key(figure, request.state.language, choice) for figure in found]


def _key(figure: dict[str, Any], language: Language, choice: Choice) -> dict[str, Any]:
    """Of what is divided in parts the first part, of anything else the total."""
    indicator = figure["indicator"]
    parted = indicator["measure"] == "distribution"
    row = figure["rows"][0] if parted and figure["rows"] else figure["total"]
    known = {name: value for name, value in choice.without_by().items() if value}
    target = indicator["target"]
    return {
        "name": indicator["name"],
        "value": translate(language, "hidden") if row["hidden"] else shown(row["value"], indicator["unit"], language),
        "note": translate(language, "Target %(value)s", value=shown(target, indicator["unit"], language))
        if target is not None
        else str(row["name"][language])
        if parted
        else "",
        "href": "/reports?" + urlencode({"indicator": indicator["slug"], **known}),
    }


@router.get("/reports/{indicator}/table.csv")
async def read_figure_csv(
    request: Request, indicator: str, period: Given = "", yta: Given = "", area: Given = "", by: Given = ""
) -> Response:
    division = Choice(period, yta, area, by).division
    file = await _figures(request).read_figure_csv(indicator, lang=request.state.language, **division)
    name = f"ot-verkko-{indicator}.csv" if indicator.isidentifier() and indicator.isascii() else "ot-verkko.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(file, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/reports/{indicator}/chart.svg")
async def read_chart(
    request: Request, indicator: str, period: Given = "", yta: Given = "", area: Given = "", by: Given = ""
) -> Response:
    division = Choice(period, yta, area, by).division
    language = request.state.language
    drawn = await _figures(request).read_chart(indicator, lang=language, w=WIDTHS[0], scheme="light", **division)
    return Response(drawn, media_type="image/svg+xml")


def _figures(request: Request) -> Figures:
    figures: Figures = request.state.clients.reporting.figures
    return figures


async def _figure(figures: Figures, indicator: str, division: dict[str, str]) -> dict[str, Any]:
    """A division kept from another figure may not fit this one: then the usual one is shown."""
    try:
        return await figures.read_figure(indicator, **division)
    except Refusal as refusal:
        if refusal.code != "breakdown_not_published" or not division["by"]:
            raise
    return await figures.read_figure(indicator, **{**division, "by": ""})


async def _shown(request: Request, figures: Figures, figure: dict[str, Any]) -> dict[str, Any]:
    language = request.state.language
    division = {
        "period": figure["period"]["key"],
        "yta": figure["yta"] or "",
        "area": figure["area"] or "",
        "by": figure["by"],
    }
    slug = figure["indicator"]["slug"]
    drawn = await asyncio.gather(
        *(figures.read_chart(slug, lang=language, w=width, scheme="page", **division) for width in WIDTHS)
    )
    query = urlencode({name: value for name, value in division.items() if value})
    return {
        **division,
        "figure": figure,
        "finding": finding_of(figure, language),
        # drawn by reporting, which escapes every name in it
        "pictures": [Markup(picture.decode()) for picture in drawn],
        "csv": f"/reports/{slug}/table.csv?{query}",
        "svg": f"/reports/{slug}/chart.svg?{query}",
        "shown": lambda value: shown(value, figure["indicator"]["unit"], language),
    }
