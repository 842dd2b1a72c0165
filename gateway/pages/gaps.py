"""Competence gaps: what was lacking, half-year by half-year, and where. From the published figures alone."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from gateway.clients.reporting.figures import Figures
from gateway.pages.case_names import names_of
from gateway.rendering import page
from gateway.report_words import largest_shown, span
from gateway.tiles import NARROW, WIDE, Drawing, Tile, depth_of, tiles_of
from services.shared.errors import Refusal, ServiceUnavailable

router = APIRouter()
INDICATOR = "competence_gaps"
DIVISIONS = ("theme", "discipline")
HALVES = 5
Given = Annotated[str, Query(max_length=60)]
Row = Mapping[str, Any]


@router.get("/gaps")
async def read_gaps(request: Request, period: Given = "", by: Given = "theme") -> Response:
    figures: Figures = request.state.clients.reporting.figures
    by = by if by in DIVISIONS else DIVISIONS[0]
    known = (await figures.list_periods())["periods"]
    years = [one for one in known if "-" not in one["key"]]
    year = next((one for one in years if one["key"] == period), years[0])
    halves = [one for one in known if "-" in one["key"] and one["key"] <= f"{year['key']}-2"][:HALVES][::-1]
    asked = [figures.read_figure(INDICATOR, period=one["key"], by=by) for one in (year, *halves)]
    areas, (whole, *columns) = await asyncio.gather(_by_area(figures, year["key"]), asyncio.gather(*asked))
    language = request.state.language
    rows = heat_rows(whole, columns)
    return page(
        request,
        "reports/gaps.html",
        year=year,
        years=years,
        by=by,
        divisions=DIVISIONS,
        span=span,
        whole=whole,
        finding=largest_shown(whole, language),
        columns=[_short(half["key"]) for half in halves],
        rows=[row for row in rows if told(row)],
        untold=[row for row in rows if not told(row)],
        own=sorted(one.yta for one in request.state.me.memberships if one.role == "coordinator" and one.yta),
        areas=areas,
        areas_finding=largest_shown(areas, language) if areas else "",
        maps=await _maps(request, areas["rows"]) if areas else [],
    )


async def _by_area(figures: Figures, year: str) -> dict[str, Any] | None:
    """None for those who see the country alone."""
    try:
        return await figures.read_figure(INDICATOR, period=year, by="area")
    except ServiceUnavailable:
        raise
    except Refusal:
        return None


def heat_rows(whole: Row, columns: Sequence[Row]) -> list[dict[str, Any]]:
    """One row a theme or field that was lacking in any of the half-years, in the order of the whole year's figure."""
    cells = [{row["key"]: row for row in figure["rows"]} for figure in columns]
    names = {row["key"]: row["name"] for figure in (whole, *columns) for row in figure["rows"]}
    return [
        {"key": key, "name": name, "cells": [_cell(column.get(key)) for column in cells]} for key, name in names.items()
    ]


def told(row: Row) -> bool:
    """Whether the row shows a number at all: the others would be a wall of hidden ones."""
    return any(cell["value"] for cell in row["cells"])


def _cell(row: Row | None) -> dict[str, Any]:
    value, hidden = (row["value"], row["hidden"]) if row else (0, None)
    return {"value": value or 0, "hidden": hidden, "depth": depth_of(value, hidden)}


def _short(key: str) -> str:
    """`1/26` of `2026-1`"""
    year, _, half = key.partition("-")
    return f"{half}/{year[2:]}"


async def _maps(request: Request, rows: Sequence[Row]) -> list[tuple[Drawing, list[Tile]]]:
    own, language = await _own(request), request.state.language
    return [(drawing, tiles_of(rows, drawing, language, own)) for drawing in (WIDE, NARROW)]


async def _own(request: Request) -> set[str]:
    """The counties the reader works for: framed on the map."""
    memberships = request.state.me.memberships
    members = (await names_of(request)).members
    centres = [members.get(one.yta, []) for one in memberships if one.role == "coordinator" and one.yta]
    return {one.area for one in memberships if one.area}.union(*centres)
