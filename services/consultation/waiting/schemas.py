from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field


class WaitingItem(BaseModel):
    kind: str = Field(examples=["case.triage"])
    subject: UUID = Field(description="The case's id, the invitation's or the meeting's")
    href_kind: str = Field(examples=["case"], description="What `subject` is: case, invitation, answer, meeting")
    code: str | None = Field(description="The case's code")
    title: str = Field(description="The case's subject, empty for somebody who may not see it yet")
    data: dict[str, Any] = {}
    since: datetime
    due: datetime | None
    state: str = Field(description="Of the clock: ok, soon, late, paused", examples=["soon"])
    turn: bool = Field(default=True, description="False for what is good to know and needs nothing of the caller now")


class Waiting(BaseModel):
    items: list[WaitingItem]
