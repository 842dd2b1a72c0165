"""Figures when counties merge or split: every year by the tree of its last day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.reporting.figures.area_tree import Succession, last_day_of, tree_on
from services.reporting.figures.rules import COUNTRY, CaseRow, base_table, places_of, settled_rows
from services.shared.clock import MovedClock
from tests.builders.people import a_person
from tests.support.reports import Reports
from tests.support.told_cases import codes, submitted

NATIONAL = a_person("national")
SANNA = a_person("coordinator", yta="ita")
KNOWN = {code: "north" if code in "abc" else "south" for code in "abcdefghijkl"}


@st.composite
def reforms(draw: st.DrawFn) -> list[Succession]:
    """Merges and splits as they may follow one another: a code ends once and never comes back."""
    living, fresh = [list("abc"), list("def")], iter("ghijkl")
    found: list[Succession] = []
    for year in draw(st.lists(st.integers(2024, 2032), max_size=3, unique=True).map(sorted)):
        counties = living[draw(st.integers(0, 1))]
        day = date(year, draw(st.integers(1, 12)), 1)
        if draw(st.booleans()) and len(counties) > 1:
            olds, into = [counties.pop(), counties.pop()], [next(fresh)]
        else:
            olds, into = [counties.pop()], [next(fresh), next(fresh)]
        counties += into
        found += [Succession(old, to, day) for old in olds for to in into]
    return found


def yta_of(code: str, followed: list[Succession]) -> str:
    """A new area is where those were that it followed."""
    before = next((one.from_code for one in followed if one.to_code == code), None)
    return KNOWN[code] if before is None else yta_of(before, followed)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # of a busy machine it says nothing
@given(reforms(), st.data(), st.integers(2023, 2033))
def test_the_areas_of_any_days_tree_sum_up_to_the_country(
    followed: list[Succession], data: st.DataObject, year: int
) -> None:
    tree = tree_on(followed, last_day_of(year, date(2033, 6, 1)))
    known = [(code, yta_of(code, followed)) for code in "abcdef"] + [
        (code, yta_of(code, followed)) for code in sorted({one.to_code for one in followed})
    ]
    named = data.draw(st.lists(st.sampled_from([code for code, _ in known]), max_size=30))
    at = datetime(year, 3, 1, tzinfo=UTC)
    rows = tree.rows([CaseRow(at, dict(known)[code], code, {}, "case.submitted") for code in named])
    now = tree.areas(known)
    settled = settled_rows(rows, dict(now))
    places = places_of(now, settled, tree.split)
    table = base_table(settled, places)
    assert table.counts[COUNTRY, "year"] == len(named)
    for one in table.sums:
        assert table.counts[one.total] == sum(table.counts[part] for part in one.parts)
    counted = sum(table.counts[area, "year"] for areas in places.areas_of.values() for area in areas)
    assert counted == len(named)
    assert not {area for areas in places.areas_of.values() for area in areas} & tree.counted_as.keys()


async def asked(reports: Reports, area: str, number: int) -> None:
    """Requests to an area that came of a change."""
    for _ in range(number):
        await reports.feed.tell("case.submitted", uuid4(), **{**codes("12"), "area": area})


async def areas_of(reports: Reports, period: str) -> dict[str, Any]:
    answer = await reports.as_(SANNA).get("/v1/figures/requests", params={"yta": "ita", "by": "area", "period": period})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    shown = {row["key"]: row["value"] for row in found["rows"] if row["key"] not in ("14", "15")}
    return {**shown, "undivided": len(found["undivided"])}


async def test_requests_of_the_day_before_and_the_day_after_a_merger(reports: Reports, run_clock: MovedClock) -> None:
    told = {"areas": ["12", "13"], "into": ["30"], "yta": "ita"}
    run_clock.set(datetime(2030, 6, 30, 12, tzinfo=UTC))
    await submitted(reports.feed, "12", 3)
    await submitted(reports.feed, "13", 2)
    await reports.pull()
    assert await areas_of(reports, "2030") == {"12": 3, "13": 2, "undivided": 0}
    run_clock.set(datetime(2030, 7, 1, 12, tzinfo=UTC))
    await reports.feed.tell("area.merged", uuid4(), **told, effective_on="2030-07-01")
    await asked(reports, "30", 4)
    await reports.pull()
    year = await areas_of(reports, "2030")
    assert year == {"30": 9, "undivided": 0}, "the year is told by the tree it ended with"
    halves = [(await areas_of(reports, half))["30"] for half in ("2030-1", "2030-2")]
    assert halves == [5, 4]


async def test_a_year_that_had_ended_keeps_its_counties(reports: Reports, run_clock: MovedClock) -> None:
    run_clock.set(datetime(2030, 12, 31, 12, tzinfo=UTC))
    await submitted(reports.feed, "12", 3)
    run_clock.set(datetime(2031, 1, 1, 12, tzinfo=UTC))
    merger = {"areas": ["12", "13"], "into": ["30"], "yta": "ita", "effective_on": "2031-01-01"}
    await reports.feed.tell("area.merged", uuid4(), **merger)
    await asked(reports, "30", 5)
    await submitted(reports.feed, "12", 1)  # a case asked before, counted by what happens after
    await reports.pull()
    assert await areas_of(reports, "2030") == {"12": 3, "13": 0, "undivided": 0}
    assert await areas_of(reports, "2031") == {"30": 6, "undivided": 0}


async def test_what_was_counted_before_a_split_is_not_divided_and_says_so(
    reports: Reports, run_clock: MovedClock
) -> None:
    run_clock.set(datetime(2030, 3, 1, 12, tzinfo=UTC))
    await submitted(reports.feed, "12", 3)
    run_clock.set(datetime(2030, 7, 1, 12, tzinfo=UTC))
    split = {"areas": ["12"], "into": ["31", "32"], "yta": "ita", "effective_on": "2030-07-01"}
    await reports.feed.tell("area.split", uuid4(), **split)
    await asked(reports, "31", 2)
    await reports.pull()
    assert await areas_of(reports, "2030") == {"12": 3, "13": 0, "31": 2, "undivided": 1}
    public = (await reports.as_(NATIONAL).get("/v1/figures/requests", params={"period": "2030"})).json()
    assert public["total"]["value"] == 5
