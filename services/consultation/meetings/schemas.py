from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from services.consultation.cases.privacy import FreeText
from services.consultation.meetings.rules import Purpose, wrong_times

Link = Annotated[str, FreeText(500, empty=True), StringConstraints(pattern=r"^(https://[^\s]+)?$")]


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewMeeting(Sent):
    starts_at: AwareDatetime = Field(examples=["2026-11-26T07:00:00Z"])
    ends_at: AwareDatetime = Field(examples=["2026-11-26T08:00:00Z"])
    place: Annotated[str, FreeText(300, empty=True)] = ""
    remote_link: Link = Field(default="", examples=["https://etayhteys.example/huone-3"])
    agenda: Annotated[str, FreeText(4000, empty=True)] = ""
    participants: list[UUID] = Field(
        default=[], max_length=30, description="People of the case; none named: the asker, the coordinator and the team"
    )

    @model_validator(mode="after")
    def is_a_meeting(self) -> Self:
        if code := wrong_times(self.starts_at, self.ends_at):
            raise PydanticCustomError(code, "the times are not a meeting's")
        if not self.place and not self.remote_link:
            raise PydanticCustomError("place_or_link", "a place or a remote link is needed")
        return self


class HeldMeeting(Sent):
    attended: list[UUID] = Field(max_length=30)
    minutes_text: Annotated[str, FreeText(12000)]
    decisions: Annotated[str, FreeText(4000, empty=True)] = ""


class Participant(BaseModel):
    person: UUID
    name: str
    relation: str = Field(examples=["chair"])
    attended: bool | None = Field(description="null until the meeting was held")


class MeetingView(BaseModel):
    id: UUID
    case: UUID
    case_code: str
    state: str = Field(description="planned, held")
    version: int
    starts_at: datetime
    ends_at: datetime
    place: str
    remote_link: str
    agenda: str
    participants: list[Participant]
    minutes_text: str
    decisions: str
    proposed_by: str
    proposed_at: datetime
    held_at: datetime | None = Field(description="When attendance and minutes were written")
    allowed: list[str] = Field(examples=[["hold_meeting"]])


class Meetings(BaseModel):
    """By time, the earliest first."""

    items: list[MeetingView]


class NewMinutes(Sent):
    minutes: Annotated[int, Field(ge=1, le=1440)]
    purpose: Purpose = Field(alias="for")


class WorkView(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    id: UUID
    person: UUID
    name: str
    profession: str | None
    minutes: int
    purpose: Purpose = Field(serialization_alias="for", validation_alias="for")
    recorded_at: datetime


class Work(BaseModel):
    items: list[WorkView]
    total: int = Field(description="Minutes")
