from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.registry.texts import Name

AreaKind = Literal["wellbeing_services_county", "city", "hus", "aland"]


class AreaView(BaseModel):
    """An area that organises services. Codes 01–21 are Statistics Finland's; HUS has none, `HUS` is ours."""

    code: str = Field(examples=["12"])
    name: Name
    kind: AreaKind
    yta: str | None = Field(examples=["ita"], description="Key of its collaborative area; Åland has none")
    bilingual: bool
    in_ot_scope: bool


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
