from datetime import datetime

from pydantic import BaseModel, Field


class SourceView(BaseModel):
    """One feed and where we are in it."""

    source: str = Field(examples=["consultation"])
    position: int
    last_event_at: datetime | None
    caught_up_at: datetime | None
    lag_seconds: float | None = Field(description="Seconds since all that the source had told was taken in")
    set_aside: int = Field(description="Events that could not be understood")


class SetAsideView(BaseModel):
    source: str
    sequence: int
    type: str
    problems: list[str] = Field(examples=[["yta:missing"]])
    at: datetime


class PassedOverView(BaseModel):
    """A kind of event that no figure counts."""

    source: str
    type: str
    count: int


class IntakeView(BaseModel):
    sources: list[SourceView]
    set_aside: list[SetAsideView]
    passed_over: list[PassedOverView]


class PullView(BaseModel):
    """What one pull of every source brought."""

    events: int
    set_aside: int
    sources: dict[str, str] = Field(
        description="`done`, or the code of what stood in the way", examples=[{"registry": "done"}]
    )


class ReplayView(BaseModel):
    """The source that is being read again from its beginning."""

    id: str = Field(examples=["consultation"])
