from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.registry.texts import Name, Reason

AreaKind = Literal["wellbeing_services_county", "city", "hus", "aland"]
AreaState = Literal["coming", "in_force", "ended"]
ChangeKind = Literal["merge", "split"]
NewCode = Annotated[str, Field(pattern=r"^\d{2}$", examples=["22"], description="As Statistics Finland gives it")]


def _each_once(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


class AreaView(BaseModel):
    """An area that organises services. Codes 01–21 are Statistics Finland's; HUS has none, `HUS` is ours."""

    code: str = Field(examples=["12"])
    name: Name
    kind: AreaKind
    yta: str | None = Field(examples=["ita"], description="Key of its collaborative area; Åland has none")
    bilingual: bool
    in_ot_scope: bool
    valid_from: date | None = Field(description="The first day; none = since the counties began")
    valid_to: date | None = Field(description="The last day; none = until further notice")
    state: AreaState = Field(description="Today, or on the day asked")
    heirs: list[str] = Field(
        examples=[["22"]], description="The areas that stand for an ended one; several after a split"
    )


class RelatedArea(BaseModel):
    code: str
    name: Name
    effective_on: date


class AreaDetail(AreaView):
    predecessors: list[RelatedArea]
    successors: list[RelatedArea]


class UniversityHospital(BaseModel):
    abbr: str = Field(examples=["KYS"])
    name: Name


class CollaborativeAreaView(BaseModel):
    key: str = Field(examples=["ita"])
    code: str = Field(examples=["2"])
    letter: str = Field(examples=["I"], description="Begins the codes of its cases and answers")
    name: Name
    members: list[str] = Field(examples=[["12", "13", "14", "15"]], description="Codes of areas")
    university_hospital: UniversityHospital | None
    centre_organisation: UUID | None = Field(description="Its OT centre among the organisations")


class NewArea(BaseModel):
    model_config = ConfigDict(extra="forbid")
    code: NewCode
    name: Name
    bilingual: bool = False


class NewAreaChange(BaseModel):
    """Counties that become one, or one that becomes several, on a day to come."""

    model_config = ConfigDict(extra="forbid")
    kind: ChangeKind
    areas: Annotated[list[str], Field(min_length=1, max_length=30), AfterValidator(_each_once)] = Field(
        examples=[["07", "08"]], description="Those that end"
    )
    into: Annotated[list[NewArea], Field(min_length=1, max_length=10)]
    effective_on: date = Field(examples=["2031-01-01"])
    reason: Reason
    placements: dict[str, str] = Field(
        default={},
        max_length=1000,
        description="Of a split: by an organisation's slug the part it is in; the first part takes the rest",
    )


class Located(BaseModel):
    """An organisation that is in an area to be split."""

    slug: str
    name: Name


class AreaChangePreview(BaseModel):
    """What a change touches, as things are now. Nothing has been written."""

    organisations: int
    experts: int
    agreements: int
    resources: int
    memberships: int = Field(description="In organisations of these areas")
    located: list[Located] = Field(description="Of a split: whose part is to be chosen; at most 200")


class AreaChangeView(BaseModel):
    id: UUID
    kind: ChangeKind
    state: Literal["planned", "done", "cancelled"]
    yta: str
    areas: list[str]
    into: list[str]
    effective_on: date
    placements: dict[str, str]
    reason: str
    decided_by: str = Field(examples=["Sanna Virtanen"])
    decided_at: datetime
    carried_out_at: datetime | None
    cancel_reason: str
    version: int


class AreaChangeCancel(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: Reason
