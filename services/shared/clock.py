"""Business time. Rules never ask the database or the operating system what time it is."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class MovedClock:
    """Stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        self._now = moment.astimezone(UTC)

    def move(self, by: timedelta) -> None:
        self._now += by


class FileClock:
    """Real time plus the offset that a file holds, `{"offset_seconds": n}`, so that several processes move together."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at: int | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._current_offset()

    def move(self, by: timedelta) -> None:
        total = (self._current_offset() + by).total_seconds()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".new")
        partial.write_text(json.dumps({"offset_seconds": total}))
        partial.replace(self._path)

    def _current_offset(self) -> timedelta:
        try:
            changed = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return timedelta()
        if changed != self._read_at:
            self._offset = timedelta(seconds=json.loads(self._path.read_text())["offset_seconds"])
            self._read_at = changed
        return self._offset


def clock_of(clock_file: Path | None) -> Clock:
    return FileClock(clock_file) if clock_file else SystemClock()
