from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from services.registry.texts import Name


class Scheme(StrEnum):
    THEMES = "themes"
    THEME_GROUPS = "theme_groups"
    DISCIPLINES = "disciplines"
    PROFESSIONS = "professions"
    AGE_GROUPS = "age_groups"
    LANGUAGES = "languages"
    ORGANISATION_TYPES = "organisation_types"
    SECTORS = "sectors"


class YsoMatch(BaseModel):
    """A mapping to the General Finnish Ontology, as in SKOS: exact, close, broader, narrower or field."""

    uri: str = Field(examples=["http://www.yso.fi/onto/yso/p2289"])
    match: str = Field(examples=["close"])


class Labels(BaseModel):
    fi: list[str] = []
    sv: list[str] = []
    en: list[str] = []


class ConceptView(BaseModel):
    scheme: Scheme
    slug: str = Field(examples=["kunniavakivalta"], description="Never changes; names may")
    name: Name
    alt: Labels = Field(description="Other labels, found by search")
    broader: str | None = Field(default=None, description="Of a sector")
    group: str | None = Field(default=None, description="Of a theme: its theme group")
    required_disciplines: list[str] = Field(default=[], description="Of a theme: a team needs these")
    useful_disciplines: list[str] = Field(default=[], description="Of a theme: wished for, in order")
    professions: list[str] = Field(default=[], description="Of a discipline: these count by themselves")
    professions_with_competence: list[str] = Field(
        default=[], description="Of a discipline: these count with a recorded competence in it"
    )
    age_groups: list[str] | None = Field(
        default=None, description="Of a discipline: the age groups it concerns; null = all"
    )
    yso: YsoMatch | None = None
    details: dict[str, Any] = Field(
        default={}, description="What only this scheme tells", examples=[{"min_age": 7, "max_age": 9}]
    )
    sources: list[str] = Field(default=[], description="Where the concept comes from")
