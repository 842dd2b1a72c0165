from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from services.shared.paging import Page


class EntryKind(StrEnum):
    """What has a history."""

    AREAS = "areas"
    ORGANISATIONS = "organisations"
    AGREEMENTS = "agreements"
    MANDATES = "mandates"
    RESOURCES = "resources"
    EXPERTS = "experts"
    GROUPS = "groups"
    OFFERINGS = "offerings"
    AFFILIATIONS = "affiliations"
    CONCEPTS = "concepts"
    MEMBERSHIPS = "memberships"


class FieldChange(BaseModel):
    field: str = Field(examples=["title"])
    before: Any = Field(examples=["psykologi"], description="Null where the field was empty, or the entry new")
    after: Any = Field(examples=["johtava psykologi"])


class ChangeView(BaseModel):
    at: datetime
    by: str = Field(examples=["Sanna Virtanen"], description="As they were called at the time")
    act: str = Field(examples=["change_expert"])
    version: int = Field(description="Of the entry, after the change")
    reason: str = ""
    fields: list[FieldChange]


class HistoryPage(Page[ChangeView]):
    """Newest first."""
