"""What the routes of a case take and give."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from services.consultation.cases.privacy import FreeText, Kind
from services.consultation.lines.schemas import Name
from services.consultation.messages.schemas import MessagePage
from services.consultation.teams.schemas import TeamMember
from services.consultation.workflow import State

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,79}$")]
Theme = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,59}$")]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
AreaCode = Annotated[str, StringConstraints(pattern=r"^(\d{2}|HUS)$")]
YtaKey = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,20}$")]
Reason = Annotated[str, FreeText(2000)]
Role = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,59}$")]


class AgeGroup(StrEnum):
    A_0_2 = "0-2"
    A_3_6 = "3-6"
    A_7_9 = "7-9"
    A_10_13 = "10-13"
    A_14_17 = "14-17"
    A_18 = "18-"


class Urgency(StrEnum):
    NORMAL = "normal"
    SOON = "soon"
    URGENT = "urgent"


class Form(StrEnum):
    WRITTEN = "written"
    ONE_TO_ONE = "one_to_one"
    TEAM = "team"
    NETWORK_MEETING = "network_meeting"
    GROUP_14 = "group_14"


class Identification(StrEnum):
    ANONYMOUS = "anonymous"
    WITH_CONSENT = "with_consent"
    STATEMENT = "statement"


class DeclineReason(StrEnum):
    NOT_FOR_US = "not_for_us"
    NO_QUESTION = "no_question"
    DUPLICATE = "duplicate"
    NO_CAPACITY = "no_capacity"
    CONSENT_MISSING = "consent_missing"
    OTHER = "other"


class GivenBy(StrEnum):
    GUARDIAN = "guardian"
    SECOND_GUARDIAN = "second_guardian"
    MINOR = "minor"
    REPRESENTATIVE = "representative"


class ConsentTo(StrEnum):
    TEAM = "team"
    STATEMENT = "statement"
    FOLLOW_UP = "follow_up"
    LESSON = "lesson"


class ConsentChoice(StrEnum):
    ANONYMISED = "anonymised"
    WITHDRAW = "withdraw"


class Body(BaseModel):
    """What is sent: an unknown field is refused, so that a misspelt one isn't lost in silence."""

    model_config = ConfigDict(extra="forbid")


