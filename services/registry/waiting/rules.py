"""What is late, and in which order it is told."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SOON = timedelta(days=7)
_FAR = datetime.max.replace(tzinfo=UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after the day is over there."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def urgency(due: datetime | None, now: datetime) -> str:
    if due is None or due - now > SOON:
        return "ok"
    return "late" if due <= now else "soon"


def order(due: datetime | None, since: datetime) -> tuple[datetime, datetime]:
    return due or _FAR, since
