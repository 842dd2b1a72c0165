"""What every step of the story has: when, by whom, and what is sent."""

import re
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, StringConstraints

from demo.story.days import Days, Moment, shifted

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Person = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
DAYS = re.compile(r"[+-]\d+")
Discipline = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,59}$")]


class Step(BaseModel):
    """`act`: its name in the workflow. `own`: fields for the story alone, which no service is sent."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    at: Moment
    by: Person | None = None
    act: ClassVar[str]
    asking: ClassVar[bool] = False  # done by whoever asks, unless somebody else is named
    own: ClassVar[frozenset[str]] = frozenset()

    def body(self, day: date) -> dict[str, Any]:
        """What is sent on that day."""
        left_out = {"at", "by", "do", *self.own}
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=left_out)


def in_days(day: date, days: Days) -> str:
    return shifted(day, int(days)).isoformat()
