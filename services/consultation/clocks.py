"""How long things may take: working hours and days with Finnish holidays, in Helsinki time, with pauses.

Knows neither the database nor the web. All moments are aware; what comes out is in UTC.
A working day is 8–16 on weekdays that are not holidays; `working_days` are eight such hours each, so that a pause
in the middle of a day takes away just what it took.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

import holidays

from services.shared.clock import HELSINKI

OPENS, CLOSES = time(8), time(16)
WORKING_DAY = timedelta(hours=8)
WARN_WHEN_LEFT = 0.25
# Late for this long, in working hours, and every coordinator of the area is told: our choice.
ALL_TOLD_AFTER = timedelta(hours=8)


class Unit(StrEnum):
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    HOURS = "hours"
    DAYS = "days"
    """Calendar days: the same time of day in Helsinki, also over a change of clocks."""

    @property
    def working(self) -> bool:
        return self in (Unit.WORKING_HOURS, Unit.WORKING_DAYS)


class ClockState(StrEnum):
    OK = "ok"
    SOON = "soon"
    LATE = "late"
    PAUSED = "paused"
    DONE = "done"


@dataclass(frozen=True)
class ClockRule:
    """One clock: the acts that start and stop it. Every end of a case stops it too.

    `first_act`: any act of a coordinator stops it.
    """

    name: str
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    amount: int
    unit: Unit
    pauses: bool
    first_act: bool = False


CLOCKS = (
    ClockRule("receipt", ("submit", "transfer"), (), 8, Unit.WORKING_HOURS, pauses=False, first_act=True),
    ClockRule("first", ("submit", "reopen"), ("hold_meeting", "publish", "answer_directly", "advise_elsewhere"),
              7 * 24, Unit.HOURS, pauses=True),
    ClockRule("answer", ("accept", "reopen"), ("publish", "answer_directly", "transfer"),
              15, Unit.WORKING_DAYS, pauses=True),
    ClockRule("reply", ("publish", "answer_directly"), ("reply", "reopen", "close"), 14, Unit.DAYS, pauses=False),
    ClockRule("follow_up", ("reply",), ("follow_up", "reopen", "close"), 14, Unit.DAYS, pauses=False),
)  # fmt: skip

DEFAULT_FOLLOW_UP_MONTHS = 3


@lru_cache(maxsize=64)
def _days_off(year: int) -> frozenset[date]:
    # The library counts Christmas Eve and Midsummer Eve among the public holidays: offices are closed then.
    return frozenset(holidays.country_holidays("FI", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _days_off(day.year)


def add(start: datetime, length: timedelta, unit: Unit) -> datetime:
    """The moment when `length` has passed, counted in working time or in elapsed time."""
    if not unit.working:
        return start.astimezone(UTC) + length
    return _add_working(start, length)


def span(start: datetime, end: datetime, unit: Unit) -> timedelta:
    """The time between, in working time or elapsed; negative when `end` is before `start`."""
    if not unit.working:
        return end.astimezone(UTC) - start.astimezone(UTC)
    return _working_between(start, end) if end >= start else -_working_between(end, start)


def length_of(amount: int, unit: Unit) -> timedelta:
    match unit:
        case Unit.WORKING_DAYS:
            return amount * WORKING_DAY
        case Unit.DAYS:
            return timedelta(days=amount)
        case _:
            return timedelta(hours=amount)


def due_at(start: datetime, amount: int, unit: Unit) -> datetime:
    if unit is Unit.DAYS:
        return add_days(start, amount)
    return add(start, length_of(amount, unit), unit)


def add_days(start: datetime, days: int) -> datetime:
    """Calendar days in Helsinki: the wall clock shows the same time."""
    local = start.astimezone(HELSINKI)
    return _at(local.date() + timedelta(days=days), local.time())


def add_months(start: datetime, months: int) -> datetime:
    """Calendar months in Helsinki; the 31st becomes the last day of a shorter month."""
    local = start.astimezone(HELSINKI)
    years, month = divmod(local.month - 1 + months, 12)
    first = date(local.year + years, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return _at(first.replace(day=min(local.day, last.day)), local.time())


def warn_at(now: datetime, due: datetime, total: timedelta, unit: Unit) -> datetime:
    """When a quarter of `total` is left; `now` where that moment has passed."""
    spare = span(now, due, unit) - total * WARN_WHEN_LEFT
    return add(now, max(spare, timedelta()), unit)


def resumed(due: datetime, paused_at: datetime, now: datetime, unit: Unit) -> datetime:
    """The new due moment after a pause: what was left is left. A clock that was late stays late."""
    left = span(paused_at, due, unit)
    return due if due <= paused_at else add(now, left, unit)


def share_used(now: datetime, due: datetime, total: timedelta, unit: Unit) -> float:
    """How much of the time has gone, 0 to 1."""
    if not total:
        return 1.0
    used = 1 - span(now, due, unit) / total
    return round(min(max(used, 0.0), 1.0), 3)


def state_of(now: datetime, *, due: datetime, warn: datetime, paused: bool, stopped: bool) -> ClockState:
    if stopped:
        return ClockState.DONE
    if paused:
        return ClockState.PAUSED
    if now >= due:
        return ClockState.LATE
    return ClockState.SOON if now >= warn else ClockState.OK


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment.replace(tzinfo=None, fold=0), tzinfo=HELSINKI).astimezone(UTC)


def _add_working(start: datetime, length: timedelta) -> datetime:
    day, left = start.astimezone(HELSINKI).date(), length
    moment = start.astimezone(UTC)
    while True:
        if is_working_day(day):
            begins = max(moment, _at(day, OPENS))
            room = _at(day, CLOSES) - begins
            if room > timedelta() and left <= room:
                return begins + left
            left -= max(room, timedelta())
        day += timedelta(days=1)


def _working_between(start: datetime, end: datetime) -> timedelta:
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    day, last, total = start.astimezone(HELSINKI).date(), end.astimezone(HELSINKI).date(), timedelta()
    while day <= last:
        if is_working_day(day):
            within = min(end, _at(day, CLOSES)) - max(start, _at(day, OPENS))
            total += max(within, timedelta())
        day += timedelta(days=1)
    return total
