"""Rules of meetings that need neither the database nor the web."""

from datetime import datetime, timedelta
from enum import StrEnum

LONGEST = timedelta(hours=12)
EARLIEST, LATEST = 2020, 2100
"""Years: what lies outside is a slip of the finger, and not every calendar can show it."""

# All that a calendar outside may show: no theme, no area, no number of a case.
TITLES = {"fi": "OT-konsultaatio", "sv": "OT-konsultation", "en": "OT consultation"}


class Purpose(StrEnum):
    """What minutes of work went to."""

    MEETING = "meeting"
    PREPARATION = "preparation"
    READING = "reading"
    WRITING = "writing"
    TRAVEL = "travel"
    OTHER = "other"


def wrong_times(starts_at: datetime, ends_at: datetime) -> str | None:
    """A code where the times can't be a meeting's."""
    if not all(EARLIEST <= moment.year <= LATEST for moment in (starts_at, ends_at)):
        return "out_of_range"
    if ends_at <= starts_at:
        return "ends_before_start"
    return "too_long" if ends_at - starts_at > LONGEST else None


def length_in_minutes(starts_at: datetime, ends_at: datetime) -> int:
    return int((ends_at - starts_at).total_seconds() // 60)


def title_in(language: str) -> str:
    return TITLES.get(language, TITLES["fi"])
