from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.shared.paging import Page


class ImportKind(StrEnum):
    PEOPLE = "people"
    ORGANISATIONS = "organisations"
    EXPERTS = "experts"


class ExportKind(StrEnum):
    """What is written as it is read: the same columns go out and come in."""

    ORGANISATIONS = "organisations"
    EXPERTS = "experts"


class EntryImportView(BaseModel):
    """A file as it was understood, and how many of its rows have which fate."""

    id: UUID
    kind: ImportKind
    at: datetime
    encoding: str = Field(examples=["utf-8"])
    delimiter: str = Field(examples=[";"])
    columns: list[str] = Field(description="All that such a file may have", examples=[["name", "email", "role"]])
    counts: dict[str, int] = Field(examples=[{"invite": 12, "already_member": 3, "wrong": 1}])
    to_write: int = Field(description="How many rows would be written")
    written_at: datetime | None
    version: int


class ImportProblem(BaseModel):
    column: str = Field(examples=["email"], description="`*`: the whole row")
    code: str = Field(examples=["not_an_address"])
    row: int | None = Field(default=None, description="Another row that it concerns")


class ImportRowView(BaseModel):
    number: int = Field(description="As a spreadsheet numbers it: the headings are row 1")
    fate: str = Field(examples=["invite"])
    values: dict[str, Any]
    problems: list[ImportProblem]
    changes: list[str] = Field(description="The columns in which it differs from the entry", examples=[["phone"]])


class ImportRowPage(Page[ImportRowView]):
    pass
