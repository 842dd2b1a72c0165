from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.registry.organisations.schemas import Code
from services.registry.texts import Line, Name, Reason
from services.shared.paging import Page
from services.shared.personal_codes import holds_code

Language = Literal["fi", "sv", "en"]
Identifier = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""An issuer, subject, tenant or client, exactly as the provider writes it."""


class Role(StrEnum):
    PROFESSIONAL = "professional"
    COORDINATOR = "coordinator"
    EXPERT = "expert"
    ORGANISATION_EDITOR = "organisation_editor"
    NATIONAL = "national"
    AUDITOR = "auditor"
    ADMIN = "admin"


class State(StrEnum):
    CURRENT = "current"
    FUTURE = "future"
    ENDED = "ended"
    REVOKED = "revoked"


# signing in


class SignIn(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "issuer": "https://login.etela-savo.example",
                    "subject": "248289761001",
                    "tenant": None,
                    "email": "maria.lehtola@etela-savo.example",
                    "email_verified": True,
                    "name": "Maria Lehtola",
                    "language": "fi",
                }
            ]
        },
    )
    issuer: Identifier
    subject: Identifier
    tenant: Identifier | None = None
    email: Annotated[str, Field(max_length=320)] | None = None
    email_verified: bool = False
    name: Line
    language: Language = Field(default="fi", description="For somebody new; later their own choice holds")

    @field_validator("email")
    @classmethod
    def _no_broken_email(cls, value: str | None) -> str | None:
        """A provider's odd address must not keep anybody out: it is only not used."""
        usable = value and value.isprintable() and value.count("@") == 1 and not holds_code(value)
        return value if usable else None


class Login(BaseModel):
    model_config = ConfigDict(extra="forbid")
    issuer: Identifier
    subject: Identifier


class SystemSignIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    issuer: Identifier
    client: Identifier = Field(examples=["esavo-asiakastieto"])
    on_behalf_of: Login | UUID | None = Field(default=None, description="The person's login, or their id here")


class MembershipOfIdentity(BaseModel):
    id: UUID | None = Field(description="Null for what a system is by its connection")
    role: str = Field(examples=["professional"])
    organisation: UUID | None
    organisation_name: str = Field(examples=["Etelä-Savon hyvinvointialue"], description="In the person's language")
    area: str | None = Field(examples=["12"])
    yta: str | None = Field(examples=["ita"])
    deputy: bool = False
    valid_to: date | None = None


class Identity(BaseModel):
    """Who somebody is here and what they may do, for a token of some minutes."""

    kind: Literal["person", "system"]
    person: UUID | None = Field(description="The human; null where a system acts for itself")
    system: UUID | None = Field(default=None, description="The system through which the call comes")
    name: str
    language: Language
    memberships: list[MembershipOfIdentity]
    scopes: list[str] = Field(default=[], examples=[["registry:read"]])
    expert: UUID | None = Field(default=None, description="The person's own entry among the experts")
    pending_request: UUID | None = Field(default=None, description="Their open request for access")
    new: bool = Field(default=False, description="Seen for the first time")


# people


class MembershipBrief(BaseModel):
    role: str
    organisation: UUID | None
    organisation_name: Name | None
    area: str | None
    yta: str | None


class PersonView(BaseModel):
    id: UUID
    name: str = Field(examples=["Maria Lehtola"])
    language: Language
    memberships: list[MembershipBrief] = Field(description="Those in force today")


class Ids(BaseModel):
    model_config = ConfigDict(extra="forbid")
    ids: Annotated[list[UUID], Field(max_length=500)]


class People(BaseModel):
    items: list[PersonView] = Field(description="Those that exist")


class CoordinatorView(BaseModel):
    person: UUID
    name: str = Field(examples=["Sanna Heiskanen"])
    deputy: bool
    yta: str = Field(examples=["ita"])
    language: Language
    organisation: UUID | None


class Coordinators(BaseModel):
    items: list[CoordinatorView] = Field(description="Deputies last")


class LanguageChoice(BaseModel):
    model_config = ConfigDict(extra="forbid")
    language: Language = Field(examples=["sv"])


class MailChoice(StrEnum):
    EACH = "each"
    DIGEST = "digest"
    NONE = "none"


class SettingsWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")
    language: Language = Field(examples=["sv"])
    mail: MailChoice = Field(description="A mail each time, one on weekday mornings, or none", examples=["digest"])


class SettingsView(SettingsWanted):
    email: str | None = Field(description="Where mail goes: the address the login vouches for")
    version: int


