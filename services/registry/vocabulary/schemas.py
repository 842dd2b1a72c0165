from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from services.registry.changes import Change
from services.registry.organisations.schemas import Code
from services.registry.texts import Line, Name, Prose, Reason, without_code


class Scheme(StrEnum):
    THEMES = "themes"
    THEME_GROUPS = "theme_groups"
    DISCIPLINES = "disciplines"
    PROFESSIONS = "professions"
    AGE_GROUPS = "age_groups"
    LANGUAGES = "languages"
    ORGANISATION_TYPES = "organisation_types"
    SECTORS = "sectors"
    GROUP_TYPES = "group_types"
    OFFERING_KINDS = "offering_kinds"


class Match(StrEnum):
    """What another vocabulary's concept is to ours, as in SKOS."""

    EXACT = "exact"
    CLOSE = "close"
    BROADER = "broader"
    NARROWER = "narrower"
    RELATED = "related"


class Form(StrEnum):
    """In which a vocabulary is given out."""

    TURTLE = "ttl"
    JSON_LD = "jsonld"


def _each_once(values: list[str]) -> list[str]:
    return list({value.casefold(): value for value in reversed(values)}.values())[::-1]


def _none_as_empty(text: Any) -> Any:
    return "" if text is None else text


ConceptSlug = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z0-9]+(?:[_-][a-z0-9]*)*$")]
OtherLabels = Annotated[list[Line], Field(max_length=40), AfterValidator(_each_once)]
Slugs = Annotated[list[Code], Field(max_length=60), AfterValidator(lambda slugs: list(dict.fromkeys(slugs)))]
Uri = Annotated[
    str, Field(max_length=300, pattern=r"^https?://[A-Za-z0-9.-]+(?::[0-9]+)?/[^\s<>\"{}|\\^`]+$"),
    AfterValidator(without_code),
]  # fmt: skip
Said = Annotated[Prose, BeforeValidator(_none_as_empty)]


class Mapping(BaseModel):
    """A concept of another vocabulary, such as the General Finnish Ontology."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    uri: Uri = Field(examples=["http://www.yso.fi/onto/yso/p2289"])
    match: Match = Field(examples=["close"])


Mappings = Annotated[list[Mapping], Field(max_length=10)]


class Labels(BaseModel):
    model_config = ConfigDict(extra="forbid")
    fi: OtherLabels = []
    sv: OtherLabels = []
    en: OtherLabels = []


class Definition(BaseModel):
    """What the word means and what it doesn't; an empty one is none."""

    model_config = ConfigDict(extra="forbid")
    fi: Said = ""
    sv: Said = ""
    en: Said = ""


class ConceptView(BaseModel):
    scheme: Scheme
    slug: str = Field(examples=["kunniavakivalta"], description="Never changes; names may")
    name: Name
    alt: Labels = Field(description="Other labels, found by search")
    definition: Definition = Definition()
    broader: str | None = Field(default=None, description="The concept above it, of the same vocabulary")
    related: list[str] = Field(default=[], description="Concepts of the same vocabulary that are near it")
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
    yso: Mapping | None = Field(default=None, description="The first of `mappings` that is of the ontology YSO")
    mappings: list[Mapping] = Field(default=[], description="The same or a near concept of other vocabularies")
    details: dict[str, Any] = Field(
        default={}, description="What only this scheme tells", examples=[{"min_age": 7, "max_age": 9}]
    )
    sources: list[str] = Field(default=[], description="Where the concept comes from")
    retired_on: date | None = Field(
        default=None, description="No longer offered since then; its name is still told to whoever holds the slug"
    )
    replaced_by: str | None = Field(default=None, description="Of a retired one: what is used instead")
    merged: bool = Field(
        default=False, description="It is the same as `replaced_by` now: count it there, and match by that"
    )
    uri: str = Field(default="", examples=["https://ot.example/vocabulary/themes/kunniavakivalta"])
    version: int = 1

    @property
    def id(self) -> str:
        return self.slug


class ConceptDetail(ConceptView):
    narrower: list[str] = Field(default=[], description="Those right below it")
    aliases: list[str] = Field(default=[], description="Slugs of concepts that were merged into this one")
    allowed: list[str] = Field(default=[], description="What the caller may do", examples=[["change_concept"]])


class SchemeView(BaseModel):
    scheme: Scheme
    concepts: int = Field(description="In use")
    retired: int
    lacking: int = Field(description="In use, with something that lacks a language")


class Lack(BaseModel):
    """What is said of a concept in another language, but not in this one."""

    scheme: Scheme
    slug: str
    name: Name
    missing: list[str] = Field(examples=[["name.en", "definition.sv"]])


class NewConcept(BaseModel):
    model_config = ConfigDict(extra="forbid")
    slug: ConceptSlug | None = Field(
        default=None, examples=["kunniavakivalta"], description="Left out, it is made of the Finnish name"
    )
    name: Name
    alt: Labels = Labels()
    definition: Definition = Definition()
    broader: Code | None = None
    related: Slugs = []
    group: Code | None = None
    required_disciplines: Slugs = []
    useful_disciplines: Slugs = []
    professions: Slugs = []
    professions_with_competence: Slugs = []
    age_groups: Slugs = []
    mappings: Mappings = []


class ConceptChange(Change):
    """Relations are replaced whole; those that this vocabulary has not are refused."""

    may_be_empty: ClassVar[frozenset[str]] = frozenset({"broader", "group", "age_groups"})
    name: Name | None = None
    alt: Labels | None = None
    definition: Definition | None = None
    broader: Code | None = None
    related: Slugs | None = None
    group: Code | None = None
    required_disciplines: Slugs | None = None
    useful_disciplines: Slugs | None = None
    professions: Slugs | None = None
    professions_with_competence: Slugs | None = None
    age_groups: Slugs | None = None
    mappings: Mappings | None = None


class Retirement(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: Reason
    replaced_by: Code | None = None


class Merge(BaseModel):
    model_config = ConfigDict(extra="forbid")
    into: Code = Field(description="The concept that stays")
    reason: Reason


class Why(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: Reason
