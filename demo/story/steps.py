"""What can happen in a case of the story. Each step is sent to the service that its schema was taken from."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from demo.story.answer_steps import (
    AnswerDirectlyStep,
    AskSignaturesStep,
    CloseStep,
    CorrectStep,
    FollowUpStep,
    PublishStep,
    ReplyStep,
    SignStep,
    WriteAnswerStep,
)
from demo.story.days import Days, Moment
from demo.story.step import Discipline, Person, Slug, Step, in_days
from services.consultation.cases.privacy import FreeText
from services.consultation.cases.schemas import (
    Acceptance,
    AdviceElsewhere,
    AgeGroup,
    ConsentTo,
    ConsentWithdrawal,
    Form,
    GivenBy,
    LanguageCode,
    Reason,
    Reopening,
    Theme,
    Transfer,
    Urgency,
    UrgentRedirection,
    Withdrawal,
)
from services.consultation.cases.schemas import Declining as CaseDeclining
from services.consultation.follow_ups.schemas import GoalsIn
from services.consultation.meetings.schemas import Link, NewMinutes
from services.consultation.messages.schemas import NewMessage
from services.consultation.notes.schemas import NewTeamNote
from services.consultation.teams.rules import Role
from services.consultation.teams.schemas import Declining as InvitationDeclining
from services.consultation.teams.schemas import OptionalReason, Recusal, Removal


class DraftStep(Step):
    do: Literal["draft"]
    act = "save_draft"
    asking = True


class SubmitStep(Step):
    do: Literal["submit"]
    act = "submit"
    asking = True


class ConsentStep(Step):
    do: Literal["consent"]
    act = "record_consent"
    asking = True
    client_reference: Annotated[str, FreeText(60)]
    given_by: GivenBy
    to_what: list[ConsentTo] = Field(min_length=1, max_length=4)
    given_on: Days
    written: bool

    def body(self, day: date) -> dict[str, Any]:
        return {**super().body(day), "given_on": in_days(day, self.given_on)}


class ReturnStep(Step):
    do: Literal["return"]
    act = "return"
    text: Reason
    due: Days

    def body(self, day: date) -> dict[str, Any]:
        return {**super().body(day), "due": in_days(day, self.due)}


class CompleteStep(Step):
    do: Literal["complete"]
    act = "complete"
    asking = True
    text: Reason
    subject: Annotated[str, FreeText(120)] | None = None
    themes: list[Theme] | None = Field(None, min_length=1, max_length=8)
    age_groups: list[AgeGroup] | None = Field(None, min_length=1)
    client_languages: list[LanguageCode] | None = Field(None, min_length=1)
    language: LanguageCode | None = None
    urgency: Urgency | None = None
    form: Form | None = None
    situation: Annotated[str, FreeText(6000)] | None = None
    questions: list[Annotated[str, FreeText(600)]] | None = Field(None, min_length=1, max_length=3)
    tried: Annotated[str, FreeText(2000)] | None = None
    involved: Annotated[str, FreeText(2000)] | None = None
    expertise_wished: Annotated[str, FreeText(2000)] | None = None
    participants: Annotated[str, FreeText(2000)] | None = None


class AcceptStep(Step, Acceptance):
    do: Literal["accept"]
    act = "accept"


class AdviseElsewhereStep(Step, AdviceElsewhere):
    do: Literal["advise_elsewhere"]
    act = "advise_elsewhere"


class RedirectUrgentStep(Step, UrgentRedirection):
    do: Literal["redirect_urgent"]
    act = "redirect_urgent"


class DeclineStep(Step, CaseDeclining):
    do: Literal["decline"]
    act = "decline"


class WithdrawStep(Step, Withdrawal):
    do: Literal["withdraw"]
    act = "withdraw"
    asking = True


class WithdrawConsentStep(Step, ConsentWithdrawal):
    do: Literal["withdraw_consent"]
    act = "withdraw_consent"
    asking = True


class ReopenStep(Step, Reopening):
    do: Literal["reopen"]
    act = "reopen"
    asking = True


class TransferStep(Step, Transfer):
    do: Literal["transfer"]
    act = "transfer"


class MergeStep(Step):
    do: Literal["merge"]
    act = "merge"
    own = frozenset({"into"})
    into: Slug
    reason: Reason


class ProposeStep(Step):
    do: Literal["propose"]
    act = "invite_team"


class Invited(BaseModel):
    model_config = ConfigDict(extra="forbid")
    expert: Person
    role: Role = Role.MEMBER


class InviteStep(Step):
    do: Literal["invite"]
    act = "invite_team"
    own = frozenset({"members"})
    members: list[Invited] = Field(min_length=1, max_length=12)
    override_reason: OptionalReason | None = None
    exception_reason: OptionalReason | None = None
    """Why somebody is invited whose employer no agreement covers; said for those alone."""


class InviteProposedStep(Step):
    do: Literal["invite_proposed"]
    act = "invite_team"


class AcceptInvitationStep(Step):
    do: Literal["accept_invitation"]
    act = "accept_invitation"


class DeclineInvitationStep(Step, InvitationDeclining):
    do: Literal["decline_invitation"]
    act = "decline_invitation"


class RecuseStep(Step, Recusal):
    do: Literal["recuse"]
    act = "recuse_invitation"


class RemoveMemberStep(Step, Removal):
    do: Literal["remove_member"]
    act = "remove_member"
    own = frozenset({"expert"})
    expert: Person


class GapStep(Step):
    do: Literal["gap"]
    act = "record_gap"
    discipline: Discipline
    theme: Theme | None = None


class MessageStep(Step, NewMessage):
    do: Literal["message"]
    act = "send_message"
    asking = True


class NoteStep(Step, NewTeamNote):
    do: Literal["note"]
    act = "write_team_note"


class MeetingStep(Step):
    do: Literal["meeting"]
    act = "propose_meeting"
    own = frozenset({"slug", "starts_at", "ends_at"})
    slug: Slug
    starts_at: Moment
    ends_at: Moment
    place: Annotated[str, FreeText(300)] | None = None
    remote_link: Link | None = None
    agenda: Annotated[str, FreeText(4000)]


class HoldMeetingStep(Step):
    do: Literal["hold_meeting"]
    act = "hold_meeting"
    own = frozenset({"meeting", "attended"})
    meeting: Slug
    attended: list[Person] = Field(min_length=1, max_length=30)
    minutes_text: Annotated[str, FreeText(12000)]
    decisions: Annotated[str, FreeText(4000, empty=True)] = ""


class MinutesStep(Step, NewMinutes):
    do: Literal["minutes"]
    act = "record_minutes"


class GoalsStep(Step, GoalsIn):
    do: Literal["goals"]
    act = "set_goals"
    asking = True


AnyStep = Annotated[
    DraftStep
    | SubmitStep
    | ConsentStep
    | ReturnStep
    | CompleteStep
    | AcceptStep
    | AdviseElsewhereStep
    | RedirectUrgentStep
    | DeclineStep
    | WithdrawStep
    | WithdrawConsentStep
    | ReopenStep
    | TransferStep
    | MergeStep
    | ProposeStep
    | InviteStep
    | InviteProposedStep
    | AcceptInvitationStep
    | DeclineInvitationStep
    | RecuseStep
    | RemoveMemberStep
    | GapStep
    | MessageStep
    | NoteStep
    | MeetingStep
    | HoldMeetingStep
    | MinutesStep
    | GoalsStep
    | AnswerDirectlyStep
    | WriteAnswerStep
    | AskSignaturesStep
    | SignStep
    | PublishStep
    | CorrectStep
    | ReplyStep
    | FollowUpStep
    | CloseStep,
    Field(discriminator="do"),
]