class CaseDraft(Body):
    """A request for a consultation. Nothing is required while it is a draft."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "line": "sijaishuolto",
                    "area": "12",
                    "subject": "Sijaishuoltopaikan kolmas vaihto uhkaa",
                    "themes": ["sijaishuolto"],
                    "age_groups": ["7-9"],
                    "client_languages": ["fi"],
                    "language": "fi",
                    "form": "team",
                    "situation": "Lapsi on vaihtanut paikkaa kahdesti vuoden aikana.",
                    "questions": ["Mitä nykyinen paikka tarvitsee, jotta sijoitus kestää?"],
                }
            ]
        },
    )

    line: Slug | None = None
    area: AreaCode | None = Field(None, description="The county that is responsible for the child and owns the case")
    subject: Annotated[str, FreeText(120, empty=True)] | None = Field(None, description="A short title, no names")
    themes: list[Theme] = Field([], max_length=8)
    age_groups: list[AgeGroup] = Field([], max_length=6)
    client_languages: list[LanguageCode] = Field([], max_length=5)
    language: LanguageCode | None = Field(None, description="The working language")
    urgency: Urgency = Urgency.NORMAL
    form: Form | None = None
    situation: Annotated[str, FreeText(6000, empty=True)] | None = None
    questions: list[Annotated[str, FreeText(600, empty=True)]] = Field([], max_length=3)
    tried: Annotated[str, FreeText(2000, empty=True)] | None = None
    involved: Annotated[str, FreeText(2000, empty=True)] | None = None
    expertise_wished: Annotated[str, FreeText(2000, empty=True)] | None = None
    participants: Annotated[str, FreeText(2000, empty=True)] | None = None
    identification: Identification = Identification.ANONYMOUS
    handing_on: bool = Field(False, description="The coordinator may hand the case on to another line")
    professional_role: Role | None = None
    partner: UUID | None = Field(None, description="A colleague who may do all that the asker may")

    @field_validator("questions")
    @classmethod
    def without_empty_ones(cls, questions: list[str]) -> list[str]:
        return [question for question in questions if question]

    @field_validator("themes", "age_groups", "client_languages")
    @classmethod
    def each_once(cls, codes: list[str]) -> list[str]:
        return list(dict.fromkeys(codes))


class Submission(Body):
    findings_confirmed: bool = Field(False, description="The asker has looked at what the privacy check found")


class ReturnForMore(Body):
    text: Reason = Field(description="What is missing")
    due: date


class Completion(CaseDraft):
    """What was asked for. Fields of the request may be mended too; the questions only while no team is invited."""

    text: Reason


class Acceptance(Body):
    line: Slug | None = Field(None, description="Given: the case goes on on this line")
    area: AreaCode | None = Field(None, description="Given: this county owns the case")


class AdviceElsewhere(Body):
    place: Annotated[str, FreeText(200)]
    contact: Annotated[str, FreeText(300, empty=True)] = ""
    text: Reason
    hand_on_line: Slug | None = Field(None, description="With the asker's pre-authorisation: opened on this line too")


class UrgentRedirection(Body):
    text: Reason = Field(description="Where to call now")


class Declining(Body):
    reason_code: DeclineReason
    text: Reason


class Withdrawal(Body):
    reason: Annotated[str, FreeText(2000, empty=True)] = ""


class ConsentWithdrawal(Body):
    choice: ConsentChoice | None = Field(None, description="How it goes on; may be told within 7 days")


class Reopening(Body):
    reason: Reason


class Transfer(Body):
    yta: YtaKey | None = None
    line: Slug | None = None
    reason: Reason


class Merging(Body):
    into: Annotated[str, StringConstraints(pattern=r"^OT-[A-Z]-[0-9A-Z]{5}$")]
    reason: Reason


class ConsentRecord(Body):
    client_reference: Annotated[str, FreeText(60)] = Field(description="The county's own reference, never a hetu")
    given_by: GivenBy
    to_what: list[ConsentTo] = Field(min_length=1, max_length=4)
    given_on: date
    written: bool


class Texts(Body):
    texts: Mapping[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.]{1,60}$")], str] = Field(max_length=30)

    @field_validator("texts")
    @classmethod
    def not_too_long(cls, texts: Mapping[str, str]) -> Mapping[str, str]:
        if sum(map(len, texts.values())) > 50_000:
            raise ValueError("too long together")
        return texts


class FindingView(BaseModel):
    field: str
    kind: Kind
    quote: str
    start: int
    end: int
    blocking: bool


class Findings(BaseModel):
    findings: list[FindingView]


class PersonShown(BaseModel):
    person: UUID
    name: str


class AskerShown(PersonShown):
    organisation: UUID | None
    organisation_name: str


class LineShown(BaseModel):
    slug: str
    name: Name


class ClockView(BaseModel):
    name: str
    started: datetime
    opens: datetime
    due: datetime
    stopped: datetime | None
    state: str
    left_seconds: int
    share: float = Field(description="How much of the time has gone, 0 to 1")


class ExitView(BaseModel):
    act: str
    reason_code: str | None
    text: str
    place: str
    contact: str


class MissingView(BaseModel):
    text: str
    due: date | None


class AdditionView(BaseModel):
    at: datetime
    person_name: str
    text: str


class Step(BaseModel):
    state: State
    at: datetime | None
    due: datetime | None


class AllowedAct(BaseModel):
    act: str
    needs: list[str]


class BlockedAct(BaseModel):
    act: str
    code: str
    data: dict[str, Any] = {}


class NextStep(BaseModel):
    turn: bool = Field(description="The caller is awaited")
    act: str | None
    code: str
    who: list[str]
    clock: ClockView | None


class LogEntry(BaseModel):
    at: datetime
    act: str
    person_name: str
    data: dict[str, Any]


class ConsentView(BaseModel):
    id: UUID
    client_reference: str
    given_by: GivenBy
    to_what: list[ConsentTo]
    given_on: date
    written: bool
    recorded_by_name: str
    recorded_at: datetime
    withdrawn_at: datetime | None


class CaseView(BaseModel):
    id: UUID
    code: str
    state: State
    version: int
    yta: str | None
    area: str | None
    line: LineShown | None
    themes: list[str]
    age_groups: list[str]
    client_languages: list[str]
    language: str | None
    urgency: Urgency
    form: Form | None
    identification: Identification
    subject: str
    situation: str
    questions: list[str]
    tried: str
    involved: str
    expertise_wished: str
    participants: str
    additions: list[AdditionView]
    handing_on: bool
    professional_role: str | None
    asker: AskerShown
    partner: UUID | None
    coordinator: PersonShown | None
    relation: list[str]
    created_at: datetime
    submitted_at: datetime | None
    accepted_at: datetime | None
    answered_at: datetime | None
    replied_at: datetime | None
    closed_at: datetime | None
    team_may_read: bool = Field(description="False: experts don't see the case until its consent is recorded")
    choice_due: datetime | None = Field(description="Consent was withdrawn: by when the asker chooses how it goes on")
    clocks: list[ClockView]
    team: list[TeamMember]
    exit: ExitView | None
    missing: MissingView | None
    merged_into: str | None
    steps: list[Step]
    allowed: list[AllowedAct]
    blocked: list[BlockedAct]
    next: NextStep
    log: list[LogEntry]
    findings: list[FindingView] | None = Field(None, description="Of a draft: what the privacy check finds now")
    lacking: list[str] | None = Field(None, description="Of a draft: the parts that are needed before it can be sent")
    thread: MessagePage | None = Field(None, description="Where `thread=true` was asked: its first messages")


class RowClock(BaseModel):
    name: str
    due: datetime
    state: str
    left_seconds: int
    share: float


class TeamCounts(BaseModel):
    invited: int = Field(description="Invited, not answered yet")
    accepted: int


class CaseRow(BaseModel):
    id: UUID
    code: str
    state: State
    subject: str
    themes: list[str]
    age_groups: list[str]
    area: str | None
    line: LineShown | None
    urgency: Urgency
    language: str | None
    submitted_at: datetime | None
    asker_name: str
    coordinator_name: str | None
    clock: RowClock | None
    team: TeamCounts
    turn: bool
    version: int


class Counts(BaseModel):
    """`states`: every open case of the coordinator's areas; the others of the queue, of one's own, of what waits."""

    queue: int
    late: int = Field(description="Of the queue: a clock has run out")
    coordinated: int = Field(description="Of the queue: the caller is the coordinator")
    states: dict[State, int]
    mine: int
    waiting: int = Field(description="How many things wait for the caller here, as `list_waiting` tells them")
