from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.registry.changes import Change
from services.registry.organisations.schemas import Code, Codes
from services.registry.texts import Line, Name, Prose
from services.shared.paging import Page

CompetenceScheme = Literal["themes", "disciplines"]
Level = Annotated[int, Field(ge=1, le=3, description="1 supporting, 2 solid, 3 strong")]
Evidence = Annotated[Prose, Field(max_length=300)]
Capacity = Annotated[int, Field(ge=0, le=40, description="Consultations a month; 0 = not now")]


class Employer(BaseModel):
    id: UUID
    name: Name


class CompetenceView(BaseModel):
    scheme: CompetenceScheme
    concept: str = Field(examples=["kunniavakivalta"])
    level: Level
    evidence: str = Field(examples=["Koulutus 2024, 6 konsultaatiota"])
    assured_by: UUID | None = Field(description="The coordinator who checked it")
    assured_on: date | None
    review_due: date | None


class ConflictView(BaseModel):
    """The expert can't work on cases of this organisation, area or person."""

    organisation: UUID | None = None
    area: str | None = None
    person: UUID | None = None


class ExpertView(BaseModel):
    id: UUID
    person: UUID
    name: str = Field(examples=["Tuomas Rinne"])
    title: str = Field(examples=["johtava sosiaalityöntekijä"])
    profession: str = Field(examples=["sosiaalityontekija"])
    employer: Employer | None
    area: str | None = Field(examples=["15"], description="Where the expert works")
    yta: str | None = Field(examples=["ita"])
    areas: list[str] = Field(examples=[["12", "13", "14", "15"]], description="Which areas the expert serves")
    competences: list[CompetenceView]
    disciplines: list[str] = Field(description="What the expert counts for in a team")
    languages: list[str] = Field(examples=[["fi", "en"]])
    capacity_month: Capacity
    away_from: date | None
    away_to: date | None
    available: bool = Field(description="Active, here today, and with room")
    consent_listed: bool = Field(description="False: seen by the expert and the coordinators only")
    active: bool
    bio: str
    conflicts: list[ConflictView] | None = Field(default=None, description="Only for the expert and the coordinators")
    example: bool = Field(description="Invented for the demo")
    version: int
    allowed: list[str] = Field(default=[], examples=[["change_expert"]], description="What the caller may do")
    editable: list[str] = Field(default=[], examples=[["bio", "title"]], description="Fields the caller may change")


class ExpertPage(Page[ExpertView]):
    pass


class ExpertCounts(BaseModel):
    """How many would be found with each value, all other limits as they are. Values that nobody has are left out."""

    total: int = Field(description="With all the limits given")
    unlimited: int = Field(description="With the words alone, without the other limits")
    available: int = Field(description="Of the total, those who can take a consultation today")
    by: dict[str, dict[str, int]] = Field(examples=[{"language": {"fi": 17, "sv": 4}}])


class CompetenceInput(BaseModel):
    """A level or an evidence that changes takes the assurance away."""

    model_config = ConfigDict(extra="forbid")
    scheme: CompetenceScheme = "themes"
    concept: Code = Field(examples=["kunniavakivalta"])
    level: Level = Field(examples=[3])
    evidence: Evidence = Field(default="", examples=["Koulutus 2024, 6 konsultaatiota"])


class ConflictInput(BaseModel):
    model_config = ConfigDict(extra="forbid")
    organisation: UUID | None = None
    area: Code | None = None
    person: UUID | None = None

    @model_validator(mode="after")
    def _one_party(self) -> Self:
        if sum(party is not None for party in (self.organisation, self.area, self.person)) != 1:
            raise PydanticCustomError("one_party", "Name an organisation, an area or a person: one of them")
        return self


Competences = Annotated[list[CompetenceInput], Field(max_length=60)]
Conflicts = Annotated[list[ConflictInput], Field(max_length=60)]


class NewExpert(BaseModel):
    model_config = ConfigDict(extra="forbid")
    person: UUID | None = Field(default=None, description="Somebody who has signed in; without it a new person")
    name: Line = Field(examples=["Anu Hakkarainen"])
    title: Line = Field(examples=["johtava sosiaalityöntekijä"])
    profession: Code = Field(examples=["sosiaalityontekija"])
    employer: UUID | None = None
    area: Code | None = Field(default=None, examples=["12"], description="Without it the employer's")
    areas: Codes = Field(examples=[["12"]])
    languages: Annotated[Codes, Field(min_length=1)] = Field(examples=[["fi"]])
    competences: Competences = []
    conflicts: Conflicts = []
    capacity_month: Capacity = 1
    consent_listed: bool = Field(default=False, description="Whether the expert has agreed to be listed")
    bio: Prose = ""


class ExpertChange(Change):
    may_be_empty = frozenset({"employer", "area", "away_from", "away_to"})
    name: Line | None = None
    title: Line | None = None
    profession: Code | None = None
    employer: UUID | None = None
    area: Code | None = None
    areas: Codes | None = None
    languages: Annotated[Codes, Field(min_length=1)] | None = None
    competences: Competences | None = Field(default=None, description="Replaces all of them")
    conflicts: Conflicts | None = Field(default=None, description="Replaces all of them")
    capacity_month: Capacity | None = Field(default=None, examples=[2])
    away_from: date | None = None
    away_to: date | None = None
    consent_listed: bool | None = None
    active: bool | None = None
    bio: Prose | None = None


class CompetenceKey(BaseModel):
    model_config = ConfigDict(extra="forbid")
    scheme: CompetenceScheme = "themes"
    concept: Code = Field(examples=["kunniavakivalta"])


class Assurance(BaseModel):
    model_config = ConfigDict(extra="forbid")
    competences: Annotated[list[CompetenceKey], Field(min_length=1, max_length=60)]
    review_due: date | None = Field(default=None, description="When to check again; two years on where not given")
