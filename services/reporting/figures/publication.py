"""One population's year: its tables, each protected once, and what may be seen of every cell.

All figures of the year are read from here, so that two of them never show different halves of one secret.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from services.reporting.disclosure.protection import Protected, protect
from services.reporting.disclosure.rules import Cell, Mark
from services.reporting.figures.rules import (
    PART,
    ROWS,
    CaseRow,
    Places,
    base_table,
    divided_table,
    month_table,
    part_of,
    parts_table,
    rows_of_case,
    rows_table,
    values_of,
)
from services.reporting.indicators.rules import Indicator


@dataclass(frozen=True)
class Seen:
    """What a reader gets of a cell: the count where it is shown."""

    mark: Mark
    count: int | None


class View(Protocol):
    """Counts as one kind of reader may see them."""

    places: Places
    rows: Sequence[CaseRow]

    def at(self, cell: Cell, *, dimension: str = "", indicator: Indicator | None = None) -> Seen: ...


class Publication:
    """Counts as they are published: small ones hidden, with whatever would give them back."""

    def __init__(self, rows: Sequence[CaseRow], places: Places, *, threshold: int) -> None:
        self.rows, self.places, self._threshold = rows, places, threshold
        self._made: dict[str, Protected] = {}
        self._lock = Lock()

    def at(self, cell: Cell, *, dimension: str = "", indicator: Indicator | None = None) -> Seen:
        protected = self._table(dimension, indicator)
        mark = protected.marks.get(cell, Mark.SHOWN)
        return Seen(mark, protected.table.counts.get(cell, 0) if mark is Mark.SHOWN else None)

    def _table(self, dimension: str, indicator: Indicator | None) -> Protected:
        with self._lock:
            base = self._make("", lambda: self._protect_base())
            if dimension in (PART, ROWS) and indicator is not None:
                return self._make(f"{dimension} {indicator.slug}", lambda: self._protect_parts(base, indicator))
            if dimension:
                return self._make(dimension, lambda: self._protect_division(base, dimension))
            return base

    def _make(self, name: str, how: "_Maker") -> Protected:
        if name not in self._made:
            self._made[name] = how()
        return self._made[name]

    def _protect_base(self) -> Protected:
        return protect(base_table(self.rows, self.places), threshold=self._threshold)

    def _protect_division(self, base: Protected, dimension: str) -> Protected:
        table = month_table(self.rows) if dimension == "month" else divided_table(self.rows, dimension)
        return protect(table, threshold=self._threshold, parent=base)

    def _protect_parts(self, base: Protected, indicator: Indicator) -> Protected:
        if not indicator.rows:
            table = parts_table(self.rows, self.places, indicator)
            return protect(table, threshold=self._threshold, parent=base)
        rows = rows_table(self.rows, self.places, indicator)
        # five rows may all be of one case: where the cases are hidden, so are their rows
        withheld = [cell for cell in rows.counts if base.marks[cell[:2]] is not Mark.SHOWN]
        return protect(rows, threshold=self._threshold, withheld=withheld)


class _Maker(Protocol):
    def __call__(self) -> Protected: ...


class OwnCounts:
    """Counts as they are, for the centre that holds the cases."""

    def __init__(self, rows: Sequence[CaseRow], places: Places) -> None:
        self.rows, self.places = rows, places
        self._made: dict[str, Mapping[Cell, int]] = {}

    def at(self, cell: Cell, *, dimension: str = "", indicator: Indicator | None = None) -> Seen:
        name = f"{dimension} {indicator.slug if indicator else ''}"
        if name not in self._made:
            self._made[name] = _counts(self.rows, self.places, dimension, indicator)
        return Seen(Mark.SHOWN, self._made[name].get(cell, 0))


def _counts(rows: Sequence[CaseRow], places: Places, dimension: str, indicator: Indicator | None) -> Mapping[Cell, int]:
    counts: Counter[Cell] = Counter()
    for row in rows:
        for place in places.above(row):
            for time in (*row.times, f"m{row.month:02}"):
                for end, number in _ends(row, dimension, indicator):
                    counts[(place, time, *end)] += number
    return counts


def _ends(row: CaseRow, dimension: str, indicator: Indicator | None) -> list[tuple[Cell, int]]:
    if dimension == ROWS and indicator is not None:
        return rows_of_case(row, indicator)
    if dimension == PART and indicator is not None:
        return [((), 1), ((PART, part_of(row, indicator)), 1)]
    if dimension in ("", "month"):
        return [((), 1)]
    return [((), 1), *(((dimension, value), 1) for value in values_of(row, dimension))]
