from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.consultation.cases.privacy import FreeText
from services.shared.paging import Page


class NewTeamNote(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, FreeText(4000)]


class TeamNoteView(BaseModel):
    id: UUID
    at: datetime
    person: UUID
    name: str
    relation: str = Field(description="What the writer was to the case when writing", examples=["chair"])
    text: str


class TeamNotePage(Page[TeamNoteView]):
    """Oldest first."""
