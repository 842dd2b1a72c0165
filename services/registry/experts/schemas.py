import re
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.registry.changes import Change
from services.registry.organisations.schemas import Code, Codes
from services.registry.texts import Line, Name, Prose, Reason, without_code
from services.shared.paging import Page

CompetenceScheme = Literal["themes", "disciplines"]
Level = Annotated[int, Field(ge=1, le=3, description="1 supporting, 2 solid, 3 strong")]
Evidence = Annotated[Prose, Field(max_length=300)]
Capacity = Annotated[int, Field(ge=0, le=40, description="Consultations a month; 0 = not now")]


def _shaped(pattern: str, code: str) -> AfterValidator:
    """Empty, or of this shape; the code says which shape was meant."""

    def check(text: str) -> str:
        if text and not re.fullmatch(pattern, text):
            raise PydanticCustomError(code, "Not written as it should be")
        return without_code(text)

    return AfterValidator(check)


Email = Annotated[
    str,
    Field(max_length=200, examples=["tuomas.rinne@keskisuomi.example"]),
    _shaped(r"[^@\s]+@[^@\s]+\.[^@\s]+", "not_an_email"),
]
Phone = Annotated[str, Field(max_length=40, examples=["040 123 4567"]), _shaped(r"\+?[0-9 ()-]+", "not_a_phone")]
RegisterNumber = Annotated[
    str,
    Field(min_length=1, max_length=40, examples=["01234567890"]),
    _shaped(r"[0-9A-Za-z-]+", "not_a_register_number"),
]
Shown = Annotated[
    list[Literal["bio", "email", "employer", "phone"]],
    Field(max_length=4, description="Fields that everybody signed in sees; the others only the coordinators"),
    AfterValidator(lambda fields: sorted(set(fields))),
]
Lack = Literal["competence", "assurance", "consent"]
RegisterKind = Literal["terhikki", "suosikki"]


class Employer(BaseModel):
    id: UUID
    name: Name


class CompetenceView(BaseModel):
    scheme: CompetenceScheme
    concept: str = Field(examples=["kunniavakivalta"])
    level: Level
    evidence: str = Field(examples=["Koulutus 2024, 6 konsultaatiota"])
    assured_by: UUID | None = Field(description="The coordinator who checked it")
    assured_by_name: str | None = Field(default=None, examples=["Sanna Virtanen"])
    assured_on: date | None
    review_due: date | None


class ConflictView(BaseModel):
    """The expert can't work on cases of this organisation, area or person."""

    organisation: UUID | None = None
    area: str | None = None
    person: UUID | None = None


class NamedConflict(ConflictView):
    name: str | None = Field(default=None, description="Of the person")
    organisation_name: Name | None = None


class AbsenceView(BaseModel):
    away_from: date
    away_to: date | None


class RegisterView(BaseModel):
    """The number by which the expert is found in a register of professionals, and who has looked there."""

    kind: RegisterKind
    number: str
    checked_by_name: str | None = None
    checked_on: date | None = None


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
    capacity_usual: int = Field(description="What the capacity is when it isn't 0")
    not_now: bool
    away_from: date | None = Field(description="Of the absence that goes on, or else of the next")
    away_to: date | None
    absences: list[AbsenceView] | None = Field(default=None, description="Those going on and ahead; for who keeps them")
    available: bool = Field(description="Active, here today, and with room")
    consent_listed: bool = Field(description="False: seen by the expert and the coordinators only")
    active: bool = Field(description="False: no longer in the network; old cases tell the name")
    inactive_since: date | None = None
    inactive_reason: str | None = Field(default=None, description="For the expert, the coordinators and the employer")
    bio: str
    email: str | None = None
    phone: str | None = None
    registration: RegisterView | None = Field(
        default=None, description="Only for the expert and the coordinators of the area"
    )
    registration_checked_on: date | None = Field(description="When a coordinator looked the number up")
    shown: list[str] = Field(description="Fields that everybody signed in sees")
    hidden: list[str] = Field(description="Fields that hold something which the caller doesn't see")
    conflicts: list[NamedConflict] | None = Field(default=None, description="Only for the expert and the coordinators")
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
    person_name: Line | None = Field(default=None, description="Everybody of this name; instead of `person`")

    @model_validator(mode="after")
    def _one_party(self) -> Self:
        if sum(party is not None for party in (self.organisation, self.area, self.person, self.person_name)) != 1:
            raise PydanticCustomError("one_party", "Name an organisation, an area or a person: one of them")
        return self


class AbsenceInput(BaseModel):
    model_config = ConfigDict(extra="forbid")
    away_from: date
    away_to: date | None = Field(default=None, description="Until further notice where left out")


class RegisterInput(BaseModel):
    """Another number has not been checked by anybody."""

    model_config = ConfigDict(extra="forbid")
    kind: RegisterKind
    number: RegisterNumber


Absences = Annotated[list[AbsenceInput], Field(max_length=20)]
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
    email: Email = ""
    phone: Phone = ""
    consent_listed: bool = Field(default=False, description="Whether the expert has agreed to be listed")
    bio: Prose = ""


class ExpertChange(Change):
    may_be_empty = frozenset({"employer", "area", "registration"})
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
    not_now: bool | None = Field(default=None, description="Keeps the capacity for later")
    absences: Absences | None = Field(default=None, description="Replaces all of them")
    email: Email | None = None
    phone: Phone | None = None
    registration: RegisterInput | None = None
    shown: Shown | None = None
    consent_listed: bool | None = None
    bio: Prose | None = None


class CompetenceKey(BaseModel):
    model_config = ConfigDict(extra="forbid")
    scheme: CompetenceScheme = "themes"
    concept: Code = Field(examples=["kunniavakivalta"])


class Assurance(BaseModel):
    model_config = ConfigDict(extra="forbid")
    competences: Annotated[list[CompetenceKey], Field(min_length=1, max_length=60)]
    review_due: date | None = Field(default=None, description="When to check again; two years on where not given")


class ReasonGiven(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: Reason = Field(examples=["Siirtynyt toisiin tehtäviin."])


class SimilarExpert(BaseModel):
    id: UUID
    name: str
    title: str
    employer_name: Name | None
    same_employer: bool


class SimilarExperts(BaseModel):
    items: list[SimilarExpert]


class DueExpert(BaseModel):
    id: UUID
    name: str
    title: str
    area: str | None
    review_due: date = Field(description="The earliest of those of the competences")
    competences: list[CompetenceView] = Field(description="Those that are due")


class DueExperts(BaseModel):
    until: date = Field(description="What is due by this day is told")
    items: list[DueExpert] = Field(description="What was due first, first; at most 200")


class LackingExpert(BaseModel):
    id: UUID
    name: str
    title: str
    area: str | None
    lacks: list[Lack]


class FormerExpert(BaseModel):
    id: UUID
    name: str
    title: str
    area: str | None
    inactive_since: date | None


class FormerExperts(BaseModel):
    items: list[FormerExpert] = Field(description="Who left last, first; at most 200")


class LackingExperts(BaseModel):
    items: list[LackingExpert] = Field(description="By family name; at most 200")
