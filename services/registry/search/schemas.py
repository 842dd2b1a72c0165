from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field


class Kind(StrEnum):
    THEMES = "themes"
    DISCIPLINES = "disciplines"
    PROFESSIONS = "professions"
    ORGANISATIONS = "organisations"
    EXPERTS = "experts"


class Label(BaseModel):
    fi: str
    sv: str
    en: str | None


class Hit(BaseModel):
    kind: Kind
    id: UUID | None = Field(description="A concept has none: its slug is its key")
    slug: str
    label: Label
    snippet: str
    score: float = Field(ge=0, le=1)


class Hits(BaseModel):
    items: list[Hit] = Field(description="Best first")
