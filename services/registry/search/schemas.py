from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field


class Kind(StrEnum):
    THEMES = "themes"
    THEME_GROUPS = "theme_groups"
    DISCIPLINES = "disciplines"
    PROFESSIONS = "professions"
    AGE_GROUPS = "age_groups"
    LANGUAGES = "languages"
    SECTORS = "sectors"
    ORGANISATION_TYPES = "organisation_types"
    GROUP_TYPES = "group_types"
    OFFERING_KINDS = "offering_kinds"
    AREAS = "areas"
    COLLABORATIVE_AREAS = "collaborative_areas"
    ORGANISATIONS = "organisations"
    GROUPS = "groups"
    OFFERINGS = "offerings"
    EXPERTS = "experts"


class Language(StrEnum):
    FI = "fi"
    SV = "sv"
    EN = "en"


class Label(BaseModel):
    fi: str
    sv: str
    en: str | None


class Hit(BaseModel):
    kind: Kind
    id: UUID | None = Field(description="A concept or an area has none: its slug is its key")
    slug: str
    label: Label
    snippet: str = Field(description="The name by which it was found where that is another one, a title, or nothing")
    score: float = Field(ge=0, le=1)
    label_marks: list[tuple[int, int]] = Field(description="What to highlight of the label in the language asked for")
    snippet_marks: list[tuple[int, int]]


class FacetValue(BaseModel):
    value: str
    label: Label | None = Field(description="None where the value is a kind, or yes")
    count: int


class Facet(StrEnum):
    KIND = "kind"
    THEME = "theme"
    PROFESSION = "profession"
    AREA = "area"
    LANGUAGE = "language"
    AVAILABLE = "available"


class Hits(BaseModel):
    items: list[Hit] = Field(description="Best first")
    total: int
    more: bool = Field(description="Only so many of the best were counted, and there are more")
    searched: bool = Field(description="False: nothing can be searched by what was asked")
    facets: dict[Facet, list[FacetValue]] = Field(
        description="Each is counted without its own limit: what choosing another value of it would find"
    )
