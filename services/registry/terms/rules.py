"""When a term is in force, and how long before its end somebody is told."""

from datetime import date, timedelta

AHEAD = timedelta(days=183)
"""Half a year: our choice. An agreement takes about that long to make anew."""


def state_of(valid_from: date, valid_to: date | None, today: date) -> str:
    if valid_to is not None and valid_to < today:
        return "ended"
    return "coming" if valid_from > today else "in_force"


def is_backwards(valid_from: date, valid_to: date | None) -> bool:
    return valid_to is not None and valid_to < valid_from


def meet(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether two spans of days have a day in common."""
    starts, ends = max(one[0], other[0]), [end for end in (one[1], other[1]) if end is not None]
    return not ends or starts <= min(ends)
