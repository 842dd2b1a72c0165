from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class WaitingItem(BaseModel):
    """Something the caller is awaited for."""

    kind: str = Field(examples=["intake.set_aside"])
    subject: str
    title_code: str
    data: dict[str, Any]
    since: datetime | None
    due: datetime | None
    turn: bool


class WaitingList(BaseModel):
    items: list[WaitingItem]


class WaitingCount(BaseModel):
    waiting: int
