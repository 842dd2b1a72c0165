from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.consultation.cases.privacy import FreeText
from services.consultation.teams.rules import ConflictKind, DeclineReason, Role, Seat

Reason = Annotated[str, FreeText(1000)]
OptionalReason = Annotated[str, FreeText(1000, empty=True)]


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReasonView(BaseModel):
    """Why somebody is proposed, as a code with its numbers; the page has the words."""

    code: str = Field(examples=["only_one_with"])
    data: dict[str, Any] = Field(default={}, examples=[{"disciplines": ["nuorisopsykiatria"]}])


class Load(BaseModel):
    open: int = Field(description="Open consultations now, this one not counted")
    capacity: int = Field(description="How many a month the expert has said to take")


class ProposedMember(BaseModel):
    expert: UUID
    person: UUID
    name: str
    title: str | None
    profession: str | None
    employer_name: str | None
    area: str | None
    yta: str | None
    role: Role = Field(description="A suggestion; the coordinator decides")
    covers: list[str] = Field(description="Needed disciplines this person brings")
    languages: list[str]
    load: Load
    cross_area: bool = Field(description="Comes from another collaborative area")
    agreement_ok: bool = Field(description="false: invited only as an exception, with a reason")
    agreement_why: str | None = Field(
        description="Why not: missing, ended, coming, themes or month_full", examples=["themes"]
    )
    reasons: list[ReasonView]


class MissingDiscipline(BaseModel):
    discipline: str
    code: str = Field(description="nobody, no_capacity, away, asked_before, conflict, team_full", examples=["away"])


class AlternativeView(BaseModel):
    """Somebody who could come instead."""

    instead_of: UUID
    expert: UUID
    person: UUID
    name: str
    title: str | None
    employer_name: str | None
    area: str | None
    load: Load
    price: list[str] = Field(description="What of the order gets worse; none: as good", examples=[["language"]])


class TeamProposalView(BaseModel):
    id: UUID
    case: UUID
    members: list[ProposedMember]
    missing: list[MissingDiscipline]
    required: list[str]
    useful: list[str]
    already: list[str] = Field(description="Disciplines that people in the team or invited bring")
    optimal: bool = Field(description="Proved that no better team exists")
    compared: int = Field(description="How many experts were compared")
    alternatives: list[AlternativeView]
    made_at: datetime


class InvitedMember(Sent):
    expert: UUID
    role: Role = Role.MEMBER


class TeamInvitation(Sent):
    members: Annotated[list[InvitedMember], Field(min_length=1, max_length=12)]
    override_reason: OptionalReason | None = Field(
        default=None, description="Needed when somebody who was not proposed is invited"
    )
    exception_reason: OptionalReason | None = Field(
        default=None, description="Needed when somebody is invited whose employer no agreement covers"
    )


class TeamMember(BaseModel):
    invitation: UUID
    expert: UUID
    person: UUID
    name: str
    title: str | None
    profession: str | None
    employer_name: str | None
    role: Role
    state: Seat
    version: int
    invited_at: datetime
    answer_due: datetime | None = Field(description="Only while no answer has come")
    accepted_at: datetime | None
    left_at: datetime | None
    cross_area: bool
    agreement_ok: bool
    agreement_why: str | None
    exception_reason: str | None = Field(description="Why invited without an agreement; for the coordinator only")
    disciplines: list[str]
    reason_code: str | None = Field(description="Why declined or recused; for the coordinator only")
    reason: str | None = Field(description="In the person's own words; for the coordinator only")
    minutes: int | None = Field(description="Minutes of work recorded; null for who asks")


class Team(BaseModel):
    id: UUID = Field(description="The case")
    members: list[TeamMember]


class InvitationView(BaseModel):
    """All that an invited person sees before accepting. What it tells of the case is empty once answered."""

    id: UUID
    case_code: str = Field(examples=["OT-I-7K42M"])
    state: Seat
    role: Role
    themes: list[str]
    age_groups: list[str]
    language: str | None
    client_languages: list[str]
    form: str | None
    questions: list[str]
    disciplines: list[str] = Field(description="What you were asked for")
    reasons: list[ReasonView]
    agreement_ok: bool
    cross_area: bool
    invited_by: str
    invited_at: datetime
    answer_due: datetime
    answered_at: datetime | None
    version: int
    allowed: list[str] = Field(examples=[["accept_invitation", "decline_invitation", "recuse_invitation"]])


class Acceptance(Sent):
    no_conflict: bool = Field(description="The expert declares that there is no conflict of interest")


class Declining(Sent):
    reason_code: DeclineReason
    text: OptionalReason = ""


class Recusal(Sent):
    reason_code: ConflictKind = ConflictKind.OTHER
    reason: OptionalReason = ""


class Removal(Sent):
    reason: Reason


class NewGap(Sent):
    """A need nobody could be found for. `theme` left out: the case's first."""

    discipline: Annotated[str, Field(min_length=1, max_length=60)]
    theme: Annotated[str, Field(min_length=1, max_length=60)] | None = None


class GapView(BaseModel):
    id: UUID
    theme: str
    discipline: str
    language: str
    area: str
    code: str
    recorded_at: datetime


class Gaps(BaseModel):
    id: UUID = Field(description="The case")
    items: list[GapView]
