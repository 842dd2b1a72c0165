from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.registry.changes import Change
from services.registry.texts import Line, Name, without_code
from services.shared.paging import Page

Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
Slug = Annotated[str, Field(min_length=2, max_length=80, pattern=r"^[a-z0-9]+(?:_[a-z0-9]+)*$")]


def _each_once(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


Codes = Annotated[list[Code], Field(max_length=60), AfterValidator(_each_once)]


class Contact(BaseModel):
    """How to reach an organisation; never a person's own address."""

    model_config = ConfigDict(extra="forbid")
    email: (
        Annotated[str, Field(max_length=200, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), AfterValidator(without_code)]
        | None
    ) = None
    phone: Annotated[str, Field(max_length=40, pattern=r"^\+?[0-9 ()-]+$"), AfterValidator(without_code)] | None = None
    web: Annotated[str, Field(max_length=300, pattern=r"^https?://\S+$"), AfterValidator(without_code)] | None = None
    address: Line | None = None


class OrganisationView(BaseModel):
    id: UUID
    slug: str = Field(examples=["etela_savo"])
    name: Name
    type: str = Field(examples=["hyvinvointialue"], description="A concept of organisation_types")
    parent: UUID | None
    area: str | None = Field(examples=["12"], description="Where it is")
    areas: list[str] = Field(examples=[["12"]], description="Which areas it serves")
    ytas: list[str] = Field(examples=[["ita"]])
    centre_of: str | None = Field(description="The collaborative area whose OT centre this is")
    languages: list[str] = Field(examples=[["fi"]])
    contact: Contact | None = Field(description="Only for those who are signed in")
    example: bool = Field(description="Invented for the demo")
    version: int
    allowed: list[str] = Field(default=[], description="What the caller may do", examples=[["change_organisation"]])
    editable: list[str] = Field(default=[], description="Which fields the caller may change", examples=[["contact"]])


class OrganisationPage(Page[OrganisationView]):
    pass


class OrganisationName(BaseModel):
    id: UUID
    slug: str
    name: Name


class TreeBranch(OrganisationName):
    type: str
    depth: int = Field(description="0 = the topmost")


class AffiliatedOrganisation(OrganisationName):
    how: str = Field(examples=["partner"], description="How it belongs")


class OrganisationTree(BaseModel):
    items: list[TreeBranch] = Field(description="From the topmost down, each followed by its parts")
    whole: bool = Field(description="false: there are more parts than are told")
    affiliated: list[AffiliatedOrganisation] = Field(description="Others that belong to it today without being a part")


class SimilarOrganisations(BaseModel):
    items: list[OrganisationName]


class NewOrganisation(BaseModel):
    model_config = ConfigDict(extra="forbid")
    slug: Slug = Field(examples=["siltapaikka"])
    name: Name = Field(examples=[{"fi": "Siltapaikka ry", "sv": "Siltapaikka rf"}])
    type: Code = Field(examples=["jarjesto"])
    parent: UUID | None = None
    area: Code | None = Field(default=None, examples=["12"])
    areas: Codes = Field(examples=[["12", "13"]])
    languages: Codes = Field(examples=[["fi", "sv"]])
    contact: Contact = Contact()


class OrganisationChange(Change):
    may_be_empty = frozenset({"parent", "area"})
    name: Name | None = None
    type: Code | None = None
    parent: UUID | None = None
    area: Code | None = None
    areas: Codes | None = None
    languages: Codes | None = Field(default=None, examples=[["fi", "sv"]])
    contact: Contact | None = None
