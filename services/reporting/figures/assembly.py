"""A figure made of cells: the rows a reader asked for, each with its value or the reason it is hidden. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.reporting.disclosure.rules import THRESHOLD, Cell, Mark
from services.reporting.figures.periods import Period
from services.reporting.figures.publication import Seen, View
from services.reporting.figures.rules import COUNTRY, PART, ROWS, CaseRow, parts_of, values_of
from services.reporting.figures.statistics import ENOUGH_FOR_P90, mean, median, percentile
from services.reporting.indicators.rules import Indicator, Measure


@dataclass(frozen=True)
class Row:
    """One line of a figure. `hidden`: None where shown, `small` for 1–4, `protecting` where it protects another.

    `value` is None also where there is nothing to make it of. numerator and denominator are the counts behind it.
    """

    key: str
    value: float | None
    second: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    hidden: str | None = None


@dataclass(frozen=True)
class Asked:
    indicator: Indicator
    period: Period
    place: str
    by: str
    yta: str | None = None
    threshold: int = THRESHOLD


def total_of(view: View, asked: Asked) -> Row:
    return _row(view, asked, "total", (asked.place, asked.period.time), dimension="")


def rows_of(view: View, asked: Asked) -> list[Row]:
    if asked.by == PART:
        return _parts(view, asked)
    dimension = "" if asked.by in ("yta", "area", "half") else asked.by
    rows = [_row(view, asked, key, cell, dimension=dimension) for key, cell in _cells(view, asked)]
    return rows if asked.by in ("half", "month") else sorted(rows, key=_largest_first)


def _largest_first(row: Row) -> tuple[int, float]:
    """What is hidden stands between what is shown and the zeros, in an order that tells nothing of it."""
    if row.hidden:
        return (1, 0)
    return (0, -row.value) if row.value else (2, 0)


def _cells(view: View, asked: Asked) -> list[tuple[str, Cell]]:
    place, time = asked.place, asked.period.time
    match asked.by:
        case "yta":
            return [(yta, (yta, time)) for yta in view.places.ytas]
        case "area":
            ytas = [asked.yta] if asked.yta else view.places.ytas
            return [(area, (area, time)) for yta in ytas for area in view.places.areas_of.get(yta, ())]
        case "half":
            halves = [asked.period.half] if asked.period.half else [1, 2]
            return [(f"{asked.period.year}-{half}", (place, f"h{half}")) for half in halves]
        case "month":
            return [(f"{asked.period.year}-{month:02}", (place, f"m{month:02}")) for month in asked.period.months]
        case dimension:
            found = {value for row in view.rows for value in values_of(row, dimension)}
            return [(value, (place, time, dimension, value)) for value in sorted(found)]


def _row(view: View, asked: Asked, key: str, cell: Cell, *, dimension: str) -> Row:
    seen = view.at(cell, dimension=dimension)
    indicator = asked.indicator
    match indicator.measure:
        case Measure.COUNT:
            return Row(key, seen.count, numerator=seen.count, hidden=hidden(seen))
        case Measure.SHARE:
            part = view.at((*cell, PART, indicator.shown_part or ""), dimension=PART, indicator=indicator)
            return _share(key, part, seen)
        case Measure.DISTRIBUTION:
            whole = view.at((*cell, ROWS), dimension=ROWS, indicator=indicator) if indicator.rows else seen
            return Row(key, whole.count, denominator=whole.count, hidden=hidden(whole))
        case _:
            return _from_values(view, asked, key, cell, seen)


def _parts(view: View, asked: Asked) -> list[Row]:
    cell = (asked.place, asked.period.time)
    indicator = asked.indicator
    if indicator.rows:
        whole = view.at((*cell, ROWS), dimension=ROWS, indicator=indicator)
        parts = {part: (*cell, ROWS, part) for part in indicator.parts}
    else:
        whole = view.at(cell)
        parts = {part: (*cell, PART, part) for part in parts_of(indicator)}
    kind = ROWS if indicator.rows else PART
    rows = [_share(part, view.at(at, dimension=kind, indicator=indicator), whole) for part, at in parts.items()]
    return [row for row in rows if row.key in indicator.parts or row.numerator != 0]


def _share(key: str, part: Seen, whole: Seen) -> Row:
    if part.count is None or whole.count is None:
        return Row(key, None, numerator=part.count, denominator=whole.count, hidden=hidden(part) or hidden(whole))
    value = 100 * part.count / whole.count if whole.count else None
    return Row(key, value, numerator=part.count, denominator=whole.count)


def _from_values(view: View, asked: Asked, key: str, cell: Cell, seen: Seen) -> Row:
    if seen.count is None:
        return Row(key, None, hidden=hidden(seen))
    values = _values(view.rows, asked.indicator, cell)
    if not values:
        return Row(key, None, denominator=seen.count)
    if len(values) < seen.count and len(values) < asked.threshold:
        return Row(key, None, denominator=seen.count, hidden="small")
    if asked.indicator.measure is Measure.MEAN:
        return Row(key, mean(values), denominator=seen.count)
    second = percentile(values, 0.9) if len(values) >= ENOUGH_FOR_P90 else None
    return Row(key, median(values), second=second, denominator=seen.count)


def _values(rows: Sequence[CaseRow], indicator: Indicator, cell: Cell) -> list[float]:
    name = indicator.number or ""
    return [row.measures[name] * indicator.scale for row in rows if name in row.measures and _stands_in(row, cell)]


def _stands_in(row: CaseRow, cell: Cell) -> bool:
    place, time, *end = cell
    if place not in (COUNTRY, row.yta, row.area) or time not in (*row.times, f"m{row.month:02}"):
        return False
    return not end or end[1] in values_of(row, end[0])


def hidden(seen: Seen) -> str | None:
    return {Mark.SHOWN: None, Mark.SMALL: "small"}.get(seen.mark, "protecting")


@dataclass(frozen=True)
class Finding:
    """What the figure says, as a code the reader's language has words for, with the row it is about."""

    code: str
    key: str | None = None
    value: float | None = None


def finding_of(rows: Sequence[Row], total: Row, asked: Asked) -> Finding:
    """By rule from what is shown, never a guess: hidden rows are not compared."""
    if total.hidden is None and not (total.value or total.denominator):
        return Finding("nothing_yet")
    shown = [row for row in rows if row.hidden is None and row.value is not None]
    if not shown:
        return Finding("too_few") if total.value is None else Finding("total_only", value=total.value)
    first = max(shown, key=lambda row: row.value or 0)
    alone = [row for row in shown if row.value == first.value]
    if asked.by in ("half", "month") or len(alone) > 1 or len(shown) < 2:
        return Finding("total_only", value=total.value) if total.value is not None else Finding("too_few")
    hiding = {row.hidden for row in rows} - {None}
    if "protecting" in hiding or (hiding and asked.indicator.measure is not Measure.COUNT):
        return Finding("total_only", value=total.value) if total.value is not None else Finding("too_few")
    return Finding("largest", key=first.key, value=first.value)
