from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.registry.organisations.schemas import Code
from services.registry.terms.schemas import NewTerm, TermChange, TermView
from services.registry.texts import Prose
from services.shared.paging import Page


class Funding(StrEnum):
    """Whose money it is. Our own list: no public one was found that is short enough to be kept true."""

    STATE = "state"
    OWN = "own"
    JOINT = "joint"
    PROJECT = "project"
    OTHER = "other"


def _hundredths(value: float) -> float:
    if abs(value * 100 - round(value * 100)) > 1e-6:
        raise PydanticCustomError("two_decimals", "At most two decimals")
    return round(value, 2)


PersonYears = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False), AfterValidator(_hundredths)]
Euros = Annotated[int, Field(ge=0, le=1_000_000_000)]


class ResourceView(TermView):
    funding: Funding
    note: str = Field(examples=["OT-keskusten valtionavustus 2026"])
    area: str | None = Field(description="Whom it is for; none = all that the organisation serves", examples=["12"])
    person_years: float | None = Field(examples=[2.5])
    euros: int | None = Field(examples=[240_000])


class ResourcePage(Page[ResourceView]):
    pass


class NewResource(NewTerm):
    funding: Funding
    note: Prose = ""
    area: Code | None = None
    person_years: PersonYears | None = Field(default=None, examples=[2.5])
    euros: Euros | None = Field(default=None, examples=[240_000])


class ResourceChange(TermChange):
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"valid_to", "area", "person_years", "euros"})
    funding: Funding | None = None
    note: Prose | None = None
    area: Code | None = None
    person_years: PersonYears | None = None
    euros: Euros | None = None
