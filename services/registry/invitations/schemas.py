from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.registry.invitations.rules import plain_address
from services.registry.members.schemas import Language, Role
from services.registry.organisations.schemas import Code
from services.registry.texts import Line, Name, Reason, without_code
from services.shared.paging import Page


def _address(written: str) -> str:
    found = plain_address(without_code(written))
    if found is None:
        raise PydanticCustomError("not_an_address", "This is not an e-mail address")
    return found


Address = Annotated[str, Field(max_length=320), AfterValidator(_address)]


class Delivery(StrEnum):
    """`mail`: sent to the address, with nothing in it but the link. `link`: shown once to whoever invites."""

    MAIL = "mail"
    LINK = "link"


class InvitationState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    REVOKED = "revoked"


class NewInvitation(BaseModel):
    model_config = ConfigDict(extra="forbid")
    email: Address = Field(examples=["elina.rask@kunta.example"])
    name: Line | None = Field(default=None, description="For the one who invites; the login tells the real one")
    language: Language = "fi"
    role: Role = Field(examples=["professional"])
    organisation: UUID | None = None
    yta: Code | None = Field(default=None, examples=["ita"], description="Of a coordinator")
    deputy: bool = False
    valid_to: date | None = Field(default=None, description="The membership's last day; none = until revoked")
    reason: Reason = Field(examples=["Koulukuraattori, aloittaa tammikuussa"])
    delivery: Delivery = Delivery.MAIL


class WithDelivery(BaseModel):
    model_config = ConfigDict(extra="forbid")
    delivery: Delivery


class MembershipInvitationView(BaseModel):
    id: UUID
    email: str
    name: str | None
    language: Language
    role: Role
    organisation: UUID | None
    organisation_name: Name | None
    yta: str | None
    deputy: bool
    valid_to: date | None
    reason: str
    delivery: Delivery
    state: InvitationState
    expires_at: datetime
    invited_at: datetime
    invited_by_name: str | None
    mailed_at: datetime | None
    mail_trouble: Literal["refused"] | None = Field(description="The address takes no mail")
    accepted_at: datetime | None
    accepted_by_name: str | None
    example: bool
    version: int
    allowed: list[str] = Field(default=[], examples=[["renew_membership_invitation", "revoke_membership_invitation"]])
    secret: str | None = Field(default=None, description="Of the link; told once, when a link is made")


class MembershipInvitationPage(Page[MembershipInvitationView]):
    mail: bool = Field(description="Whether invitations can be mailed")


class SecretGiven(BaseModel):
    model_config = ConfigDict(extra="forbid")
    secret: Annotated[str, Field(min_length=1, max_length=200)]


class InvitationOffer(BaseModel):
    """What a link says to whoever holds it: what one gets and from whom. Never to which address it was sent."""

    id: UUID
    state: InvitationState
    role: Role
    organisation: UUID | None
    organisation_name: Name | None
    yta: str | None
    valid_to: date | None
    expires_at: datetime
    invited_by_name: str | None
    reason: str
    mine: bool = Field(default=False, description="The caller has accepted it")
    own: bool = Field(default=False, description="The caller made it, and can't accept it")
