"""What a table of counts is, and what may be said of each of its cells.

A table is counts with the sums between them. A count from 1 to threshold - 1 could point at a family, so it is
never shown; other cells are hidden with it so that no sum or difference gives it back (`protection.py`).
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Cell = tuple[str, ...]
THRESHOLD = 5


class Mark(StrEnum):
    """What a reader sees of a cell, and therefore knows of it."""

    SHOWN = "shown"  # the count itself, zero included
    SMALL = "small"  # "·· (1–4)": between 1 and threshold - 1
    HIDDEN = "hidden"  # "··": at least the threshold, hidden to protect another cell
    WITHHELD = "withheld"  # "··": part of something too small to be divided; may be zero


@dataclass(frozen=True)
class Sum:
    """`total` is the sum of `parts`; when `overlapping`, a case may stand in several parts and they may sum to more."""

    total: Cell
    parts: tuple[Cell, ...]
    overlapping: bool = False


@dataclass(frozen=True)
class Table:
    """Counts with their sums.

    owners: who knows a cell exactly anyway (the centre that holds the cases), so that no centre can use its own
    counts to work out another's. blocks: cells withheld together when nothing gentler protects them.
    costs: how much a reader loses with the cell; totals cost more than their parts.
    """

    counts: Mapping[Cell, int]
    sums: tuple[Sum, ...]
    owners: Mapping[Cell, str] = field(default_factory=dict)
    blocks: Mapping[Cell, Hashable] = field(default_factory=dict)
    costs: Mapping[Cell, float] = field(default_factory=dict)


def is_small(count: int, threshold: int = THRESHOLD) -> bool:
    return 0 < count < threshold


def first_marks(
    table: Table, threshold: int, known: Mapping[Cell, Mark], withheld: Collection[Cell] = ()
) -> dict[Cell, Mark]:
    """The marks before any complementary hiding: small counts, and everything under a small total withheld."""
    marks = {
        cell: known.get(cell, Mark.SMALL if is_small(count, threshold) else Mark.SHOWN)
        for cell, count in table.counts.items()
    }
    marks.update(dict.fromkeys(withheld, Mark.WITHHELD))
    for cell in under_small_totals(table, marks):
        if cell not in known:
            marks[cell] = Mark.WITHHELD
    return marks


def under_small_totals(table: Table, marks: Mapping[Cell, Mark]) -> set[Cell]:
    """Cells that are, through any chain of sums, part of a small or withheld total.

    A total of 3 with four parts that are seen to be more than nothing would have to be 4: so no part is shown.
    """
    parts_of: dict[Cell, list[Cell]] = {}
    for each in table.sums:
        parts_of.setdefault(each.total, []).extend(each.parts)
    found: set[Cell] = set()
    waiting = [cell for cell, mark in marks.items() if mark in (Mark.SMALL, Mark.WITHHELD)]
    while waiting:
        for part in parts_of.get(waiting.pop(), ()):
            if part not in found:
                found.add(part)
                waiting.append(part)
    return found


def loss(marks: Iterable[Mark]) -> int:
    """How many cells a reader does not get."""
    return sum(mark is not Mark.SHOWN for mark in marks)
