from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.registry.organisations.schemas import Codes
from services.registry.terms.schemas import NewTerm, TermChange, TermView
from services.registry.texts import Name, Prose, Reason, one_line
from services.shared.paging import Page

Words = Annotated[str, Field(max_length=200), AfterValidator(one_line)]
"""One line of at most 200 characters; may be empty."""


def _each_once(values: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(values))


Organisations = Annotated[list[UUID], Field(max_length=60), AfterValidator(_each_once)]
Euros = Annotated[int, Field(ge=0, le=1_000_000_000)]
MonthLimit = Annotated[int, Field(ge=1, le=1000)]


class Party(BaseModel):
    id: UUID
    slug: str
    name: Name


class AgreementView(TermView):
    """`organisation`: whose experts may be used."""

    areas: list[str] = Field(examples=[["12", "13"]], description="Areas that may use them")
    organisations: list[UUID] = Field(description="Organisations whose areas may use them")
    parties: list[Party] = Field(default=[], description="The same organisations, by name")
    themes: list[str] = Field(examples=[["kunniavakivalta"]], description="For what; none = everything")
    cost: str = Field(examples=["Työaika ilman korvausta, matkat laskun mukaan"])
    euros_limit: int | None = Field(examples=[12_000])
    month_limit: int | None = Field(examples=[4], description="Consultations a month, all its experts together")
    secrecy_by: str = Field(examples=["Palvelujohtaja"], description="Who undertook secrecy; empty: nobody has")
    secrecy_on: date | None
    end_reason: str = Field(description="Why it ended before its day; empty where it did not")
    overlapping: list[UUID] = Field(
        default=[], description="Other agreements of the organisation for the same areas, themes and days"
    )


class AgreementPage(Page[AgreementView]):
    pass


class NewAgreement(NewTerm):
    areas: Codes = Field(default=[])
    organisations: Organisations = Field(default=[])
    themes: Codes = Field(default=[])
    cost: Prose = ""
    euros_limit: Euros | None = None
    month_limit: MonthLimit | None = None
    secrecy_by: Words = ""
    secrecy_on: date | None = None


class AgreementChange(TermChange):
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"valid_to", "euros_limit", "month_limit", "secrecy_on"})
    areas: Codes | None = None
    organisations: Organisations | None = None
    themes: Codes | None = None
    cost: Prose | None = None
    euros_limit: Euros | None = None
    month_limit: MonthLimit | None = None
    secrecy_by: Words | None = None
    secrecy_on: date | None = None


class AgreementEnd(BaseModel):
    """Ends it before its day."""

    model_config = ConfigDict(extra="forbid")
    valid_to: date = Field(description="The last day", examples=["2026-12-31"])
    reason: Reason
