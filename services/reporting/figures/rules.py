"""Cases into tables: the counts of one population and year, and how they sum up. Pure.

A cell is (place, time), (place, "m03") or (place, time, dimension, value). Places: the country, a collaborative
area, an area. Times: "year", "h1", "h2". Every table of a year repeats the places' half-years, its parent.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.reporting.disclosure.rules import Cell, Sum, Table
from services.reporting.indicators.rules import SEVERAL, Indicator
from services.shared.clock import HELSINKI

COUNTRY = "country"
UNKNOWN = "unknown"
TIMES = ("year", "h1", "h2")
PART = "outcome"
ROWS = "rows"
MONTHS_OF = {"h1": range(1, 7), "h2": range(7, 13)}
_COSTS = {"country": 40.0, "yta": 6.0, "area": 1.0}


@dataclass(frozen=True)
class CaseRow:
    """One case of a population, as its chosen event tells it."""

    at: datetime
    yta: str
    area: str
    codes: Mapping[str, tuple[str, ...]]
    type: str
    outcome: str | None = None
    measures: Mapping[str, float] = field(default_factory=dict)

    @property
    def month(self) -> int:
        return self.at.astimezone(HELSINKI).month

    @property
    def times(self) -> tuple[str, str]:
        return ("year", "h1" if self.month <= 6 else "h2")


@dataclass(frozen=True)
class Places:
    """The collaborative areas and the areas in each: those that exist, and those that facts name besides."""

    areas_of: Mapping[str, tuple[str, ...]]
    undivided: tuple[str, ...] = ()
    """Areas that were split: what was counted for them is nobody else's."""

    @property
    def ytas(self) -> tuple[str, ...]:
        return tuple(self.areas_of)

    @property
    def owners(self) -> Mapping[str, str]:
        return {place: yta for yta, areas in self.areas_of.items() for place in (yta, *areas)}

    def above(self, row: CaseRow) -> tuple[str, str, str]:
        return (COUNTRY, row.yta, row.area)

    def upper(self) -> tuple[str, ...]:
        return (COUNTRY, *self.ytas)

    def all(self) -> tuple[str, ...]:
        return (*self.upper(), *(area for areas in self.areas_of.values() for area in areas))


def places_of(known: Iterable[tuple[str, str]], rows: Sequence[CaseRow], split: Sequence[str] = ()) -> Places:
    """known: (area, its collaborative area). An area that only facts name is put where they say."""
    owner = dict(known)
    for row in rows:
        owner.setdefault(row.area, row.yta)
    areas_of: dict[str, list[str]] = {}
    for area, yta in owner.items():
        areas_of.setdefault(yta, []).append(area)
    for row in rows:
        areas_of.setdefault(row.yta, [])
    undivided = tuple(area for area in split if area in owner)
    return Places({yta: tuple(areas_of[yta]) for yta in sorted(areas_of)}, undivided)


def settled_rows(rows: Iterable[CaseRow], known: Mapping[str, str]) -> list[CaseRow]:
    """Rows with the collaborative area their area belongs to, so that areas always sum up to it."""
    return [replace(row, yta=known.get(row.area, row.yta)) for row in rows]


def base_table(rows: Sequence[CaseRow], places: Places) -> Table:
    """Cases by place and half-year."""
    counts = Counter((place, time) for row in rows for place in places.above(row) for time in row.times)
    cells: dict[Cell, int] = {(place, time): counts[(place, time)] for place in places.all() for time in TIMES}
    return _table(cells, (*_time_sums(places.all(), ()), *_place_sums(places, ((),), areas=True)), places)


def divided_table(rows: Sequence[CaseRow], dimension: str) -> Table:
    """The country's half-years divided by a dimension's codes.

    Centres are divided so only for themselves: their cells would be so small that hiding them hides the country.
    """
    counts: Counter[Cell] = Counter(
        (COUNTRY, time, dimension, value) for row in rows for time in row.times for value in values_of(row, dimension)
    )
    values = sorted({cell[3] for cell in counts})
    ends = tuple((dimension, value) for value in values)
    sums = [*_divisions((COUNTRY,), ends, overlapping=dimension in SEVERAL), *_time_sums((COUNTRY,), ends)]
    return _table({**_totals(rows, (COUNTRY,)), **_crossed((COUNTRY,), ends, counts)}, sums, Places({}))


def month_table(rows: Sequence[CaseRow]) -> Table:
    counts: Counter[Cell] = Counter((COUNTRY, f"m{row.month:02}") for row in rows)
    months: dict[Cell, int] = {(COUNTRY, f"m{month:02}"): counts[(COUNTRY, f"m{month:02}")] for month in range(1, 13)}
    sums = [
        Sum((COUNTRY, half), tuple((COUNTRY, f"m{month:02}") for month in range_)) for half, range_ in MONTHS_OF.items()
    ]
    return _table({**_totals(rows, (COUNTRY,)), **months}, sums, Places({}))


