from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.registry.organisations.schemas import Code, Codes
from services.registry.terms.named import NamedChange, NamedView, NewNamed
from services.registry.texts import Told, without_code
from services.shared.paging import Page


class Capacity(StrEnum):
    """Whether the service takes anybody now."""

    OPEN = "open"
    QUEUE = "queue"
    CLOSED = "closed"


class WayIn(StrEnum):
    """How one comes to a service. Our own list."""

    REFERRAL = "referral"
    PROFESSIONAL = "professional"
    SELF = "self"
    PHONE = "phone"
    FORM = "form"
    DROP_IN = "drop_in"


Age = Annotated[int, Field(ge=0, le=120)]
Weeks = Annotated[int, Field(ge=0, le=520)]
Places = Annotated[int, Field(ge=0, le=10_000)]
Url = Annotated[str, Field(max_length=300, pattern=r"^(https?://\S+)?$"), AfterValidator(without_code)]
WaysIn = Annotated[list[WayIn], Field(max_length=6), AfterValidator(lambda values: list(dict.fromkeys(values)))]


class OfferingView(NamedView):
    """HSDS 3 calls it a service. Its names for these fields: docs/services-hsds.md."""

    offering_kind: str = Field(examples=["demanding"], description="A concept of offering_kinds")
    age_groups: list[str] = Field(examples=[["14-17"]])
    minimum_age: int | None = Field(examples=[13])
    maximum_age: int | None = Field(examples=[17], description="In full years, itself included")
    eligibility: Told = Field(description="Who may come")
    ways_in: list[WayIn]
    application_process: Told = Field(description="What to do to get in")
    url: str = Field(examples=["https://satama.example/palvelu"])
    fees: Told = Field(description="What it costs for whom")
    schedule: Told = Field(description="When it is open")
    remote: bool = Field(description="Possible from a distance")
    capacity: Capacity
    waiting_weeks: int | None = Field(description="Of a queue", examples=[6])
    free_places: int | None = Field(description="Of one that takes people in now", examples=[2])
    capacity_on: date = Field(description="When the capacity was told")
    assured_on: date = Field(description="When somebody last said that the entry is right")
    assured_by: str | None = Field(description="Only for those who are signed in")
    overdue: bool = Field(default=False, description="Nobody has said so for longer than is set")


class OfferingPage(Page[OfferingView]):
    pass


class CapacityTold(BaseModel):
    """What was told of one before is forgotten: a queue that opens has no weeks of waiting left."""

    model_config = ConfigDict(extra="forbid")
    capacity: Capacity
    waiting_weeks: Weeks | None = Field(default=None, examples=[6])
    free_places: Places | None = Field(default=None, examples=[2])


class NewOffering(NewNamed):
    offering_kind: Code = Field(examples=["demanding"])
    age_groups: Codes = Field(default=[])
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    eligibility: Told = Told()
    ways_in: WaysIn = Field(default=[])
    application_process: Told = Told()
    url: Url = ""
    fees: Told = Told()
    schedule: Told = Told()
    remote: bool = False
    capacity: Capacity = Capacity.OPEN
    waiting_weeks: Weeks | None = None
    free_places: Places | None = None


class DatedOffering(NewOffering):
    """A new one with the day and the name of whoever told it: both stand for what was told then."""

    capacity_on: date
    assured_on: date
    assured_by: str


class OfferingChange(NamedChange):
    """The capacity has an act of its own."""

    may_be_empty: ClassVar[frozenset[str]] = frozenset({"valid_to", "minimum_age", "maximum_age"})
    offering_kind: Code | None = None
    age_groups: Codes | None = None
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    eligibility: Told | None = None
    ways_in: WaysIn | None = None
    application_process: Told | None = None
    url: Url | None = None
    fees: Told | None = None
    schedule: Told | None = None
    remote: bool | None = None
