"""A picture is the same in a page, in a file and in another system, and is readable in each."""

from __future__ import annotations

from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest

from services.reporting.access import Kind
from services.reporting.charts.drawing import COLOURS, draw, value_text
from services.reporting.charts.words import WORDS
from services.reporting.figures.schemas import FigureView, FindingView, PeriodView, RowView
from services.reporting.indicators.definitions import BY_SLUG
from services.reporting.indicators.schemas import Names, indicator_view
from tests.builders.people import a_person
from tests.support.reports import Reports
from tests.support.told_cases import submitted

SVG = "{http://www.w3.org/2000/svg}"


def a_name(text: str) -> Names:
    return Names(fi=text, sv=text, en=text)


def a_row(key: str, value: float | None, hidden: Any = None, second: float | None = None) -> RowView:
    return RowView(
        key=key, name=a_name(key), value=value, second=second, numerator=None, denominator=None, hidden=hidden
    )


def a_figure(*rows: RowView, indicator: str = "requests", example: bool = True) -> FigureView:
    return FigureView(
        indicator=indicator_view(BY_SLUG[indicator]),
        kind=Kind.PROTECTED,
        period=PeriodView(key="2026", first_day=date(2026, 1, 1), last_day=date(2026, 12, 31)),
        yta=None,
        area=None,
        place=a_name("Koko maa"),
        by="yta",
        divisions=["yta"],
        counts_rows=False,
        rows=list(rows),
        undivided=[],
        total=a_row("total", 1),
        finding=FindingView(code="total_only", key=None, name=None, value=1),
        small_below=5,
        lag_seconds=0,
        unread=0,
        example=example,
    )


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_hidden_counts_are_dashed_and_never_told() -> None:
    svg = draw(
        a_figure(a_row("a", None, "small"), a_row("b", None, "protecting")), width=464, scheme="light", language="fi"
    )
    assert "·· (1–4)" in texts(svg)
    assert "··" in texts(svg)
    assert svg.count("stroke-dasharray") == 2


def test_zero_is_drawn_as_zero_not_as_hidden() -> None:
    svg = draw(a_figure(a_row("a", 0)), width=464, scheme="light", language="fi")
    assert "0" in texts(svg)
    assert "stroke-dasharray" not in svg


def test_example_data_says_so_inside_the_picture() -> None:
    assert "Esimerkkiaineisto" in texts(draw(a_figure(a_row("a", 9)), width=464, scheme="light", language="fi"))
    assert "Exempeldata" in texts(draw(a_figure(a_row("a", 9)), width=320, scheme="dark", language="sv"))
    real = draw(a_figure(a_row("a", 9), example=False), width=464, scheme="light", language="fi")
    assert "Esimerkkiaineisto" not in texts(real)


@pytest.mark.parametrize("width", [240, 320, 464, 1200])
@pytest.mark.parametrize("indicator", ["requests", "days_to_answer", "answered_in_time"])
def test_nothing_is_drawn_outside_the_picture(width: int, indicator: str) -> None:
    rows = [a_row("lyhyt", 97.5, second=140.0), a_row("Verksamhet med ett ganska långt namn", 3.0), a_row("c", -2.0)]
    svg = ElementTree.fromstring(draw(a_figure(*rows, indicator=indicator), width=width, scheme="light", language="sv"))
    _, _, right, bottom = map(float, svg.attrib["viewBox"].split())
    for bar in svg.iter(f"{SVG}rect"):
        assert float(bar.attrib["x"]) >= 0
        assert float(bar.attrib["x"]) + float(bar.attrib["width"]) <= right
        assert float(bar.attrib["y"]) + float(bar.attrib["height"]) <= bottom
    for text in svg.iter(f"{SVG}text"):
        assert 0 <= float(text.attrib["x"]) <= right
        assert 0 < float(text.attrib["y"]) <= bottom


def test_the_narrow_drawing_is_taller_instead_of_smaller() -> None:
    figure = a_figure(a_row("Keski-Suomi", 9), a_row("Lappi", 7))
    wide, narrow = (draw(figure, width=width, scheme="light", language="fi") for width in (464, 320))
    heights = [float(ElementTree.fromstring(svg).attrib["height"]) for svg in (wide, narrow)]
    assert heights[1] > heights[0]
    assert 'font-size="15"' in wide
    assert 'font-size="16"' in narrow


def test_in_a_page_the_stylesheet_colours_the_drawing() -> None:
    svg = draw(a_figure(a_row("a", 9)), width=464, scheme="page", language="fi")
    assert 'class="chart chart--w"' in svg
    assert "hsl(" not in svg
    assert "style=" not in svg, "the content security policy allows no inline style"


def test_a_name_is_text_and_never_markup() -> None:
    svg = draw(a_figure(a_row("<script>x</script>", 9)), width=464, scheme="page", language="fi")
    assert "<script" not in svg
    ElementTree.fromstring(svg)


def test_each_scheme_has_every_colour_and_each_language_every_word() -> None:
    assert COLOURS["light"].keys() == COLOURS["dark"].keys()
    assert WORDS["fi"].keys() == WORDS["sv"].keys() == WORDS["en"].keys()


def test_numbers_are_written_as_the_language_writes_them() -> None:
    row, figure = a_row("a", 12.5), a_figure(indicator="answered_in_time")
    assert value_text(row, figure, "fi") == "12,5\u00a0%"
    assert value_text(row, figure, "en") == "12.5\u00a0%"
    assert value_text(a_row("a", None), figure, "fi") == "–"


async def test_the_same_picture_is_not_sent_twice(reports: Reports) -> None:
    await submitted(reports.feed, "12", 8)
    await reports.pull()
    client = reports.as_(a_person("national"))
    first = await client.get("/v1/charts/requests.svg", params={"by": "yta", "w": "320"})
    assert first.status_code == 200
    assert first.headers["content-type"] == "image/svg+xml"
    mark = first.headers["etag"]
    again = await client.get(
        "/v1/charts/requests.svg", params={"by": "yta", "w": "320"}, headers={"If-None-Match": mark}
    )
    assert again.status_code == 304
    await submitted(reports.feed, "12", 1)
    await reports.pull()
    newer = await client.get(
        "/v1/charts/requests.svg", params={"by": "yta", "w": "320"}, headers={"If-None-Match": mark}
    )
    assert newer.status_code == 200


@pytest.mark.parametrize("asked", [{"w": "10"}, {"w": "99999"}, {"scheme": "pink"}, {"lang": "de"}])
async def test_a_picture_that_cannot_be_drawn_is_refused(reports: Reports, asked: dict[str, str]) -> None:
    answer = await reports.as_(a_person("national")).get("/v1/charts/requests.svg", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_a_picture_hides_places_from_those_who_may_not_see_them(reports: Reports) -> None:
    answer = await reports.as_(a_person("professional")).get("/v1/charts/requests.svg", params={"by": "area"})
    assert answer.status_code == 403
