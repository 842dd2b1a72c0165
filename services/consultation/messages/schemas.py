from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.consultation.cases.privacy import FreeText
from services.shared.paging import Page


class NewMessage(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, FreeText(4000)]


class MessageView(BaseModel):
    id: UUID
    at: datetime
    person: UUID
    name: str
    relation: str = Field(description="What the writer was to the case when writing", examples=["asker"])
    text: str


class MessagePage(Page[MessageView]):
    """Oldest first."""
