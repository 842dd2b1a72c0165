from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.consultation.cases.schemas import Counts
from services.shared.paging import Page


class NotificationView(BaseModel):
    """What happened, where and when. Who did it and what was written is in the case itself, for those who see it."""

    id: UUID
    kind: str = Field(examples=["message.sent"])
    case: UUID
    code: str = Field(examples=["OT-I-7K42M"])
    subject: UUID | None = Field(description="The invitation or the meeting, where it is not the case itself")
    data: dict[str, Any] = Field(examples=[{"clock": "answer"}], description="Codes, times and counts")
    times: int = Field(description="How often it happened since it was last seen")
    at: datetime
    seen_at: datetime | None
    can_be_opened: bool = Field(description="False where the case is no longer the caller's to see")


class NotificationPage(Page[NotificationView]):
    """The newest first."""


class NotificationCount(Counts):
    """With the counts of cases: whoever draws a menu and a queue asks once."""

    unseen: int


class Seen(BaseModel):
    model_config = ConfigDict(extra="forbid")
    until: AwareDatetime | None = Field(default=None, description="Only those up to this moment; all where it is left")


class Marked(BaseModel):
    marked: int