class RecipientView(BaseModel):
    id: UUID
    email: str
    language: Language
    mail: MailChoice


class Recipients(BaseModel):
    items: list[RecipientView] = Field(description="Those who can be reached by mail; no names")


# memberships


class MembershipView(BaseModel):
    id: UUID
    person: UUID
    person_name: str
    role: Role
    organisation: UUID | None
    organisation_name: Name | None
    area: str | None
    yta: str | None
    deputy: bool
    valid_from: date
    valid_to: date | None
    state: State
    granted_at: datetime
    granted_by: UUID | None
    granted_by_name: str | None
    by_rule: bool = Field(description="Granted by a domain rule at login")
    reason: str
    revoked_at: datetime | None
    revoked_by_name: str | None
    revoke_reason: str | None
    by_review: bool = Field(description="It ended by itself: nobody confirmed it in its yearly review")
    review_due: date | None = Field(description="The last day to confirm it; null where each login vouches for it")
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    example: bool
    version: int
    allowed: list[str] = Field(default=[], examples=[["revoke_membership", "confirm_membership"]])


class MembershipPage(Page[MembershipView]):
    pass


class NewMembership(BaseModel):
    model_config = ConfigDict(extra="forbid")
    person: UUID
    role: Role = Field(examples=["expert"])
    organisation: UUID | None = None
    yta: Code | None = Field(default=None, examples=["ita"], description="Of a coordinator")
    deputy: bool = False
    valid_from: date | None = Field(default=None, description="Today where not given")
    valid_to: date | None = Field(default=None, description="The last day; none = until revoked")
    reason: Reason = Field(examples=["Asiantuntijasopimus 18.11.2026"])


class NotConfirmed(BaseModel):
    id: UUID
    code: Literal["not_found", "own_matter", "forbidden", "membership_ended", "not_reviewed"]


class Confirmed(BaseModel):
    confirmed: list[UUID]
    left: list[NotConfirmed] = Field(description="Those that stay as they are, and why")


class WithReason(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: Reason = Field(examples=["Siirtynyt toiseen tehtävään"])


# asking for access


class NewAccessRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")
    role: Literal["professional", "expert", "organisation_editor", "coordinator"] = "professional"
    organisation: UUID | None = None
    organisation_name: Line | None = Field(default=None, description="Where the organisation isn't in the registry")
    area: Code | None = Field(default=None, examples=["12"], description="Where one works: says who decides")
    reason: Reason = Field(examples=["Koulukuraattori Mikkelissä, haluan pyytää konsultaatiota."])


class AccessRequestView(BaseModel):
    id: UUID
    person: UUID
    person_name: str
    email: str | None = Field(description="As the login provider told it; only for those who decide")
    role: str
    organisation: UUID | None
    organisation_name: str | None = Field(description="As the person wrote it")
    organisation_names: Name | None = Field(description="As the registry knows it")
    ytas: list[str] = Field(description="Whose coordinators decide; none = an admin")
    reason: str
    state: Literal["open", "granted", "refused"]
    asked_at: datetime
    decided_at: datetime | None
    decided_by: UUID | None
    decision_reason: str | None
    version: int
    allowed: list[str] = Field(default=[], examples=[["grant_access_request", "refuse_access_request"]])


class AccessRequestPage(Page[AccessRequestView]):
    pass


class AccessGrant(BaseModel):
    """What isn't said stays as it was asked."""

    model_config = ConfigDict(extra="forbid")
    organisation: UUID | None = None
    role: Role | None = None
    valid_to: date | None = None
    reason: Reason = Field(examples=["Kokemusasiantuntijasopimus 18.11.2026"])


# domain rules


class DomainRuleView(BaseModel):
    id: UUID
    issuer: str
    tenant: str | None
    domain: str = Field(examples=["etela-savo.example"])
    organisation: UUID
    organisation_name: Name
    role: str
    reason: str
    created_at: datetime
    example: bool


class DomainRulePage(Page[DomainRuleView]):
    pass


class NewDomainRule(BaseModel):
    model_config = ConfigDict(extra="forbid")
    issuer: Identifier = Field(examples=["https://login.etela-savo.example"])
    tenant: Identifier | None = None
    domain: Annotated[
        str, Field(max_length=253, pattern=r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$")
    ] = Field(examples=["etela-savo.example"])
    organisation: UUID
    reason: Reason = Field(examples=["Hyvinvointialueen oma kirjautuminen"])