def parts_table(rows: Sequence[CaseRow], places: Places, indicator: Indicator) -> Table:
    """The country's and the centres' half-years divided by what became of the cases."""
    counts: Counter[Cell] = Counter(
        (place, time, PART, part_of(row, indicator))
        for row in rows
        for place in places.above(row)[:2]
        for time in row.times
    )
    ends = tuple((PART, part) for part in parts_of(indicator))
    sums = (
        *_divisions(places.upper(), ends, overlapping=False),
        *_time_sums(places.upper(), ends),
        *_place_sums(places, ends, areas=False),
    )
    return _table({**_totals(rows, places.upper()), **_crossed(places.upper(), ends, counts)}, sums, places)


def rows_table(rows: Sequence[CaseRow], places: Places, indicator: Indicator) -> Table:
    """Rows of the cases (recommendations), by place and half-year: a table of its own, not a division of the cases."""
    counts: Counter[Cell] = Counter()
    for row in rows:
        for end, number in rows_of_case(row, indicator):
            for place in places.above(row)[:2]:
                for time in row.times:
                    counts[(place, time, *end)] += number
    ends = tuple((ROWS, part) for part in indicator.parts)
    sums = (
        *(
            Sum((place, time, ROWS), tuple((place, time, *end) for end in ends))
            for place in places.upper()
            for time in TIMES
        ),
        *_time_sums(places.upper(), ((ROWS,), *ends)),
        *_place_sums(places, ((ROWS,), *ends), areas=False),
    )
    return _table(_crossed(places.upper(), ((ROWS,), *ends), counts), sums, places)


def rows_of_case(row: CaseRow, indicator: Indicator) -> list[tuple[Cell, int]]:
    """How many rows of a case fall into each part, after how many it has in all."""
    numbers = {
        part: int(sum(row.measures.get(measure, 0) for measure in measures))
        for part, measures in indicator.parts.items()
    }
    return [((ROWS,), sum(numbers.values())), *(((ROWS, part), number) for part, number in numbers.items())]


def parts_of(indicator: Indicator) -> tuple[str, ...]:
    return (*indicator.parts, UNKNOWN) if indicator.parts else ("within", "beyond", UNKNOWN)


def part_of(row: CaseRow, indicator: Indicator) -> str:
    """The one part a case falls into."""
    if not indicator.parts:
        number = row.measures.get(indicator.number or "", indicator.missing)
        if number is None:
            return UNKNOWN
        return "within" if number <= (indicator.at_most or 0) else "beyond"
    code = row.type if indicator.part_by == "type" else row.outcome
    return next((part for part, codes in indicator.parts.items() if code in codes), UNKNOWN)


def values_of(row: CaseRow, dimension: str) -> tuple[str, ...]:
    return row.codes.get(dimension) or (UNKNOWN,)


def _totals(rows: Sequence[CaseRow], places: Sequence[str]) -> dict[Cell, int]:
    """The cells of the base table that a division divides."""
    counts: Counter[Cell] = Counter()
    for row in rows:
        for place in (COUNTRY, row.yta):
            counts.update((place, time) for time in row.times)
    return {(place, time): counts[(place, time)] for place in places for time in TIMES}


def _crossed(places: Sequence[str], ends: Sequence[Cell], counts: Counter[Cell]) -> dict[Cell, int]:
    keys: list[Cell] = [(place, time, *end) for place in places for time in TIMES for end in ends]
    return {key: counts[key] for key in keys}


def _divisions(places: Sequence[str], ends: Sequence[Cell], *, overlapping: bool) -> list[Sum]:
    return [
        Sum((place, time), tuple((place, time, *end) for end in ends), overlapping)
        for place in places
        for time in TIMES
        if ends
    ]


def _time_sums(places: Sequence[str], ends: Sequence[Cell]) -> list[Sum]:
    return [
        Sum((place, "year", *end), ((place, "h1", *end), (place, "h2", *end)))
        for place in places
        for end in (ends or ((),))
    ]


def _place_sums(places: Places, ends: Sequence[Cell], *, areas: bool) -> list[Sum]:
    sums = []
    for end in ends:
        for time in TIMES:
            if places.ytas:
                sums.append(Sum((COUNTRY, time, *end), tuple((yta, time, *end) for yta in places.ytas)))
            for yta, parts in places.areas_of.items():
                if areas and parts:
                    sums.append(Sum((yta, time, *end), tuple((area, time, *end) for area in parts)))
    return sums


def _table(counts: Mapping[Cell, int], sums: Sequence[Sum], places: Places) -> Table:
    owners = places.owners
    return Table(
        counts=counts,
        sums=tuple(sums),
        owners={cell: owners[cell[0]] for cell in counts if cell[0] in owners},
        blocks={cell: (owners.get(cell[0], COUNTRY), cell[1], len(cell)) for cell in counts},
        costs={cell: _cost(cell, places) for cell in counts},
    )


def _cost(cell: Cell, places: Places) -> float:
    level = "country" if cell[0] == COUNTRY else "yta" if cell[0] in places.areas_of else "area"
    return _COSTS[level] * (2.0 if cell[1] == "year" else 1.0) * (3.0 if len(cell) == 2 else 1.0)
