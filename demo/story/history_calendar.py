"""Working time by arithmetic: the same moments as the service's clocks, quick enough for a million cases.

The service walks day by day; here every working day of some years is a row of a table that is searched.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from services.consultation import clocks
from services.consultation.clocks import CLOSES, OPENS, WARN_WHEN_LEFT, Unit
from services.shared.clock import HELSINKI

_DAY = 8 * 3600.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ClockTimes:
    """What a new clock's row holds."""

    opens_at: datetime
    due_at: datetime
    warn_at: datetime
    total_seconds: int


class Calendar:
    """Working days from `first` to `last`; a question about another time is an error."""

    def __init__(self, first: date, last: date) -> None:
        self.days = [day for day in _days(first, last) if clocks.is_working_day(day)]
        self._opens = [_stamp(datetime.combine(day, OPENS, HELSINKI)) for day in self.days]
        assert all(
            _stamp(datetime.combine(day, CLOSES, HELSINKI)) - opens == _DAY
            for day, opens in zip(self.days, self._opens, strict=True)
        )

    def place_of(self, day: date) -> int:
        """The number of the first working day that is not before `day`."""
        return bisect_left(self.days, day)

    def later(self, day: date, working_days: int) -> date:
        return self.days[self.place_of(day) + working_days]

    def add(self, start: datetime, working: float) -> datetime:
        """The moment when so many seconds of working time have passed."""
        if working <= 0:
            return clocks.add(start, timedelta(), Unit.WORKING_HOURS)
        worked = self._worked_until(_stamp(start)) + working
        place = int(-(-worked // _DAY)) - 1
        return _moment(self._opens[place] + worked - place * _DAY)

    def between(self, start: datetime, end: datetime) -> float:
        """Seconds of working time, negative where the end comes first."""
        return self._worked_until(_stamp(end)) - self._worked_until(_stamp(start))

    def due(self, start: datetime, amount: int, unit: Unit) -> datetime:
        match unit:
            case Unit.WORKING_HOURS:
                return self.add(start, amount * 3600.0)
            case Unit.WORKING_DAYS:
                return self.add(start, amount * _DAY)
            case _:
                return clocks.due_at(start, amount, unit)

    def span(self, start: datetime, end: datetime, unit: Unit) -> float:
        return self.between(start, end) if unit.working else (end - start).total_seconds()

    def warn(self, now: datetime, due: datetime, total: float, unit: Unit) -> datetime:
        spare = max(self.span(now, due, unit) - total * WARN_WHEN_LEFT, 0.0)
        return self.add(now, spare) if unit.working else now + timedelta(seconds=spare)

    def clock(self, opens: datetime, amount: int, unit: Unit) -> ClockTimes:
        due = self.due(opens, amount, unit)
        total = self.span(opens, due, unit)
        return ClockTimes(opens, due, self.warn(opens, due, total, unit), int(total))

    def resumed(self, due: datetime, paused_at: datetime, now: datetime, unit: Unit) -> datetime:
        """What was left is left; a clock that was late stays late."""
        if due <= paused_at:
            return due
        left = self.span(paused_at, due, unit)
        return self.add(now, left) if unit.working else now + timedelta(seconds=left)

    def _worked_until(self, stamp: float) -> float:
        place = bisect_right(self._opens, stamp) - 1
        if place < 0:
            raise ValueError("before the calendar begins")
        return place * _DAY + min(stamp - self._opens[place], _DAY)


def at_time(day: date, seconds: int) -> datetime:
    """`seconds` after midnight in Finland, as people read it from the clock on the wall."""
    return _midnight(day) + timedelta(seconds=seconds)


@lru_cache(maxsize=8192)
def _midnight(day: date) -> datetime:
    """Only for times of working days: clocks change at night between Saturday and Sunday."""
    return datetime.combine(day, time(), HELSINKI).astimezone(UTC)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _stamp(moment: datetime) -> float:
    return (moment - _EPOCH).total_seconds()


def _moment(stamp: float) -> datetime:
    return _EPOCH + timedelta(seconds=stamp)
