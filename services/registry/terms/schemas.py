"""What every term of an organisation travels with: its days, and what may be done to it."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.changes import Change


class TermView(BaseModel):
    id: UUID
    organisation: UUID
    valid_from: date
    valid_to: date | None = Field(description="The last day; none = until further notice")
    state: str = Field(description="coming, in_force or ended", examples=["in_force"])
    example: bool = Field(description="Invented for the demo")
    version: int
    allowed: list[str] = Field(default=[], description="What the caller may do")


class NewTerm(BaseModel):
    model_config = ConfigDict(extra="forbid")
    valid_from: date = Field(examples=["2027-01-01"])
    valid_to: date | None = Field(default=None, examples=["2028-12-31"])

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in type(self).model_fields}


class TermChange(Change):
    valid_from: date | None = None
    valid_to: date | None = None
