"""The tree of areas that a year's figures are grouped by: the one of its last day. Pure.

So a figure of a year that has ended stays what it was when counties merge later, and the cases of a year sum up to the
country whichever day's tree they are grouped by. What was counted for an area that was split can't be divided: it
stays with the old area, beside its parts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.reporting.figures.rules import CaseRow


@dataclass(frozen=True)
class Succession:
    from_code: str
    to_code: str
    effective_on: date


@dataclass(frozen=True)
class AreaTree:
    """`counted_as`: by a merged area, the one that stands for it. `split`: those that can't be divided."""

    counted_as: dict[str, str]
    split: tuple[str, ...]
    coming: frozenset[str]

    def areas(self, known: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those of the known ones that the year has."""
        return [(area, yta) for area, yta in known if area not in self.counted_as and area not in self.coming]

    def rows(self, rows: Iterable[CaseRow]) -> list[CaseRow]:
        """The cases of a merged area are its successor's."""
        if not self.counted_as:
            return list(rows)
        return [replace(row, area=self.counted_as.get(row.area, row.area)) for row in rows]


def last_day_of(year: int, today: date) -> date:
    return min(date(year, 12, 31), today)


def tree_on(successions: Sequence[Succession], day: date) -> AreaTree:
    heirs: dict[str, list[str]] = {}
    for one in sorted(successions, key=lambda one: (one.from_code, one.to_code)):
        if one.effective_on <= day:
            heirs.setdefault(one.from_code, []).append(one.to_code)
    merged = {code: to[0] for code, to in heirs.items() if len(to) == 1}

    def last(code: str) -> str:
        return last(merged[code]) if code in merged else code

    coming = frozenset(one.to_code for one in successions if one.effective_on > day)
    return AreaTree({code: last(code) for code in merged}, tuple(sorted(heirs.keys() - merged.keys())), coming)
