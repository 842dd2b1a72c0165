"""The story's own time: whole working days from its last one, so that it never grows old."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from pydantic import StringConstraints

from services.consultation.clocks import is_working_day
from services.shared.clock import HELSINKI

Moment = Annotated[str, StringConstraints(pattern=r"^(0|[+-][1-9]\d{0,2}) ([01]?\d|2[0-3])\.[0-5]\d$")]
"""`-12 9.40`: twelve working days before the last one, at 9.40 in Finland."""

Days = Annotated[str, StringConstraints(pattern=r"^(0|[+-][1-9]\d{0,2})$")]
"""`+5`: five working days after the day of the step that says it."""

NOW = time(10)
"""Where the story stops and the demo's own time begins."""

_MOMENT = re.compile(r"^([+-]?\d+) (\d+)\.(\d+)$")


@dataclass(frozen=True)
class StoryDays:
    """`last`: the working day on which the story ends."""

    last: date

    @classmethod
    def ending(cls, today: date) -> "StoryDays":
        """Ends today, or on the working day before where nobody works today."""
        return cls(next(day for back in range(20) if is_working_day(day := today - timedelta(days=back))))

    @property
    def now(self) -> datetime:
        return datetime.combine(self.last, NOW, HELSINKI)

    def moment(self, told: Moment) -> datetime:
        found = _MOMENT.match(told)
        assert found is not None, told
        days, hours, minutes = (int(part) for part in found.groups())
        return datetime.combine(shifted(self.last, days), time(hours, minutes), HELSINKI)


def shifted(day: date, working_days: int) -> date:
    step = timedelta(days=1 if working_days > 0 else -1)
    for _ in range(abs(working_days)):
        day += step
        while not is_working_day(day):
            day += step
    return day
