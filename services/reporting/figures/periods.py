"""The periods of which figures are told: calendar years and half-years in Finnish time."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from services.reporting.errors import PeriodNotPublished
from services.shared.clock import HELSINKI

FIRST_YEAR = 2020
_KEY = re.compile(r"(\d{4})(?:-([12]))?")


@dataclass(frozen=True)
class Period:
    year: int
    half: int | None = None

    @property
    def key(self) -> str:
        return f"{self.year}-{self.half}" if self.half else str(self.year)

    @property
    def time(self) -> str:
        """The period as a table's cells name it."""
        return f"h{self.half}" if self.half else "year"

    @property
    def first_day(self) -> date:
        return date(self.year, 7 if self.half == 2 else 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def months(self) -> tuple[int, ...]:
        return {None: tuple(range(1, 13)), 1: tuple(range(1, 7)), 2: tuple(range(7, 13))}[self.half]


def period_of(key: str | None, now: datetime) -> Period:
    """`2026`, `2026-1` or `2026-2`; without a key the year we are in. Raises PeriodNotPublished."""
    today = now.astimezone(HELSINKI).date()
    if key is None:
        return Period(today.year)
    match = _KEY.fullmatch(key)
    if match is None:
        raise PeriodNotPublished("a year or a half-year, as 2026 or 2026-1")
    period = Period(int(match[1]), int(match[2]) if match[2] else None)
    if period.year < FIRST_YEAR or period.first_day > today:
        raise PeriodNotPublished("not a period that has begun")
    return period


def periods_until(now: datetime, first: datetime | None) -> list[Period]:
    """Newest first, from the year of the first fact to now."""
    today = now.astimezone(HELSINKI).date()
    first_year = max(FIRST_YEAR, min(first.astimezone(HELSINKI).year if first else today.year, today.year))
    periods = []
    for year in range(today.year, first_year - 1, -1):
        halves = [half for half in (2, 1) if Period(year, half).first_day <= today]
        periods += [Period(year), *(Period(year, half) for half in halves)]
    return periods
