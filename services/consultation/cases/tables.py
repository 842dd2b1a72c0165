"""A case and what hangs on it. Columns ending in `_sealed` hold ciphertext: only `store.py` writes and opens them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Date, DateTime, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.consultation.base import Base

CODES = ARRAY(Text)
MOMENT = DateTime(timezone=True)


class Case(Base):
    """One consultation. `yta` and `area` own it; a draft has no owner yet, and nobody but its asker sees it."""

    __tablename__ = "cases"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    state: Mapped[str] = mapped_column(Text)
    state_before: Mapped[str | None] = mapped_column(Text)
    """The state a returned case goes back to."""
    version: Mapped[int]
    yta: Mapped[str | None] = mapped_column(Text)
    area: Mapped[str | None] = mapped_column(Text)
    line: Mapped[str | None] = mapped_column(ForeignKey("lines.slug"))

    themes: Mapped[list[str]] = mapped_column(CODES)
    age_groups: Mapped[list[str]] = mapped_column(CODES)
    client_languages: Mapped[list[str]] = mapped_column(CODES)
    language: Mapped[str | None] = mapped_column(Text)
    urgency: Mapped[str] = mapped_column(Text)
    form: Mapped[str | None] = mapped_column(Text)
    identification: Mapped[str] = mapped_column(Text)
    handing_on: Mapped[bool]
    professional_role: Mapped[str | None] = mapped_column(Text)

    subject_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    situation_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    questions_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    tried_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    involved_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    expertise_wished_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    participants_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    asker: Mapped[UUID]
    asker_name: Mapped[str] = mapped_column(Text)
    asker_organisation: Mapped[UUID | None]
    asker_organisation_name: Mapped[str] = mapped_column(Text)
    asker_organisation_type: Mapped[str | None] = mapped_column(Text)
    partner: Mapped[UUID | None]
    coordinator: Mapped[UUID | None]
    coordinator_name: Mapped[str | None] = mapped_column(Text)

    team_may_read: Mapped[bool]
    """False until what the identification mode asks for is in place; row-level security reads this column."""
    missing_due: Mapped[date | None] = mapped_column(Date)
    missing_text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    choice_due: Mapped[datetime | None] = mapped_column(MOMENT)
    """After consent was withdrawn: by when the asker says how it goes on."""
    told_anew_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """Since when it goes on without the consent it had; the team sees nothing that was said before."""
    exit_act: Mapped[str | None] = mapped_column(Text)
    exit_reason_code: Mapped[str | None] = mapped_column(Text)
    exit_text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    exit_place_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    exit_contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    handed_on_from: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))

    created_at: Mapped[datetime] = mapped_column(MOMENT)
    submitted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    accepted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    team_ready_at: Mapped[datetime | None] = mapped_column(MOMENT)
    answered_at: Mapped[datetime | None] = mapped_column(MOMENT)
    replied_at: Mapped[datetime | None] = mapped_column(MOMENT)
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)

    changed_by: Mapped[UUID]
    changed_by_name: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(MOMENT)
    changed_act: Mapped[str] = mapped_column(Text)

    is_open: Mapped[bool]
    next_due: Mapped[datetime] = mapped_column(MOMENT)
    """The most urgent running clock; far in the future where none runs (see `rules.order_of`)."""

    __table_args__ = (
        # The queue costs what is open, not what ever was.
        Index("ix_cases_open_queue", "yta", "next_due", "id", postgresql_where=text("is_open")),
        Index("ix_cases_ended", "yta", "state", "next_due", "id", postgresql_where=text("not is_open")),
        Index("ix_cases_open_coordinator", "coordinator", postgresql_where=text("is_open")),
        Index(None, "asker"),
        Index("ix_cases_choice_due", "choice_due", postgresql_where=text("choice_due is not null")),
    )


class CaseAccess(Base):
    """Who may read a case beside its coordinators. `yta` and `asker` repeat the case's, so that the policy of this
    table need not look into `cases`, whose policy looks here. `organisation`: as whose person; another system reaches
    only what is its own organisation's."""

    __tablename__ = "case_access"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    relation: Mapped[str] = mapped_column(Text, primary_key=True)
    yta: Mapped[str | None] = mapped_column(Text)
    asker: Mapped[UUID]
    organisation: Mapped[UUID | None]
    since: Mapped[datetime] = mapped_column(MOMENT)

    __table_args__ = (Index(None, "person_id", "case_id"),)


class CaseClock(Base):
    """One promise of time. A reopened case starts new rounds; the old ones stay as they stopped."""

    __tablename__ = "case_clocks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    round: Mapped[int]
    unit: Mapped[str] = mapped_column(Text)
    total_seconds: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(MOMENT)
    opens_at: Mapped[datetime] = mapped_column(MOMENT)
    """When its time begins to count: later than `started_at` for a follow-up."""
    opening_told_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When the asker was told that the follow-up has opened."""
    due_at: Mapped[datetime] = mapped_column(MOMENT)
    warn_at: Mapped[datetime] = mapped_column(MOMENT)
    paused_at: Mapped[datetime | None] = mapped_column(MOMENT)
    stopped_at: Mapped[datetime | None] = mapped_column(MOMENT)
    warned_at: Mapped[datetime | None] = mapped_column(MOMENT)
    late_at: Mapped[datetime | None] = mapped_column(MOMENT)
    all_told_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (
        UniqueConstraint("case_id", "name", "round"),
        Index(
            "ix_case_clocks_to_warn",
            "warn_at",
            postgresql_where=text("stopped_at is null and paused_at is null and all_told_at is null"),
        ),
        Index(
            "ix_case_clocks_to_open",
            "opens_at",
            postgresql_where=text("name = 'follow_up' and stopped_at is null and opening_told_at is null"),
        ),
    )


class CaseLog(Base):
    """What happened, in order, for those who see the case. Codes, ids and times; never a text somebody wrote."""

    __tablename__ = "case_log"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(MOMENT)
    act: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID | None]
    person_name: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, object]] = mapped_column(JSONB)
    team_only: Mapped[bool]

    __table_args__ = (Index(None, "case_id", "at"),)


class Consent(Base):
    """Who consented to what. The county's own reference is sealed; its HMAC finds the client's cases again."""

    __tablename__ = "consents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    given_by: Mapped[str] = mapped_column(Text)
    to_what: Mapped[list[str]] = mapped_column(CODES)
    given_on: Mapped[date] = mapped_column(Date)
    written: Mapped[bool]
    client_reference_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    client_reference_hmac: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_by: Mapped[UUID]
    recorded_by_name: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)
    withdrawn_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (Index(None, "case_id"), Index(None, "client_reference_hmac"))


class CaseAddition(Base):
    """What the asker added when more was asked: dated and kept apart from the request as it was sent."""

    __tablename__ = "case_additions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(MOMENT)
    person_id: Mapped[UUID]
    person_name: Mapped[str] = mapped_column(Text)
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index(None, "case_id", "at"),)
